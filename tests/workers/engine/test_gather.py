"""Doing together what many ask for at once."""

import asyncio
from collections.abc import Sequence

import pytest

from workers.gather import Gather


class Room:
    """Writes down which batches came, and lets them go when it is told to."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.open = asyncio.Event()

    async def act(self, items: Sequence[int]) -> Sequence[int | Exception]:
        self.batches.append(list(items))
        await self.open.wait()
        return [ValueError(str(item)) if item < 0 else item * 10 for item in items]


async def test_what_comes_while_it_is_busy_is_done_next_together_and_in_order() -> None:
    room = Room()
    gather = Gather(room.act, most=3)
    asked = [asyncio.create_task(gather(item)) for item in range(6)]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    asked.append(asyncio.create_task(gather(6)))
    room.open.set()
    assert await asyncio.gather(*asked) == [0, 10, 20, 30, 40, 50, 60]
    assert room.batches == [[0, 1, 2], [3, 4, 5], [6]]


async def test_an_items_own_failure_is_its_own() -> None:
    room = Room()
    room.open.set()
    gather = Gather(room.act, most=9)
    found = await asyncio.gather(*(gather(item) for item in (1, -2, 3)), return_exceptions=True)
    assert found[0] == 10
    assert isinstance(found[1], ValueError)
    assert found[2] == 30


async def test_when_all_fail_for_ones_sake_each_is_tried_alone() -> None:
    tried: list[list[int]] = []

    async def act(items: Sequence[int]) -> Sequence[int | Exception]:
        tried.append(list(items))
        if 2 in items:
            raise OSError(2)
        return items

    gather = Gather(act, most=9)
    found = await asyncio.gather(*(gather(item) for item in (1, 2, 3)), return_exceptions=True)
    assert (found[0], found[2]) == (1, 3)
    assert isinstance(found[1], OSError)
    assert tried == [[1, 2, 3], [1], [2], [3]]


async def test_one_that_fails_alone_is_not_tried_twice() -> None:
    tried: list[list[int]] = []

    async def act(items: Sequence[int]) -> Sequence[int | Exception]:
        tried.append(list(items))
        raise OSError

    with pytest.raises(OSError):  # noqa: PT011 - whatever `act` raised
        await Gather(act, most=9)(1)
    assert tried == [[1]]


async def test_a_cancelled_caller_takes_nothing_back() -> None:
    room = Room()
    gather = Gather(room.act, most=9)
    asked = [asyncio.create_task(gather(item)) for item in (1, 2, 3)]
    await asyncio.sleep(0)
    asked[0].cancel()
    await asyncio.sleep(0)
    room.open.set()
    assert await asked[2] == 30
    with pytest.raises(asyncio.CancelledError):
        await asked[0]
    assert room.batches == [[1, 2, 3]]


async def test_what_a_cancelled_caller_would_have_been_told_disturbs_nobody() -> None:
    room = Room()
    complaints: list[dict[str, object]] = []
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _loop, context: complaints.append(context))
    try:
        gather = Gather(room.act, most=9)
        asked = [asyncio.create_task(gather(item)) for item in (1, -2, 3)]
        await asyncio.sleep(0)
        asked[0].cancel()
        asked[1].cancel()
        await asyncio.sleep(0)
        room.open.set()
        assert await asked[2] == 30
        for cancelled in asked[:2]:
            with pytest.raises(asyncio.CancelledError):
                await cancelled
    finally:
        loop.set_exception_handler(None)
    assert complaints == []


async def test_it_goes_on_after_it_was_idle() -> None:
    room = Room()
    room.open.set()
    gather = Gather(room.act, most=1)
    assert [await gather(item) for item in (1, 2)] == [10, 20]
    assert room.batches == [[1], [2]]
