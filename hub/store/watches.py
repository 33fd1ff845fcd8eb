"""What is looked after once it is public. A row begins with a sighting and ends with a withdrawal."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, delete, func, null, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store import tables
from schemas.publication import Loss
from schemas.watch import Watch

_T = tables.watches
_NOW = func.clock_timestamp()
#: A look in hand is nobody else's for so long; a worker that died with it costs one look.
LEASE = timedelta(minutes=10)
#: Lines of one reading.
MOST = 20
_FRESH = {"looks": 0, "lost_at": None, "lost": null(), "known_at": None, "known_by": None}


async def begin(connection: AsyncConnection, one: Watch, *, pause: timedelta) -> None:
    """Look after what was seen, from a pause after now. May run twice; a newer edition takes an older one's place."""
    first = {name: getattr(one, name) for name in ("channel", "edition", "digest", "seen_at")}
    values = {**first, "release_id": one.release, "due_at": _NOW + pause}
    new = insert(_T).values(values)
    again = {**{name: new.excluded[name] for name in ("edition", "digest", "seen_at", "due_at")}, **_FRESH}
    statement = new.on_conflict_do_update(
        index_elements=["release_id", "channel"], set_=again, where=new.excluded.edition > _T.c.edition
    )
    await connection.execute(statement)


async def end(connection: AsyncConnection, release: int, channel: str, edition: int) -> None:
    """It is withdrawn: nobody looks for it any more. May run twice."""
    mine = (_T.c.release_id == release, _T.c.channel == channel, _T.c.edition <= edition)
    await connection.execute(delete(_T).where(*mine))


async def claim(connection: AsyncConnection, channel: str) -> Watch | None:
    """Take what is due on the channel, the newest first: a long past that waits must not keep the present from it."""
    due = select(_T).where(_T.c.channel == channel, _T.c.due_at <= _NOW).order_by(_T.c.due_at.desc()).limit(1)
    row = (await connection.execute(due.with_for_update(skip_locked=True))).one_or_none()
    if row is None:
        return None
    await connection.execute(update(_T).where(*_same(_watch(row))).values(due_at=_NOW + LEASE))
    return _watch(row)


async def lock(connection: AsyncConnection, release: int, channel: str) -> Watch | None:
    """Lock and return one."""
    query = select(_T).where(_T.c.release_id == release, _T.c.channel == channel).with_for_update()
    row = (await connection.execute(query)).one_or_none()
    return _watch(row) if row else None


async def put_off(connection: AsyncConnection, one: Watch, due_at: datetime) -> None:
    """It could not be looked at: later."""
    await connection.execute(update(_T).where(*_same(one)).values(due_at=due_at))


async def looked(
    connection: AsyncConnection, one: Watch, losses: Sequence[Loss], *, at: datetime, due_at: datetime
) -> None:
    """Write what a look found. Another loss than before is another that somebody must take note of."""
    values: dict[str, Any] = {"looks": one.looks + 1, "due_at": due_at}
    if {loss.document for loss in losses} != {loss.document for loss in one.losses}:
        lost = [loss.model_dump() for loss in losses]
        values |= {"lost": lost or null(), "lost_at": at if lost else None, "known_at": None, "known_by": None}
    await connection.execute(update(_T).where(*_same(one)).values(values))


async def note(connection: AsyncConnection, one: Watch, *, by: str, at: datetime) -> None:
    """A person has taken note of the loss."""
    await connection.execute(update(_T).where(*_same(one)).values(known_by=by, known_at=at))


async def hasten(connection: AsyncConnection, release: int) -> int:
    """Look at the release's publications at once, as far as their channels' looks allow; return how many there are."""
    mine = update(_T).where(_T.c.release_id == release).values(due_at=_NOW)
    return (await connection.execute(mine)).rowcount


async def of_release(connection: AsyncConnection, release: int) -> list[Watch]:
    return await _some(connection, select(_T).where(_T.c.release_id == release).order_by(_T.c.channel))


async def lost(connection: AsyncConnection) -> tuple[int, list[Watch]]:
    """How many losses nobody has taken note of, and the oldest of them."""
    query = select(_T).where(_T.c.lost_at.is_not(None), _T.c.known_at.is_(None))
    whole = (await connection.execute(select(func.count()).select_from(query.subquery()))).scalar_one()
    return int(whole), await _some(connection, query.order_by(_T.c.lost_at).limit(MOST)) if whole else []


async def counts(connection: AsyncConnection) -> dict[str, int]:
    """Channel → losses that nobody has taken note of."""
    open_ = (_T.c.lost_at.is_not(None), _T.c.known_at.is_(None))
    rows = await connection.execute(select(_T.c.channel, func.count()).where(*open_).group_by(_T.c.channel))
    return {row[0]: row[1] for row in rows}


def _same(one: Watch) -> tuple[Any, ...]:
    """The row, unless a newer edition has taken its place."""
    return (_T.c.release_id == one.release, _T.c.channel == one.channel, _T.c.edition == one.edition)


async def _some(connection: AsyncConnection, query: Select[Any]) -> list[Watch]:
    return [_watch(row) for row in await connection.execute(query)]


def _watch(row: Row[Any]) -> Watch:
    values = {name: getattr(row, name) for name in Watch.model_fields if name not in {"release", "losses"}}
    losses = tuple(Loss.model_validate(one) for one in row.lost or ())
    return Watch.model_validate({**values, "release": row.release_id, "losses": losses})
