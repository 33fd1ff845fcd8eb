"""Finds everything due, lost or abandoned, and rings again. Nothing that the store knows of can be forgotten."""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from hub.store import due, engine, setbacks
from workers import setback
from workers.line import Line

_log = structlog.get_logger()

#: The longest that anything due goes unnoticed when every ring is lost.
INTERVAL_SECONDS = 1.0


async def sweep(store: AsyncEngine, lines: Mapping[str, Line], *, lease_seconds: float) -> None:
    """Ring each line when its next delivery is due, to the millisecond; every second while one is overdue.

    A lease that ran out counts as due: its worker is dead or paused. When the store's clock was set back, what waited
    by the old time is due at once. Ends by cancellation only.
    """
    watch = setback.Watch()
    while True:
        try:
            await _mind(store, watch, lease=timedelta(seconds=lease_seconds))
            wait = await _round(store, lines)
        except (SQLAlchemyError, OSError) as error:
            _log.warning("sweep.unreachable", reason=type(error).__name__)
            wait = INTERVAL_SECONDS
        await asyncio.sleep(wait)


async def _mind(store: AsyncEngine, watch: setback.Watch, *, lease: timedelta) -> None:
    """Look at the store's clock, and make good that it was set back. If that fails, the next look finds it again."""
    async with store.begin() as connection:
        began = setback.clock()
        now = await engine.now(connection)
        # One that has just begun knows of no earlier time than the log's.
        is_new = watch.is_new and await setbacks.is_ahead(connection, by=setback.TOLERANCE)
        if is_new or watch.is_behind(now, began=began):
            _log.warning("clock.set_back")
            await setbacks.make_good(connection, lease=lease)
    watch.keep(now)


async def _round(store: AsyncEngine, lines: Mapping[str, Line]) -> float:
    async with store.connect() as connection:
        soonest = await due.soonest(connection, list(lines))
        now = await engine.now(connection)
    for channel, at in soonest.items():
        if at <= now:
            lines[channel].ring()
    return min([INTERVAL_SECONDS, *(_seconds(at, now) for at in soonest.values() if at > now)])


def _seconds(at: datetime, now: datetime) -> float:
    return (at - now).total_seconds()
