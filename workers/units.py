"""Tells subordinate units of every official release and of what holds of it later, and reminds those that stay silent.

"不得以还未收到纸质文件为由而延缓执行": from the moment of the dispatch nobody can say that it was not known.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from itertools import groupby

import structlog
from pydantic_core import from_json
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from hub.core import dispatching
from hub.store import calendars, dispatches, engine, log
from hub.store.followers import Passed
from schemas.dispatch import Dispatch
from schemas.entry import Act, EntryType

_log = structlog.get_logger()

#: Reminders are made once a day; more often nobody needs to look.
INTERVAL_SECONDS = 600.0


class Units:
    """The follower that writes dispatches (`workers.news.Follower`)."""

    name = "units"
    kinds = dispatching.KINDS

    def __init__(self, who: str) -> None:
        self._who = who

    async def take(self, connection: AsyncConnection, entries: Sequence[Passed]) -> None:
        for entry in entries:
            if entry.release is not None:
                await self._tell(connection, entry, entry.release)

    async def told(self) -> None:
        """Nobody works these off but people: they see them on their next look."""

    async def _tell(self, connection: AsyncConnection, entry: Passed, release: int) -> None:
        body = from_json(entry.body)
        kind = dispatching.tidings(entry.type, body.get("data") or {})
        if kind is None:
            return
        at = datetime.fromisoformat(body["at"])
        units = await dispatches.tell(connection, seq=entry.seq, release=release, kind=kind, happened_at=at)
        if units:
            data = {"seq": entry.seq, "kind": kind, "units": len(units), "sha256": dispatching.digest(units)}
            sent = Act(type=EntryType.DISPATCH_SENT, who=self._who, release=release, data=data)
            await log.append(connection, [sent])


async def remind(store: AsyncEngine, who: str) -> None:
    """Remind for ever, on working days. Any number of workers may: nobody is reminded twice. Ends by cancellation."""
    while True:
        try:
            async with store.begin() as connection:
                await _remind(connection, who)
        except (SQLAlchemyError, OSError) as error:
            _log.warning("units.unreachable", reason=type(error).__name__)
        await asyncio.sleep(INTERVAL_SECONDS)


async def _remind(connection: AsyncConnection, who: str) -> None:
    """Durable with its log entries when the transaction commits; read again tomorrow by the time of the reminder."""
    now = await engine.now(connection)
    before = dispatching.reminded_before(now, await calendars.every(connection))
    late = await dispatches.open_since(connection, before) if before else []
    if not late:
        return
    await dispatches.urge(connection, [one.id for one in late], at=now)
    by_release = groupby(sorted(late, key=_release), key=_release)
    await log.append(connection, [dispatching.reminder(who, release, ones) for release, ones in by_release])


def _release(one: Dispatch) -> int:
    return one.release
