"""The WebSub hub as subscribers meet it (hub tests 100–106 of websub.rocks), and when they misbehave."""

import asyncio
import hashlib
import hmac
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from ipaddress import ip_network

import aiohttp
import pytest
from sqlalchemy import text

from hub.app import House
from hub.demo.stage import Stage
from hub.store import websub as store
from tests.workers.subscriber import Readers, ask, distributing, readers, revised

HERE = (ip_network("127.0.0.0/8"), ip_network("::1/128"))


@pytest.fixture
def scene(scene: Stage) -> Stage:
    """Subscribers live on this machine here, by the operator's own word."""
    return replace(scene, settings=scene.settings.model_copy(update={"outward_networks": HERE}))


@pytest.fixture
async def there() -> AsyncIterator[Readers]:
    async with readers() as made:
        yield made


async def until(holds: Callable[[], object]) -> None:
    async with asyncio.timeout(20):
        while not holds():  # noqa: ASYNC110 - others' servers set no event of ours
            await asyncio.sleep(0.01)


async def count(house: House, table: str = "websub_subscriptions WHERE expires_at > now()") -> int:
    async with house.engine.connect() as connection:
        return int((await connection.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one())  # noqa: S608


async def quiet(house: House) -> None:
    """Wait until the follower has read all, and nothing is due any more."""
    unread = "followers WHERE name = 'websub' AND position = (SELECT size FROM log_head)"
    due = "websub_subscriptions WHERE due_at <= now()"
    asked = "websub_wishes WHERE due_at IS NOT NULL"
    async with asyncio.timeout(20):
        # The store sets no event.
        while not await count(house, unread) or await count(house, due) or await count(house, asked):  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def subscribed(house: House, there: Readers, *names: str, **more: str) -> None:
    before = {name: len(there.asked.get(name, ())) for name in names}
    for name in names:
        assert await ask(house, there.url(name), **more) == 202
    await until(lambda: all(len(there.asked.get(name, ())) > before[name] for name in names))
    await quiet(house)


async def test_subscribed_and_told(house: House, there: Readers) -> None:
    """100 plain, 101 with a secret, 102 unknown parameters, 105 text, 106 JSON."""
    await revised(house, "old")
    await revised(house, "{}", "all.json")
    async with distributing(house):
        await subscribed(house, there, "plain", verify="async", unknown="yes")
        await subscribed(house, there, "signed", secret="geheim", lease_seconds="7200")
        await subscribed(house, there, "json", topic="all.json")
        assert there.asked["signed"][0]["hub.lease_seconds"] == "7200"
        assert there.asked["plain"][0]["hub.topic"] == f"{house.public_url}/feeds/all.atom"
        assert there.got == {}, "what was there before is not sent"
        new = await revised(house, "new")
        await revised(house, "{1}", "all.json")
        await until(lambda: len(there.got) == 3)
        await quiet(house)
    (plain,), (signed,), (json,) = (there.got[name] for name in ("plain", "signed", "json"))
    assert (plain.body, signed.body, json.body) == (new, new, b"{1}")
    assert "X-Hub-Signature" not in plain.headers
    assert signed.headers["X-Hub-Signature"] == signature(b"geheim", new)
    assert signed.headers["Link"].startswith(f'<{house.public_url}/websub>; rel="hub"')
    assert json.headers["Content-Type"].startswith("application/feed+json")


async def test_renewed_and_ended(house: House, there: Readers) -> None:
    """103 renewal before the lease ends, with another secret; 104 unsubscription, and silence after it."""
    await revised(house, "old")
    async with distributing(house):
        await subscribed(house, there, "stays", secret="geheim")
        await subscribed(house, there, "goes")
        await subscribed(house, there, "stays", secret="anders")
        await subscribed(house, there, "goes", mode="unsubscribe")
        assert await count(house) == 1
        assert there.got == {}, "a renewal alone brings nothing"
        new = await revised(house, "new")
        await until(lambda: "stays" in there.got)
        await quiet(house)
    (one,) = there.got["stays"]
    assert one.headers["X-Hub-Signature"] == signature(b"anders", new)
    assert "goes" not in there.got


def signature(secret: bytes, body: bytes) -> str:
    return "sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest()


async def test_nothing_without_the_callbacks_word(house: House, there: Readers) -> None:
    await revised(house, "old")
    there.agrees["no"] = False
    async with distributing(house):
        assert await ask(house, there.url("yes")) == 202
        assert await ask(house, there.url("no")) == 202
        await until(lambda: len(there.asked) == 2)
        await quiet(house)
        # Nobody else can end a subscription either.
        there.agrees["yes"] = False
        assert await ask(house, there.url("yes"), mode="unsubscribe") == 202
        assert await ask(house, there.url("yes"), secret="a stranger's") == 202
        await until(lambda: len(there.asked["yes"]) >= 2)
        await quiet(house)
        await revised(house, "new")
        await until(lambda: "yes" in there.got)
        await quiet(house)
        assert "X-Hub-Signature" not in there.got["yes"][0].headers
        assert "no" not in there.got


async def test_requests_that_are_refused_say_why(house: House) -> None:
    await revised(house, "old")
    good = "https://reader.example/cb"
    assert await ask(house, good, topic="missing.atom") == 404
    assert await ask(house, good, topic="../secret.key.atom") == 404
    assert await ask(house, "http://10.0.0.1/cb") == 403
    assert await ask(house, "http://u:p@reader.example/") == 400
    assert await ask(house, good, mode="publish") == 400
    assert await ask(house, good, secret="x" * 200) == 400
    assert await ask(house, good, lease_seconds="soon") == 400
    rubbish = [
        (b"{}", "application/json", 415),
        (b"hub.mode=%ff%fe", "application/x-www-form-urlencoded", 400),
        (b"a=1&" * 100, "application/x-www-form-urlencoded", 400),
        (b"a=" + b"1" * 20_000, "application/x-www-form-urlencoded", 413),
    ]
    async with aiohttp.ClientSession() as http:
        for body, media, status in rubbish:
            sent = http.post(f"{house.public_url}/websub", data=body, headers={"Content-Type": media})
            async with sent as answer:
                words = await answer.text()
                assert (answer.status, answer.content_type) == (status, "text/plain"), words
                assert len(words.splitlines()) == 2
        async with http.get(f"{house.public_url}/websub") as answer:
            assert (answer.status, answer.headers["Allow"]) == (405, "POST")
    assert await count(house, "websub_wishes") == 0


async def test_slow_and_broken_subscribers_delay_nobody(house: House, there: Readers) -> None:
    await revised(house, "old")
    async with distributing(house):
        await subscribed(house, there, "gone", "broken", "well")
        await ask(house, there.url("slow", "localhost"))
        await until(lambda: "slow" in there.asked)
        await quiet(house)
        there.hangs.add("slow")
        there.answers |= {"gone": 410, "broken": 500}
        for body in ("one", "two", "three"):
            await revised(house, body)
            await until(partial(there.has, "well", body))
            await until(partial(there.has, "slow", "one"))
        assert [one.body for one in there.got["slow"]] == [b"one"], "one at a time"
        there.hangs.clear()
        await until(lambda: len(there.got["slow"]) == 2)
        assert there.got["slow"][1].body == b"three", "only the feed as it is now"
        assert there.most["slow"] == 1
        assert (len(there.got["gone"]), len(there.got["broken"])) == (1, 1), "tried again later, not for each change"
        assert await count(house) == 3
        there.answers.clear()
        await moved(house, "due_at = now() WHERE tries > 0")
        await until(lambda: len(there.got["broken"]) == 2)
        assert there.got["broken"][1].body == b"three"


async def moved(house: House, change: str) -> None:
    async with house.engine.begin() as connection:
        await connection.execute(text(f"UPDATE websub_subscriptions SET {change}"))  # noqa: S608


async def test_a_worker_that_died_on_it_is_replaced(house: House, there: Readers) -> None:
    """It called, and died before it wrote down the answer: the same is sent once more, and then never again."""
    await revised(house, "old")
    async with distributing(house):
        await ask(house, there.url("reader"))
        await until(lambda: "reader" in there.asked)
        await quiet(house)
        there.hangs.add("reader")
        await revised(house, "new")
        await until(lambda: "reader" in there.got)
    there.hangs.clear()
    async with distributing(house):
        await revised(house, "new")
        assert len(there.got["reader"]) == 1, "its lease still stands"
        await moved(house, "held_until = now()")
        await until(lambda: len(there.got["reader"]) == 2)
        await quiet(house)
        await revised(house, "new")
        await quiet(house)
    assert [one.body for one in there.got["reader"]] == [b"new", b"new"]


async def test_two_workers_send_once(house: House, there: Readers) -> None:
    await revised(house, "old")
    async with distributing(house), distributing(house):
        for number in range(20):
            await ask(house, there.url(f"r{number}"), secret="s")
        await until(lambda: len(there.asked) == 20)
        await quiet(house)
        await revised(house, "new")
        await until(lambda: len(there.got) == 20)
        await quiet(house)
    assert {len(got) for got in there.got.values()} == {1}
    assert {len(asked) for asked in there.asked.values()} == {1}


async def test_a_lease_ends_and_its_row_goes(house: House, there: Readers) -> None:
    await revised(house, "old")
    async with distributing(house):
        await ask(house, there.url("reader"))
        await until(lambda: "reader" in there.asked)
        await quiet(house)
        await moved(house, "expires_at = now()")
        await revised(house, "new")
        await quiet(house)
        assert there.got == {}
    async with house.engine.begin() as connection:
        await connection.execute(text("UPDATE websub_wishes SET asked_at = :at"), {"at": await _past(house)})
        await store.tidy(connection)
    assert await count(house, "websub_subscriptions") + await count(house, "websub_wishes") == 0


async def _past(house: House) -> object:
    async with house.engine.connect() as connection:
        now = (await connection.execute(text("SELECT now()"))).scalar_one()
    return now - timedelta(hours=2)


async def test_secrets_lie_sealed(house: House, there: Readers) -> None:
    await revised(house, "old")
    async with distributing(house):
        await ask(house, there.url("reader"), secret="plain to see")
        await until(lambda: "reader" in there.asked)
        await quiet(house)
        async with house.engine.begin() as connection:
            for table in ("websub_subscriptions", "websub_wishes"):
                kept = (await connection.execute(text(f"SELECT secret FROM {table}"))).scalar_one()  # noqa: S608
                assert b"plain" not in kept
            # Another's secret in its place does not open, and unsigned nothing goes out.
            moved = house.hub.trust.secret.seal(b"x", "websub /feeds/all.atom https://other.example/")
            await connection.execute(text("UPDATE websub_subscriptions SET secret = :moved"), {"moved": moved})
        await revised(house, "new")
        await quiet(house)
        assert there.got == {}
        assert await count(house) == 0
