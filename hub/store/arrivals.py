"""Files that arrived and are not a release yet. Each becomes one release at most, however often it is asked for."""

from datetime import timedelta
from typing import Any

from sqlalchemy import Row, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store import tables
from schemas.draft import Arrival

_T = tables.arrivals
KEEP = timedelta(days=30)
#: How many one person may have waiting; beyond it the oldest goes.
MAX_OF_PERSON = 30
_BESIDE = {"id", "person", "release", "at"}


async def add(connection: AsyncConnection, arrival: Arrival) -> None:
    """Keep what arrived, and clear away what is too old or too much."""
    await _prune(connection, arrival.person)
    values = {"id": arrival.id, "person_id": arrival.person, "content": arrival.model_dump(exclude=_BESIDE)}
    await connection.execute(insert(_T).values(values))


async def find(connection: AsyncConnection, arrival: str, person: str, *, lock: bool = False) -> Arrival | None:
    """Return the person's own arrival. With `lock`, a second click waits for the first one's release."""
    query = select(_T).where(_T.c.id == arrival, _T.c.person_id == person)
    row = (await connection.execute(query.with_for_update() if lock else query)).one_or_none()
    return _arrival(row) if row else None


async def waiting(connection: AsyncConnection, person: str) -> list[Arrival]:
    """What the person brought and nothing was made of, the newest first."""
    query = select(_T).where(_T.c.person_id == person, _T.c.release_id.is_(None))
    return [_arrival(row) for row in await connection.execute(query.order_by(_T.c.at.desc()).limit(5))]


async def became(connection: AsyncConnection, arrival: str, release: int) -> None:
    await connection.execute(update(_T).where(_T.c.id == arrival).values(release_id=release))


async def drop(connection: AsyncConnection, arrival: str, person: str) -> None:
    await connection.execute(delete(_T).where(_T.c.id == arrival, _T.c.person_id == person))


async def _prune(connection: AsyncConnection, person: str) -> None:
    beyond = select(_T.c.at).where(_T.c.person_id == person).order_by(_T.c.at.desc()).offset(MAX_OF_PERSON - 1)
    oldest = beyond.limit(1).scalar_subquery()
    old = or_(_T.c.at < func.clock_timestamp() - KEEP, (_T.c.person_id == person) & (_T.c.at <= oldest))
    chosen = select(_T.c.id).where(old).limit(20).with_for_update(skip_locked=True)
    gone = (await connection.execute(chosen)).scalars().all()
    await connection.execute(delete(_T).where(_T.c.id.in_(gone)))


def _arrival(row: Row[Any]) -> Arrival:
    beside = {"id": row.id, "person": row.person_id, "release": row.release_id, "at": row.at}
    return Arrival.model_validate(row.content | beside)
