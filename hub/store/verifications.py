"""Verifications run on the server: one at a time over all processes, each with its progress and its report."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, func, insert, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store import tables
from schemas.verification import Phase, Verification

#: A run that has told nothing for so long has lost its process.
SILENT = timedelta(seconds=60)

_T = tables.verifications
_NOW = text("clock_timestamp()")


class BusyError(Exception):
    """Another one is running."""


async def begin(connection: AsyncConnection, person: str, since: str | None) -> int:
    """Begin one and return its number. Raises BusyError, and the transaction is then of no more use.

    One whose process died is ended first, without a report.
    """
    is_dead = (_T.c.ended_at.is_(None), _T.c.beat_at < func.clock_timestamp() - SILENT)
    await connection.execute(update(_T).where(*is_dead).values(ended_at=_NOW, phase=Phase.LOST))
    values = {"started_by": person, "since": since, "phase": Phase.EXPORT}
    try:
        number = (await connection.execute(insert(_T).values(values).returning(_T.c.id))).scalar_one()
    except IntegrityError as error:
        raise BusyError from error
    return int(number)


async def beat(connection: AsyncConnection, number: int, phase: Phase, *, done: int, size: int) -> None:
    """Tell how far it is. What has ended stays as it ended."""
    values = {"phase": phase, "done": done, "size": size, "beat_at": _NOW}
    await connection.execute(update(_T).where(_T.c.id == number, _T.c.ended_at.is_(None)).values(values))


async def end(connection: AsyncConnection, number: int, phase: Phase, report: dict[str, Any] | None) -> None:
    """End it, with its report if it came to one. A second end changes nothing."""
    values = {"phase": phase, "report": report, "ended_at": _NOW, "beat_at": _NOW}
    await connection.execute(update(_T).where(_T.c.id == number, _T.c.ended_at.is_(None)).values(values))


async def find(connection: AsyncConnection, number: int) -> Verification | None:
    row = (await connection.execute(_every().where(_T.c.id == number))).one_or_none()
    return _verification(row) if row else None


async def newest(connection: AsyncConnection, limit: int) -> list[Verification]:
    """The last ones, newest first."""
    return [_verification(row) for row in await connection.execute(_every().order_by(_T.c.id.desc()).limit(limit))]


def _every() -> Any:
    return select(_T, tables.people.c.name, func.clock_timestamp().label("now")).join(
        tables.people, tables.people.c.id == _T.c.started_by
    )


def _verification(row: Row[Any]) -> Verification:
    is_lost = row.ended_at is None and _is_silent(row.beat_at, row.now)
    return Verification(
        id=row.id,
        started_by=row.started_by,
        name=row.name,
        started_at=row.started_at,
        phase=Phase.LOST if is_lost else Phase(row.phase),
        done=row.done,
        size=row.size,
        since=row.since,
        report=row.report,
        ended_at=row.beat_at if is_lost else row.ended_at,
        seconds=((row.ended_at or row.now) - row.started_at).total_seconds(),
    )


def _is_silent(beat_at: datetime, now: datetime) -> bool:
    return now - beat_at > SILENT
