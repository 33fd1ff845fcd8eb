"""What was begun with a browser and must be finished once, within minutes, by the same browser: it holds the ticket."""

import secrets
from datetime import timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store import tables
from schemas.release import Frozen

_T = tables.ceremonies
_NOW = text("clock_timestamp()")
#: How long people have for it.
LIFETIME = timedelta(minutes=5)
#: Anybody who reaches the sign-in page can begin one: more than so many are not kept.
MAX_NAMELESS = 2_000
_BATCH = 10_000


class FullError(Exception):
    """Too many have been begun by nobody in particular."""


class Ceremony(Frozen):
    """One that is under way. `data` is its kind's own."""

    kind: str
    person: str | None
    data: dict[str, Any]


async def begin(connection: AsyncConnection, kind: str, person_id: str | None = None, **data: Any) -> str:
    """Keep what is needed to finish it and return the ticket, which is stored nowhere. Clears away those overdue.

    Raises FullError for one without a person when there are too many of those.
    """
    over = select(_T.c.digest).where(_T.c.expires_at < _NOW).limit(_BATCH).with_for_update(skip_locked=True)
    await connection.execute(delete(_T).where(_T.c.digest.in_(over.scalar_subquery())))
    if person_id is None and await _nameless(connection) >= MAX_NAMELESS:
        raise FullError
    ticket = secrets.token_urlsafe(32)
    values = {"digest": _digest(ticket), "kind": kind, "person_id": person_id, "data": data}
    await connection.execute(insert(_T).values(**values, expires_at=func.clock_timestamp() + LIFETIME))
    return ticket


async def find(connection: AsyncConnection, kind: str, ticket: str) -> Ceremony | None:
    """Return one that is under way, and leave it so: for those that may be tried again."""
    row = (await connection.execute(select(_T).where(*_live(kind, ticket)))).one_or_none()
    return Ceremony(kind=row.kind, person=row.person_id, data=row.data) if row else None


async def note(connection: AsyncConnection, kind: str, ticket: str, **data: Any) -> bool:
    """Keep other data with one that is under way, instead of what it had. False when there is none."""
    changed = await connection.execute(update(_T).where(*_live(kind, ticket)).values(data=data))
    return bool(changed.rowcount)


async def take(connection: AsyncConnection, kind: str, ticket: str) -> Ceremony | None:
    """Return one that is under way and end it: of two who come with the same ticket one gets it."""
    row = (await connection.execute(delete(_T).where(*_live(kind, ticket)).returning(_T))).one_or_none()
    return Ceremony(kind=row.kind, person=row.person_id, data=row.data) if row else None


async def drop(connection: AsyncConnection, person_id: str) -> None:
    """End all that the person has begun."""
    await connection.execute(delete(_T).where(_T.c.person_id == person_id))


async def _nameless(connection: AsyncConnection) -> int:
    query = select(func.count()).select_from(_T).where(_T.c.person_id.is_(None))
    count: int = (await connection.execute(query)).scalar_one()
    return count


def _live(kind: str, ticket: str) -> tuple[Any, ...]:
    return _T.c.digest == _digest(ticket), _T.c.kind == kind, _T.c.expires_at > _NOW


def _digest(ticket: str) -> bytes:
    return sha256(ticket.encode(errors="surrogatepass")).digest()
