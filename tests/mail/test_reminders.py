"""Reminders to staff: what is near is mailed once for each stage, in one digest a day, to those who want it."""

import asyncio
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from channels.post import Post, Relay, Tls
from hub.app import House
from hub.commands import reminding as commands
from hub.core import deadlines, reminding
from hub.store import engine
from schemas.entry import BEIJING
from schemas.errors import HubError
from schemas.person import Person
from schemas.reminder import Subject
from schemas.rulebook import USUAL
from tests import making
from tests.mail import subscribers
from tests.mail.post_office import PostOffice
from workers.reminders import Reminder

AT = Callable[..., None]
#: Signed on Monday the 2nd, it must be public by Monday the 30th.
SIGNED = date(2026, 11, 2)


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> AT:
    """Lets it be ten o'clock in Beijing on a day."""

    def setting(day: str, hour: int = 10) -> None:
        now = datetime.combine(date.fromisoformat(day), datetime.min.time(), BEIJING) + timedelta(hours=hour)

        async def told(_connection: object) -> datetime:
            return now.astimezone(UTC)

        monkeypatch.setattr(engine, "now", told)

    return setting


def reminder(house: House, port: int) -> Reminder:
    return Reminder(
        store=house.engine,
        post=Post(Relay("127.0.0.1", port, Tls.NONE)),
        slips=subscribers.slips(house),
        sender=subscribers.MAIL.address("测试局"),
        site="测试局",
        rules=USUAL,
        hour=8,
        pace=1000,
    )


async def _day(one: Reminder) -> tuple[int, int]:
    """One day's turn, by two workers at once."""
    made = await asyncio.gather(one.gather(), one.gather())
    return sum(made), await one.send()


async def test_each_stage_is_told_once_and_one_mail_a_day(
    house: House, staff: dict[str, Person], office: PostOffice, at: AT
) -> None:
    release = await making.draft(house, staff, title="秘而不宣的标题", signed_on=SIGNED)
    await making.draft(house, staff, title="另一件", signed_on=SIGNED)
    await commands.put(house.hub, staff["editor"], "editor@home.cn")
    one = reminder(house, office.port)
    told = {"2026-11-20": 0, "2026-11-23": 1, "2026-11-24": 0, "2026-11-28": 0, "2026-11-30": 1, "2026-12-01": 1}
    for day, count in told.items():
        at(day)
        assert await _day(one) == (count, count), day
        assert await _day(one) == (0, 0), day
    assert [str(mail["To"]) for mail in office.messages] == ["editor@home.cn"] * 3
    assert set(office.counts().values()) == {1}
    words = [str(mail.get_body(("plain",)).get_content()) for mail in office.messages]  # type: ignore[union-attr]
    assert f"编号 {release.id}：2026年11月30日前公开，还有 5 个工作日" in words[0]
    assert "2." in words[0]
    assert "今天到期" in words[1]
    assert "已超期 1 个工作日" in words[2]
    assert "秘而不宣" not in "".join([str(one.content) for one in office.got] + words)
    await one.post.close()


async def test_nobody_is_mailed_who_turned_it_off_and_the_log_says_nothing_of_the_address(
    house: House, staff: dict[str, Person], office: PostOffice, at: AT
) -> None:
    await making.draft(house, staff, signed_on=SIGNED)
    editor, one = staff["editor"], reminder(house, office.port)
    await commands.put(house.hub, editor, "editor@home.cn", is_off=True)
    at("2026-11-30")
    assert await _day(one) == (0, 0)
    await commands.put(house.hub, editor, "editor@home.cn")
    at("2026-11-30", 7)
    assert await _day(one) == (0, 0), "before the hour"
    at("2026-11-30")
    assert await one.gather() == 1
    # Turned off between the digest and its sending.
    await commands.put(house.hub, editor, "")
    assert await one.send() == 0
    assert office.got == []
    bodies = await subscribers.rows(house, "SELECT body FROM log_entries WHERE type = 'person.changed'")
    assert len(bodies) == 3
    assert b"home.cn" not in b"".join(bytes(body) for (body,) in bodies)
    with pytest.raises(HubError):
        await commands.put(house.hub, editor, "not an address")
    await one.post.close()


async def test_a_mail_that_is_put_off_is_sent_later_and_a_refused_one_is_not(
    house: House, staff: dict[str, Person], office: PostOffice, at: AT
) -> None:
    await making.draft(house, staff, signed_on=SIGNED)
    await commands.put(house.hub, staff["editor"], "editor@home.cn")
    one = reminder(house, office.port)
    office.recipients["editor@home.cn"] = "451 4.7.1 later"
    at("2026-11-30")
    assert await _day(one) == (1, 0)
    assert await subscribers.rows(house, "SELECT attempts, ended_at IS NULL FROM digests") == [(1, True)]
    office.recipients["editor@home.cn"] = "550 5.1.1 nobody"
    async with house.engine.begin() as connection:
        await connection.exec_driver_sql("UPDATE digests SET due_at = clock_timestamp()")
    assert await one.send() == 0
    assert await subscribers.rows(house, "SELECT code FROM digests WHERE ended_at IS NOT NULL") == [("550 5.1.1",)]
    await one.post.close()


def test_a_day_that_moves_is_told_anew() -> None:
    """A calendar that is loaded later moves the last day: the same release is another matter then."""
    seen: list[Any] = []
    for calendar in ({}, {date(2026, 11, 30): False}):
        found = deadlines.disclosure(SIGNED, date(2026, 11, 27), calendar)
        seen.append(reminding.near(Subject.PUBLICITY, 1001, found, "公开"))
    assert seen[0].key != seen[1].key
    assert reminding.near(Subject.PUBLICITY, 1, deadlines.disclosure(SIGNED, SIGNED, {}), "公开") is None
    terms = [
        reminding.term(1, date(2027, 1, 1), date(2027, 1, 1) - timedelta(days=left)) for left in (180, 90, 29, 0, -1)
    ]
    assert [one.stage for one in terms] == ["180", "90", "30", "today", "over"]
