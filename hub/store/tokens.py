"""Tokens, by which programs act as somebody. Only this module sees the digest of one."""

from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, NamedTuple

from sqlalchemy import Row, Select, func, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store import people, tables
from schemas.person import MACHINE, Person, Token

_T = tables.tokens
_NOW = text("clock_timestamp()")
#: Bytes of the digest that name a token. They say nothing of it: it has 256 random bits.
_NAME = 8
#: How precisely its last use is kept: what is written at every request would cost every request a write.
USED_EVERY = timedelta(minutes=5)
MAX_LISTED = 100


class Bearer(NamedTuple):
    """Whose token was shown."""

    person: Person
    approves: bool  #: as in `Token`
    is_noted: bool  #: its use was written down a moment ago


async def add(
    connection: AsyncConnection, person_id: str, token: str, *, label: str, made_by: str, expires_at: datetime
) -> str:
    """Keep a token's digest; the token itself is shown once and stored nowhere. Return what names it."""
    digest = _digest(token)
    values = {"digest": digest, "person_id": person_id, "label": label, "made_by": made_by, "expires_at": expires_at}
    await connection.execute(insert(_T), values)
    return digest[:_NAME].hex()


async def bearer(connection: AsyncConnection, token: str) -> Bearer | None:
    """Return whose live token this is. The digest is compared by the index: there is nothing to time."""
    p = tables.people
    noted = _T.c.used_at > func.clock_timestamp() - USED_EVERY
    query: Select[Any] = (
        select(*p.c, _T.c.made_by, noted.label("noted"))
        .join(_T, _T.c.person_id == p.c.id)
        .where(
            _T.c.digest == _digest(token), _T.c.revoked_at.is_(None), _T.c.expires_at > _NOW, p.c.disabled_at.is_(None)
        )
    )
    row = (await connection.execute(query)).one_or_none()
    return Bearer(people.person(row), row.made_by in {row.id, MACHINE}, bool(row.noted)) if row else None


async def used(connection: AsyncConnection, token: str) -> None:
    """Write down that it was used now. Whoever is doing so already is not waited for."""
    free = select(_T.c.digest).where(_T.c.digest == _digest(token)).with_for_update(skip_locked=True)
    await connection.execute(update(_T).where(_T.c.digest.in_(free)).values(used_at=_NOW))


async def of_person(connection: AsyncConnection, person_id: str) -> list[Token]:
    """The person's tokens, the newest first, those that are over included."""
    query = select(_T).where(_T.c.person_id == person_id).order_by(_T.c.created_at.desc(), _T.c.digest)
    return [_token(row) for row in await connection.execute(query.limit(MAX_LISTED))]


async def revoke(connection: AsyncConnection, person_id: str, token_id: str) -> bool | None:
    """End it now. Return whether this did it: False for one that was revoked before, None for one there is not."""
    rows = await connection.execute(
        select(_T.c.digest, _T.c.revoked_at).where(_T.c.person_id == person_id).with_for_update()
    )
    found = next((row for row in rows if row.digest[:_NAME].hex() == token_id), None)
    if found is None:
        return None
    if found.revoked_at is not None:
        return False
    await connection.execute(update(_T).where(_T.c.digest == found.digest).values(revoked_at=_NOW))
    return True


def _digest(token: str) -> bytes:
    return sha256(token.encode()).digest()


def _token(row: Row[Any]) -> Token:
    return Token(
        id=row.digest[:_NAME].hex(),
        label=row.label,
        is_own=row.made_by == row.person_id,
        approves=row.made_by in {row.person_id, MACHINE},
        made_by=row.made_by,
        created_at=row.created_at,
        used_at=row.used_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
    )
