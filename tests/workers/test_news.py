"""Whoever follows the log reads every entry of its kinds once, in order, whatever dies or runs beside it."""

import asyncio
from collections.abc import Sequence

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.app import House
from hub.store import log
from hub.store.followers import MOST, Passed
from schemas.entry import Act, EntryType
from workers import news

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


async def written(house: House, count: int, kind: EntryType = EntryType.RELEASE_OFFICIAL) -> list[int]:
    async with house.engine.begin() as connection:
        put = await log.append(connection, [Act(type=kind, who="operator") for _ in range(count)])
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


async def test_two_processes_read_it_once_between_them(house: House) -> None:
    one, two = Reader(), Reader()
    wanted: list[int] = []
    for _ in range(20):
        wanted += await written(house, 1)
        await asyncio.gather(news.step(house.engine, one), news.step(house.engine, two))
    await news.step(house.engine, one)
    assert sorted(one.taken + two.taken) == wanted
