"""Accounts and tokens. Only this module sees a password hash or a token's digest."""

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Row, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store import tables
from schemas.person import Duty, Person


async def add(connection: AsyncConnection, person: Person, password_hash: str | None) -> None:
    """Add an account. Raises IntegrityError when the login is taken."""
    values = person.model_dump() | {"duties": sorted(person.duties), "password_hash": password_hash}
    await connection.execute(insert(tables.people), values)


async def find(connection: AsyncConnection, *, login: str) -> Person | None:
    """Return the account with this login."""
    row = (await connection.execute(select(tables.people).where(tables.people.c.login == login))).one_or_none()
    return _person(row) if row else None


async def password_hash(connection: AsyncConnection, person_id: str) -> str | None:
    """The argon2id hash, for `hub.commands.people` to verify."""
    t = tables.people
    return (await connection.execute(select(t.c.password_hash).where(t.c.id == person_id))).scalar_one_or_none()


async def set_password(connection: AsyncConnection, person_id: str, hashed: str) -> None:
    t = tables.people
    await connection.execute(update(t).where(t.c.id == person_id).values(password_hash=hashed))


async def disable(connection: AsyncConnection, person_id: str) -> None:
    """Close the account and revoke its tokens. Nothing it did is undone."""
    t = tables.people
    now = text("clock_timestamp()")
    await connection.execute(update(t).where(t.c.id == person_id, t.c.disabled_at.is_(None)).values(disabled_at=now))
    mine = tables.tokens.c.person_id == person_id
    await connection.execute(update(tables.tokens).where(mine).values(revoked_at=now))


async def enable(connection: AsyncConnection, person_id: str) -> None:
    """Open the account again. Its tokens stay revoked."""
    t = tables.people
    await connection.execute(update(t).where(t.c.id == person_id).values(disabled_at=None))


async def set_duties(connection: AsyncConnection, person_id: str, duties: Iterable[Duty]) -> None:
    t = tables.people
    await connection.execute(update(t).where(t.c.id == person_id).values(duties=sorted(duties)))


async def add_token(
    connection: AsyncConnection, person_id: str, token: str, *, label: str, expires_at: datetime
) -> None:
    """Keep a token's digest; the token itself is shown once and stored nowhere."""
    digest = sha256(token.encode()).digest()
    values = {"digest": digest, "person_id": person_id, "label": label, "expires_at": expires_at}
    await connection.execute(insert(tables.tokens), values)


async def bearer(connection: AsyncConnection, token: str) -> Person | None:
    """Return whose live token this is. The digest is compared by the index: there is nothing to time."""
    t, p = tables.tokens, tables.people
    query = (
        select(p)
        .join(t, t.c.person_id == p.c.id)
        .where(
            t.c.digest == sha256(token.encode()).digest(),
            t.c.revoked_at.is_(None),
            t.c.expires_at > text("clock_timestamp()"),
            p.c.disabled_at.is_(None),
        )
    )
    row = (await connection.execute(query)).one_or_none()
    return _person(row) if row else None


async def every(connection: AsyncConnection) -> list[Person]:
    """All accounts, disabled ones included."""
    return [_person(row) for row in await connection.execute(select(tables.people).order_by(tables.people.c.login))]


def _person(row: Row[Any]) -> Person:
    return Person(
        id=row.id,
        login=row.login,
        name=row.name,
        unit=row.unit,
        duties=frozenset(Duty(duty) for duty in row.duties),
        disabled_at=row.disabled_at,
    )
