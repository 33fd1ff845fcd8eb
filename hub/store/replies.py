"""What was answered to a write that carried an Idempotency-Key, so that sending it again does nothing again."""

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store import tables
from schemas.release import Frozen

_T = tables.replies


class Reply(Frozen):
    """A stored answer, and the digest of the request that it answered."""

    request_sha256: str
    status: int
    body: bytes


async def find(connection: AsyncConnection, person: str, key: str) -> Reply | None:
    query = select(_T).where(_T.c.person_id == person, _T.c.key == key)
    row = (await connection.execute(query)).one_or_none()
    return Reply(request_sha256=row.request_sha256, status=row.status, body=row.body) if row else None


async def keep(connection: AsyncConnection, person: str, key: str, reply: Reply) -> None:
    """Keep the answer. The first one stays."""
    values = reply.model_dump() | {"person_id": person, "key": key}
    await connection.execute(insert(_T).values(values).on_conflict_do_nothing())
