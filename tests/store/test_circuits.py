"""Circuits in the store: what is saved is what is found, and two who change one take turns."""

import asyncio
from datetime import UTC, datetime

from hub.app import House
from hub.core import circuit as rules
from hub.store import circuits
from schemas.circuit import Circuit
from schemas.delivery import Reaction, Step, Trouble

NOW = datetime(2026, 11, 24, 1, 2, 3, 456_789, tzinfo=UTC)
DOWN = Trouble(reaction=Reaction.RETRY, code="503", detail="坏了", retry_after_seconds=1.5)
FULL = Circuit(
    channel="wechat",
    paused_at=NOW,
    paused_by="p",
    paused_why="检修",
    failures=7,
    step=Step.COMMIT,
    opened_at=NOW,
    probe_at=NOW,
    rests_until=NOW,
    trouble=DOWN,
    changed_at=NOW,
)


async def test_a_channel_without_trouble_is_closed_and_has_no_row(house: House) -> None:
    async with house.engine.connect() as connection:
        found, now = await circuits.find(connection, "wechat")
        assert found == Circuit(channel="wechat")
        assert abs((now - datetime.now(UTC)).total_seconds()) < 5
        assert await circuits.every(connection) == {}


async def test_what_is_saved_is_what_is_found(house: House) -> None:
    async with house.engine.begin() as connection:
        assert await circuits.lock(connection, "wechat") == Circuit(channel="wechat")
        await circuits.save(connection, FULL)
    async with house.engine.begin() as connection:
        assert (await circuits.find(connection, "wechat"))[0] == FULL
        assert await circuits.lock(connection, "wechat") == FULL
        assert await circuits.every(connection) == {"wechat": FULL}
        assert (await circuits.find(connection, "other"))[0] == Circuit(channel="other")
        resumed = rules.resumed(FULL, NOW)
        await circuits.save(connection, resumed)
        assert (await circuits.find(connection, "wechat"))[0] == resumed


async def test_no_failure_is_lost_between_two_workers(house: House) -> None:
    async def fail() -> None:
        async with house.engine.begin() as connection:
            before = await circuits.lock(connection, "wechat")
            await circuits.save(connection, rules.failed(before, Step.COMMIT, DOWN, NOW))

    await asyncio.gather(*(fail() for _ in range(12)))
    async with house.engine.connect() as connection:
        assert (await circuits.find(connection, "wechat"))[0].failures == 12
