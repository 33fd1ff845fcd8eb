"""Counting calls for all workers together."""

import asyncio
from collections import Counter
from datetime import datetime, timedelta

from hub.app import House
from hub.store import budgets, engine
from hub.store.budgets import Budgets
from schemas.budget import Budget
from schemas.entry import BEIJING

DAILY = Budget(endpoint="submit", limit=7)
#: So many ask at once.
TASKS = 30


async def test_thirty_at_once_never_spend_more_than_the_limit(house: House) -> None:
    purse = Budgets(house.engine)
    waits = await asyncio.gather(*(purse.spend("wechat", DAILY) for _ in range(TASKS)))
    assert Counter(wait is None for wait in waits) == {True: DAILY.limit, False: TASKS - DAILY.limit}
    async with house.engine.connect() as connection:
        now = await engine.now(connection)
        (told,) = await budgets.spent(connection, "wechat", [DAILY])
    assert (told.used, told.limit, told.resets_at) == (DAILY.limit, DAILY.limit, DAILY.closes(DAILY.window(now)))
    left = (told.resets_at - now).total_seconds()
    assert all(left <= wait < left + 5 for wait in waits if wait is not None)


async def test_channels_and_endpoints_have_purses_of_their_own(house: House) -> None:
    purse, one = Budgets(house.engine), Budget(endpoint="submit", limit=1)
    other = one.model_copy(update={"endpoint": "mass"})
    assert await purse.spend("a", one) is None
    assert await purse.spend("b", one) is None
    assert await purse.spend("a", other) is None
    assert await purse.spend("a", one) is not None
    async with house.engine.connect() as connection:
        told = await budgets.spent(connection, "a", [one, other, Budget(endpoint="never", limit=3)])
    assert [(line.endpoint, line.used) for line in told] == [("submit", 1), ("mass", 1), ("never", 0)]


async def test_it_starts_again_when_it_said_it_would(house: House) -> None:
    purse, short = Budgets(house.engine), Budget(endpoint="submit", limit=1, seconds=1)
    first = await purse.spend("a", short)
    assert first is None
    # A window may have ended between two calls, so the first refusal counts.
    while (wait := await purse.spend("a", short)) is None:
        pass
    assert 0 < wait <= short.seconds
    await asyncio.sleep(wait)
    assert await purse.spend("a", short) is None


async def test_a_limit_that_was_lowered_holds_at_once(house: House) -> None:
    purse = Budgets(house.engine)
    for _ in range(3):
        assert await purse.spend("a", DAILY) is None
    assert await purse.spend("a", DAILY.model_copy(update={"limit": 2})) is not None


async def test_a_months_calls_are_counted_to_its_end(house: House) -> None:
    monthly = Budget(endpoint="send", limit=1, is_monthly=True)
    closing = datetime(2027, 1, 1, tzinfo=BEIJING)
    assert [monthly.closes(monthly.window(closing - timedelta(days=days))) for days in (1, 31)] == [closing] * 2
    purse = Budgets(house.engine)
    assert await purse.spend("a", monthly) is None
    async with house.engine.connect() as connection:
        [told] = await budgets.spent(connection, "a", [monthly])
    assert (told.used, told.period) == (1, "本月")
    assert await purse.spend("a", monthly) is not None
