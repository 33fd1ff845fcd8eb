"""Passkeys: public keys only. The private one never leaves the person's device."""

from sqlalchemy import Row, delete, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store import tables
from schemas.passkey import Passkey

_T = tables.passkeys
_NOW = text("clock_timestamp()")


async def add(
    connection: AsyncConnection,
    person_id: str,
    key: bytes,
    *,
    public_key: bytes,
    sign_count: int,
    name: str,
    transports: list[str],
) -> None:
    """Keep a passkey. Raises IntegrityError when somebody has it already."""
    values = {"id": key, "person_id": person_id, "public_key": public_key, "sign_count": sign_count}
    await connection.execute(insert(_T), values | {"name": name, "transports": transports})


async def find(connection: AsyncConnection, key: bytes) -> Passkey | None:
    """Return it with its row locked, so that its counter is compared and raised by one at a time."""
    row = (await connection.execute(select(_T).where(_T.c.id == key).with_for_update())).one_or_none()
    return _passkey(row) if row else None


async def of_person(connection: AsyncConnection, person_id: str) -> list[Passkey]:
    query = select(_T).where(_T.c.person_id == person_id).order_by(_T.c.created_at)
    return [_passkey(row) for row in await connection.execute(query)]


async def used(connection: AsyncConnection, key: bytes, sign_count: int) -> None:
    await connection.execute(update(_T).where(_T.c.id == key).values(sign_count=sign_count, used_at=_NOW))


async def remove(connection: AsyncConnection, person_id: str, key: bytes | None = None) -> int:
    """Forget one passkey of the person, or all. Return how many there were."""
    mine = delete(_T).where(_T.c.person_id == person_id)
    return (await connection.execute(mine if key is None else mine.where(_T.c.id == key))).rowcount


def _passkey(row: Row[tuple[object, ...]]) -> Passkey:
    return Passkey(
        id=row.id,
        person=row.person_id,
        public_key=row.public_key,
        sign_count=row.sign_count,
        name=row.name,
        transports=tuple(row.transports),
        created_at=row.created_at,
        used_at=row.used_at,
    )
