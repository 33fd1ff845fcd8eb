"""Attachments and images: bytes found by their own digest, kept once."""

from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from hub.store import tables


async def keep(connection: AsyncConnection, data: bytes) -> str:
    """Keep the bytes and return their SHA-256 in hex. May run twice."""
    digest = sha256(data).hexdigest()
    statement = insert(tables.blobs).values(sha256=digest, data=data).on_conflict_do_nothing()
    await connection.execute(statement)
    return digest


async def missing(connection: AsyncConnection, digests: set[str]) -> set[str]:
    """Return those of the digests whose bytes the store does not have."""
    query = select(tables.blobs.c.sha256).where(tables.blobs.c.sha256.in_(digests))
    return digests - set((await connection.execute(query)).scalars())


async def some(connection: AsyncConnection, digests: set[str]) -> dict[str, bytes]:
    """Digest → bytes, for those that the store has."""
    query = select(tables.blobs.c.sha256, tables.blobs.c.data).where(tables.blobs.c.sha256.in_(digests))
    return {row.sha256: bytes(row.data) for row in await connection.execute(query)} if digests else {}


class Blobs:
    """What channels are given (`channels.contract.Blobs`): each read is its own short transaction."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def read(self, sha256: str) -> bytes:
        """Return the bytes. Raises KeyError when the store does not have them."""
        async with self._engine.connect() as connection:
            query = select(tables.blobs.c.data).where(tables.blobs.c.sha256 == sha256)
            data = (await connection.execute(query)).scalar_one_or_none()
        if data is None:
            raise KeyError(sha256)
        return bytes(data)
