"""What units were told and have acknowledged."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, cast, func, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store import tables
from schemas.dispatch import Dispatch, Tally, Tidings

_T = tables.dispatches
#: Lines of one reading.
MOST = 200


async def tell(
    connection: AsyncConnection, *, seq: int, release: int, kind: Tidings, happened_at: datetime
) -> list[str]:
    """Tell every open unit that was to be told at that time; return their names. May run twice: none hears twice."""
    u = tables.units
    told = select(
        cast(seq, _T.c.seq.type),
        cast(release, _T.c.release_id.type),
        u.c.name,
        cast(kind, _T.c.kind.type),
        cast(happened_at, _T.c.happened_at.type),
        func.clock_timestamp(),
    ).where(u.c.closed_at.is_(None), u.c.told_since <= happened_at)
    names = ["seq", "release_id", "unit", "kind", "happened_at", "told_at"]
    statement = upsert(_T).from_select(names, told).on_conflict_do_nothing().returning(_T.c.unit)
    return sorted((await connection.execute(statement)).scalars())


async def find(connection: AsyncConnection, number: int, *, lock: bool = False) -> Dispatch | None:
    query = select(_T).where(_T.c.id == number)
    row = (await connection.execute(query.with_for_update() if lock else query)).one_or_none()
    return _dispatch(row) if row else None


async def acknowledge(connection: AsyncConnection, number: int, *, by: str, at: datetime) -> None:
    """Write the acknowledgement of one that was found open and locked."""
    values = {"acknowledged_by": by, "acknowledged_at": at}
    await connection.execute(update(_T).where(_T.c.id == number).values(values))


async def of_unit(connection: AsyncConnection, unit: str, *, is_open: bool) -> list[Dispatch]:
    """What a unit has before it, oldest first; or what it has acknowledged, the latest first."""
    if is_open:
        return await _some(connection, _T.c.unit == unit, _T.c.acknowledged_at.is_(None), order=_T.c.id.asc())
    return await _some(connection, _T.c.unit == unit, _T.c.acknowledged_at.is_not(None), order=_T.c.id.desc())


async def of_release(connection: AsyncConnection, release: int) -> list[Dispatch]:
    """Everything that units were told of the release, news by news, in the units' order of names."""
    return await _some(connection, _T.c.release_id == release, order=_T.c.id.asc())


async def open_since(connection: AsyncConnection, before: datetime) -> list[Dispatch]:
    """What was told before this moment and nobody has acknowledged or been reminded of since then; locked."""
    stale = func.coalesce(_T.c.urged_at, _T.c.told_at) < before
    query = select(_T).where(_T.c.acknowledged_at.is_(None), stale).order_by(_T.c.id).limit(MOST)
    rows = await connection.execute(query.with_for_update(skip_locked=True))
    return [_dispatch(row) for row in rows]


async def urge(connection: AsyncConnection, numbers: Collection[int], *, at: datetime) -> None:
    """Count a reminder of each."""
    changed = update(_T).where(_T.c.id.in_(numbers), _T.c.acknowledged_at.is_(None))
    await connection.execute(changed.values(urged_at=at, urges=_T.c.urges + 1))


async def tallies(connection: AsyncConnection, limit: int = MOST) -> list[Tally]:
    """How far the latest news have got, the latest first."""
    newest = select(_T.c.seq).group_by(_T.c.seq).order_by(_T.c.seq.desc()).limit(limit).subquery()
    query = (
        select(
            _T.c.seq,
            func.min(_T.c.release_id).label("release"),
            func.min(_T.c.kind).label("kind"),
            func.min(_T.c.happened_at).label("happened_at"),
            func.count().label("told"),
            func.count(_T.c.acknowledged_at).label("acknowledged"),
        )
        .where(_T.c.seq.in_(select(newest.c.seq)))
        .group_by(_T.c.seq)
        .order_by(_T.c.seq.desc())
    )
    return [Tally.model_validate(row._asdict()) for row in await connection.execute(query)]


async def count_open(connection: AsyncConnection, unit: str) -> int:
    """How many pieces of news a unit has not acknowledged."""
    query = select(func.count()).where(_T.c.unit == unit, _T.c.acknowledged_at.is_(None))
    return int((await connection.execute(query)).scalar_one())


async def _some(connection: AsyncConnection, *where: ColumnElement[bool], order: Any) -> list[Dispatch]:
    rows = await connection.execute(select(_T).where(*where).order_by(order).limit(MOST))
    return [_dispatch(row) for row in rows]


def _dispatch(row: Row[Any]) -> Dispatch:
    values = {"release" if name == "release_id" else name: value for name, value in row._asdict().items()}
    return Dispatch.model_validate(values)
