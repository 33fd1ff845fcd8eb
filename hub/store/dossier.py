"""What an auditor takes away of one release as it lies in the store: editions byte for byte, and files by digest."""

from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store import tables


@dataclass(frozen=True)
class Kept:
    """One edition exactly as it was frozen. `digest` is the column's; whoever doubts it hashes `content`."""

    number: int
    digest: str
    content: bytes
    authors: tuple[str, ...]
    frozen_at: datetime


async def editions(connection: AsyncConnection, release: int, *, limit: int = 1000) -> list[Kept]:
    """The release's editions, oldest first."""
    t = tables.editions
    rows = await connection.execute(select(t).where(t.c.release_id == release).order_by(t.c.number).limit(limit))
    return [Kept(row.number, row.digest, bytes(row.content), tuple(row.authors), row.frozen_at) for row in rows]


async def files(connection: AsyncConnection, digests: Collection[str]) -> AsyncIterator[tuple[str, bytes]]:
    """The attachments and images with these digests, one at a time; those that the store lacks are left out."""
    t = tables.blobs
    for digest in sorted(digests):
        data = (await connection.execute(select(t.c.data).where(t.c.sha256 == digest))).scalar_one_or_none()
        if data is not None:
            yield digest, bytes(data)
