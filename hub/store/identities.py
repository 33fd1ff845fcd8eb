"""Whom the bureau's identity provider means: its own name for a person (issuer and subject), bound to an account."""

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store import people, tables
from schemas.person import Person

_T = tables.identities


async def find(connection: AsyncConnection, issuer: str, subject: str) -> Person | None:
    """Return the account that is bound to this identity."""
    p = tables.people
    query = select(p).join(_T, _T.c.person_id == p.c.id).where(_T.c.issuer == issuer, _T.c.subject == subject)
    row = (await connection.execute(query)).one_or_none()
    return people.person(row) if row else None


async def is_bound(connection: AsyncConnection, issuer: str, person_id: str) -> bool:
    """Whether the account is bound to any identity of this provider."""
    query = select(_T.c.subject).where(_T.c.issuer == issuer, _T.c.person_id == person_id).limit(1)
    return (await connection.execute(query)).scalar_one_or_none() is not None


async def bind(connection: AsyncConnection, issuer: str, subject: str, person_id: str) -> None:
    """Bind them. Raises IntegrityError when the identity is bound already."""
    await connection.execute(insert(_T), {"issuer": issuer, "subject": subject, "person_id": person_id})


async def unbind(connection: AsyncConnection, person_id: str) -> int:
    """Forget every identity of the account. Return how many there were."""
    return (await connection.execute(delete(_T).where(_T.c.person_id == person_id))).rowcount
