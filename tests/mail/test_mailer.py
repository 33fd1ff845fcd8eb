"""What becomes of a mail: sent once, put off, refused, and what a worker's death leaves behind."""

import asyncio
import multiprocessing
import os
import signal

import pytest
import structlog
from sqlalchemy import text

from channels.fate import PostError
from hub.app import House, Servers
from hub.store import mails, outgoing
from schemas.subscription import News
from tests.mail import subscribers
from tests.mail.crowd import crowd, send
from tests.mail.post_office import PostOffice
from tests.mail.subscribers import follow, official, rows, sender, subscribed
from workers import mailer

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["__main__", "tests.mail.crowd"])


async def again(house: House) -> None:
    async with house.engine.begin() as connection:
        await connection.execute(text("UPDATE mails SET due_at = clock_timestamp(), lease_until = NULL"))


async def test_a_mail_that_is_put_off_is_tried_again_and_given_up_at_last(house: House, office: PostOffice) -> None:
    await crowd(house, 2)
    office.recipients["reader0@home.cn"] = "450 4.2.1 come again"
    one = sender(house, office.port)
    await one.drain()
    assert [e.rcpt_tos for e in office.got] == [["reader1@home.cn"]], "nobody waits for another's mailbox"
    for _ in range(20):
        await again(house)
        await one.drain()
    await one._post.close()
    assert await rows(house, "SELECT state, attempts, code FROM mails ORDER BY id") == [
        ("given_up", 9, "450 4.2.1"),
        ("sent", 0, "250"),
    ]


async def test_no_such_mailbox_erases_the_subscriber_and_keeps_strangers_from_writing_there(
    house: House, office: PostOffice
) -> None:
    await crowd(house, 1)
    office.recipients["reader0@home.cn"] = "550 5.1.1 no such user"
    one = sender(house, office.port)
    await one.drain()
    assert await rows(house, "SELECT sealed, silenced_at IS NOT NULL FROM subscribers") == [(None, True)]
    assert await rows(house, "SELECT 1 FROM subscriptions UNION ALL SELECT 1 FROM mails") == []
    await subscribers.asked(house, "Reader0@home.cn")
    await one.drain()
    await one._post.close()
    assert office.got == []


async def test_a_relay_that_forbids_us_silences_nobody(house: House, office: PostOffice) -> None:
    await crowd(house, 1)
    office.recipients["reader0@home.cn"] = "554 5.7.1 relay access denied"
    one = sender(house, office.port)
    await one.drain()
    await one._post.close()
    assert await rows(house, "SELECT bounces FROM subscribers") == [(0,)]
    assert await rows(house, "SELECT state, code FROM mails") == [("refused", "554 5.7.1")]


async def test_while_the_server_is_away_everything_stays_due(house: House, office: PostOffice) -> None:
    await crowd(house, 3)
    office.sender = "451 4.3.0 not now"
    one = sender(house, office.port)
    with pytest.raises(PostError):
        await one.drain()
    assert await rows(house, "SELECT DISTINCT state, attempts, lease_until FROM mails") == [("due", 0, None)]
    office.sender = ""
    assert await one.drain() == 3
    await one._post.close()
    assert len(office.got) == 3


async def test_an_answer_that_was_lost_is_sent_again_under_the_same_id(house: House, office: PostOffice) -> None:
    await crowd(house, 1)
    office.hang_up = True
    one = sender(house, office.port)
    await one.drain()
    await again(house)
    await one.drain()
    await one._post.close()
    assert list(office.counts().values()) == [2]


async def test_whoever_leaves_meanwhile_gets_nothing(house: House, office: PostOffice) -> None:
    await crowd(house, 2)
    async with house.engine.begin() as connection:
        claimed = await outgoing.claim(connection, limit=2, lease=mailer.LEASE)
        await connection.execute(text("DELETE FROM subscribers WHERE id = :w"), {"w": claimed[0].subscriber})
    one = sender(house, office.port)
    for mail in claimed:
        await one._one(mail, await news_of(house, mail.mailings))
    await one._post.close()
    assert [e.rcpt_tos for e in office.got] == [["reader1@home.cn"]]


async def test_what_is_withdrawn_while_it_waits_in_a_workers_hands_is_not_told(
    house: House, office: PostOffice
) -> None:
    """A slow server may take minutes for the mails of one claim."""
    await crowd(house, 1)
    async with house.engine.begin() as connection:
        (mine,) = await outgoing.claim(connection, limit=1, lease=mailer.LEASE)
    told = await news_of(house, mine.mailings)
    (one,) = told.values()
    async with house.engine.begin() as connection:
        await mails.void(connection, one.release, one.edition)
    sending = sender(house, office.port)
    await sending._one(mine, told)
    await sending._post.close()
    assert office.got == []
    assert await rows(house, "SELECT state FROM mails") == [("dropped",)]


async def news_of(house: House, mailings: tuple[int, ...]) -> dict[int, News]:
    async with house.engine.connect() as connection:
        return await mails.news(connection, mailings)


async def test_who_was_overtaken_sends_nothing(house: House, office: PostOffice) -> None:
    """A worker that was stopped for longer than its lease wakes up beside the one that took over."""
    await crowd(house, 1)
    async with house.engine.begin() as connection:
        (mine,) = await outgoing.claim(connection, limit=2, lease=mailer.LEASE)
    await again(house)
    one = sender(house, office.port)
    await one.drain()
    await one._one(mine, {})
    await one._post.close()
    assert len(office.got) == 1


async def test_no_address_in_any_log_line(house: House, office: PostOffice) -> None:
    with structlog.testing.capture_logs() as lines:
        await subscribed(house, "secret.person@home.cn")
        await official(house)
        await follow(house)
        office.recipients["secret.person@home.cn"] = "550 5.1.1 secret.person@home.cn unknown"
        one = sender(house, office.port)
        await one.drain()
        await one._post.close()
    assert lines
    assert "secret" not in str(lines)
    kept = await rows(house, "SELECT s::text FROM subscribers s UNION ALL SELECT m::text FROM mails m")
    assert "secret" not in str(kept)


async def test_a_killed_worker_doubles_at_most_the_mail_in_its_hand(
    house: House, servers: Servers, office: PostOffice
) -> None:
    await crowd(house, 60)
    process = FORKS.Process(target=send, args=(house.settings, servers, office.port), daemon=True)
    process.start()
    async with asyncio.timeout(30):
        while len(office.got) < 20:  # noqa: ASYNC110 - the mail server sets no event
            await asyncio.sleep(0.001)
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    await asyncio.to_thread(process.join, 10)
    async with house.engine.begin() as connection:
        await connection.execute(text("UPDATE mails SET lease_until = NULL"))
    one = sender(house, office.port)
    await one.drain()
    await one._post.close()
    assert len({e.rcpt_tos[0] for e in office.got}) == 60, "nobody was forgotten"
    doubled = [times for times in office.counts().values() if times > 1]
    assert len(office.counts()) == 60, "what comes twice has one Message-ID"
    assert doubled in ([], [2]), "one worker died: one mail at most came twice"
