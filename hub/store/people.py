"""Accounts. Only this module sees a password hash; tokens are in `tokens`."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row, delete, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store import tables
from schemas.person import Duty, Person, Reset


async def add(
    connection: AsyncConnection, account: Person, password_hash: str | None, *, must_change: bool = False
) -> None:
    """Add an account. Raises IntegrityError when the login is taken."""
    values = account.model_dump() | {"duties": sorted(account.duties), "password_hash": password_hash}
    await connection.execute(insert(tables.people), values | {"must_change": must_change})


async def find(connection: AsyncConnection, *, login: str) -> Person | None:
    """Return the account with this login; nobody's for what the store cannot even hold."""
    if not login.isprintable():
        return None
    row = (await connection.execute(select(tables.people).where(tables.people.c.login == login))).one_or_none()
    return person(row) if row else None


async def credentials(connection: AsyncConnection, login: str) -> tuple[Person, str | None] | None:
    """The account with this login and its argon2id hash: one query, as long for a login that nobody has."""
    if not login.isprintable():
        return None
    row = (await connection.execute(select(tables.people).where(tables.people.c.login == login))).one_or_none()
    return (person(row), row.password_hash) if row else None


async def get(connection: AsyncConnection, person_id: str) -> Person | None:
    """Return the account with this id."""
    row = (await connection.execute(select(tables.people).where(tables.people.c.id == person_id))).one_or_none()
    return person(row) if row else None


async def password_hash(connection: AsyncConnection, person_id: str) -> str | None:
    """The argon2id hash, for `hub.commands.passwords` to verify."""
    t = tables.people
    return (await connection.execute(select(t.c.password_hash).where(t.c.id == person_id))).scalar_one_or_none()


async def set_password(
    connection: AsyncConnection, person_id: str, hashed: str, *, must_change: bool = False, by: str | None = None
) -> None:
    """`by` when somebody else chose it; `must_change` has the person choose another at the next sign-in."""
    t = tables.people
    values: dict[str, Any] = {"password_hash": hashed, "must_change": must_change}
    if by is not None:
        values |= {"reset_by": by, "reset_at": text("clock_timestamp()")}
    await connection.execute(update(t).where(t.c.id == person_id).values(values))


async def rehash(connection: AsyncConnection, person_id: str, *, before: str, after: str) -> None:
    """Keep the same password under today's parameters, unless it was changed meanwhile."""
    t = tables.people
    same = (t.c.id == person_id, t.c.password_hash == before)
    await connection.execute(update(t).where(*same).values(password_hash=after))


async def disable(connection: AsyncConnection, person_id: str) -> None:
    """Close the account, revoke its tokens and end its sessions. Nothing it did is undone."""
    t = tables.people
    now = text("clock_timestamp()")
    await connection.execute(update(t).where(t.c.id == person_id, t.c.disabled_at.is_(None)).values(disabled_at=now))
    mine = tables.tokens.c.person_id == person_id
    await connection.execute(update(tables.tokens).where(mine).values(revoked_at=now))
    for table in (tables.sessions, tables.ceremonies):
        await connection.execute(delete(table).where(table.c.person_id == person_id))


async def enable(connection: AsyncConnection, person_id: str) -> None:
    """Open the account again. Its tokens stay revoked."""
    t = tables.people
    await connection.execute(update(t).where(t.c.id == person_id).values(disabled_at=None))


async def set_duties(connection: AsyncConnection, person_id: str, duties: Iterable[Duty]) -> None:
    t = tables.people
    await connection.execute(update(t).where(t.c.id == person_id).values(duties=sorted(duties)))


async def move(connection: AsyncConnection, person_id: str, unit: str) -> None:
    """Their unit is this one, and it is the one that they act for."""
    t = tables.people
    await connection.execute(update(t).where(t.c.id == person_id).values(unit=unit, acting_unit=None))


async def must_change(connection: AsyncConnection, person_id: str) -> bool:
    """Whether somebody else chose the password that is theirs now."""
    t = tables.people
    return bool((await connection.execute(select(t.c.must_change).where(t.c.id == person_id))).scalar_one_or_none())


async def reset(connection: AsyncConnection, person_id: str) -> Reset | None:
    """Who set the person's password last in their place, and when; None where nobody did."""
    t, other = tables.people, tables.people.alias()
    query = select(t.c.reset_by, t.c.reset_at, other.c.name).outerjoin(other, other.c.id == t.c.reset_by)
    row = (await connection.execute(query.where(t.c.id == person_id, t.c.reset_at.is_not(None)))).one_or_none()
    return Reset(by=row.reset_by, name=row.name or "", at=row.reset_at) if row else None


async def every(connection: AsyncConnection) -> list[Person]:
    """All accounts, disabled ones included."""
    return [person(row) for row in await connection.execute(select(tables.people).order_by(tables.people.c.login))]


def person(row: Row[Any]) -> Person:
    """The account in a row that has the columns of `people`."""
    return Person(
        id=row.id,
        login=row.login,
        name=row.name,
        unit=row.acting_unit or row.unit,
        home=row.unit if row.acting_unit else "",
        duties=frozenset(Duty(duty) for duty in row.duties),
        disabled_at=row.disabled_at,
    )
