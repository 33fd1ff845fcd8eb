"""Whoever follows the log reads every entry of its kinds once, in order, whatever dies or runs beside it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.app import House
from hub.store import followers, log
from hub.store.followers import MOST, Passed
from schemas.entry import Act, EntryType
from workers import news
from workers.way import Way

KINDS = frozenset({EntryType.RELEASE_OFFICIAL})


class Reader:
    """Remembers what it took; raises once where it is told to."""

    name = "reader"
    kinds = KINDS

    def __init__(self, *, fails: bool = False) -> None:
        self.taken: list[int] = []
        self.woken = 0
        self._fails = fails

    async def take(self, connection: AsyncConnection, entries: Sequence[Passed]) -> None:
        assert not connection.closed
        self.taken += [one.seq for one in entries]
        if self._fails:
            self._fails = False
            self.taken.clear()
            raise OSError("the first time it fails")

    async def told(self) -> None:
        self.woken += 1


async def written(
    house: House, count: int, kind: EntryType = EntryType.RELEASE_OFFICIAL, channel: str | None = None
) -> list[int]:
    async with house.engine.begin() as connection:
        put = await log.append(connection, [Act(type=kind, who="operator", channel=channel) for _ in range(count)])
    return list(range(put.first, put.first + count))


async def test_every_entry_of_its_kinds_once_and_in_order(house: House) -> None:
    one = Reader()
    first = await written(house, 3)
    await written(house, 2, EntryType.CHANNEL_CHANGED)
    assert not await news.step(house.engine, one)
    second = await written(house, 1)
    await news.step(house.engine, one)
    await news.step(house.engine, one)
    assert one.taken == [*first, *second]
    assert one.woken == 2


async def test_many_are_read_in_portions(house: House) -> None:
    one = Reader()
    wanted = await written(house, MOST + 5)
    assert await news.step(house.engine, one)
    assert not await news.step(house.engine, one)
    assert one.taken == wanted


async def test_what_failed_is_read_again(house: House) -> None:
    one = Reader(fails=True)
    wanted = await written(house, 2)
    with pytest.raises(OSError, match="first time"):
        await news.step(house.engine, one)
    await news.step(house.engine, one)
    assert one.taken == wanted


class Other(Reader):
    """Reads what `Reader` reads, and wants only what one channel was told of."""

    name = "other"

    def __init__(self) -> None:
        super().__init__()
        self.hangs = asyncio.Event()

    def wants(self, entry: Passed) -> bool:
        return entry.said.get("chan") == "beta"

    async def take(self, connection: AsyncConnection, entries: Sequence[Passed]) -> None:
        await self.hangs.wait()
        await super().take(connection, entries)


@asynccontextmanager
async def following(house: House, *readers: Reader) -> AsyncIterator[tuple[asyncio.Event, Way]]:
    woken, way = asyncio.Event(), Way()
    task = asyncio.create_task(news.follow(house.engine, readers, woken, way))
    try:
        yield woken, way
    finally:
        task.cancel()
        await asyncio.wait([task])


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(15):
        while not await holds():  # noqa: ASYNC110 - what changes is the store
            await asyncio.sleep(0.02)


async def positions(house: House) -> dict[str, int]:
    async with house.engine.connect() as connection:
        return (await followers.places(connection, ["reader", "other"]))[1]


async def test_who_wants_nothing_of_it_is_moved_on_and_takes_what_comes_later(house: House) -> None:
    one, two = Reader(), Other()
    two.hangs.set()
    passed = await written(house, MOST + 5)
    async with following(house, one, two) as (woken, _):

        async def have_read() -> bool:
            return set((await positions(house)).values()) == {passed[-1] + 1}

        await until(have_read)
        assert (one.taken, two.taken) == (passed, [])
        later = await written(house, 2, channel="beta")
        woken.set()

        async def taken() -> bool:
            return bool(two.taken)

        await until(taken)
        assert two.taken == later


async def test_one_that_hangs_or_fails_holds_up_no_other(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(news, "INTERVAL_SECONDS", 0.05)
    one, two = Reader(fails=True), Other()
    first = await written(house, 1, channel="beta")
    async with following(house, one, two) as (woken, _):

        async def is_read() -> bool:
            return (await positions(house))["reader"] > first[0]

        await until(is_read)
        second = await written(house, 1)
        woken.set()

        async def are_read() -> bool:
            return one.taken == [*first, *second]

        await until(are_read)
        assert (await positions(house))["other"] == 0
        two.hangs.set()

        async def has_caught_up() -> bool:
            return (await positions(house))["other"] > second[0]

        await until(has_caught_up)
    assert two.taken == first


async def test_deliveries_go_first_for_a_moment(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(news, "GIVE_WAY_SECONDS", 10.0)
    one = Reader()

    async def taken() -> bool:
        return bool(one.taken)

    await written(house, 1)
    async with following(house, one) as (_, way):
        with way.working.taken():
            await asyncio.sleep(0.3)
            assert not one.taken
        await until(taken)


async def test_two_processes_read_it_once_between_them(house: House) -> None:
    one, two = Reader(), Reader()
    wanted: list[int] = []
    for _ in range(20):
        wanted += await written(house, 1)
        await asyncio.gather(news.step(house.engine, one), news.step(house.engine, two))
    await news.step(house.engine, one)
    assert sorted(one.taken + two.taken) == wanted
