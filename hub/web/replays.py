"""Idempotency-Key: the same write sent again is answered from the store and does nothing again.

Two of them at once wait for each other on an advisory lock of the store, so any number of web processes agree.
"""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from hashlib import sha256

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store import replies
from hub.store.replies import Reply
from hub.web.route import Desk
from schemas import canonical
from schemas.errors import ErrorCode, HubError

HEADER = "Idempotency-Key"
_KEY = re.compile(r"[\x21-\x7e]{1,200}")


def fingerprint(*parts: str | bytes | None) -> str:
    """Return the digest of what makes a request this one and no other."""
    listed = [canonical.digest(part.encode() if isinstance(part, str) else part or b"") for part in parts]
    return canonical.digest(canonical.encode(listed))


def check(key: str) -> None:
    """Raise HubError(INVALID) for a key that is not 1 to 200 printable ASCII characters."""
    if not _KEY.fullmatch(key):
        fields = {HEADER: "应为 1 至 200 个可见的 ASCII 字符"}
        raise HubError(ErrorCode.INVALID, detail=f"{HEADER} 应为 1 至 200 个可见的 ASCII 字符", fields=fields)


async def once(
    desk: Desk, person: str, key: str, request_sha256: str, write: Callable[[], Awaitable[tuple[int, bytes]]]
) -> tuple[int, bytes]:
    """Return the kept answer, or make the write and keep its answer.

    Only a write that was done is kept: a refused one changed nothing, so trying it again is no repetition. If the
    process dies between the act's commit and the keeping, the same key acts once more: an edit then meets its
    If-Match, a review or publication its state; a create makes a second draft, which a person sees and leaves.
    Raises HubError(REUSED_KEY) when the key has answered another request.
    """
    check(key)
    async with desk.turns, desk.hub.engine.connect() as connection:
        # Without a transaction: an import may take longer than the store lets one stand idle.
        bare = await connection.execution_options(isolation_level="AUTOCOMMIT")
        async with _alone(bare, person, key):
            kept = await replies.find(bare, person, key)
            if kept is None:
                status, body = await write()
                kept = Reply(request_sha256=request_sha256, status=status, body=body)
                await replies.keep(bare, person, key, kept)
    if kept.request_sha256 != request_sha256:
        raise HubError(ErrorCode.REUSED_KEY)
    return kept.status, kept.body


@asynccontextmanager
async def _alone(connection: AsyncConnection, person: str, key: str) -> AsyncIterator[None]:
    """Hold the lock of this person's key. The store lets it go by itself when the connection ends."""
    # 64 bits of a digest: two keys that meet only wait for each other.
    number = {"number": int.from_bytes(sha256(f"{person}\n{key}".encode()).digest()[:8], signed=True)}
    try:
        await connection.execute(text("SELECT pg_advisory_lock(:number)"), number)
        yield
    finally:
        await _let_go(connection, number)


async def _let_go(connection: AsyncConnection, number: dict[str, int]) -> None:
    try:
        await connection.execute(text("SELECT pg_advisory_unlock(:number)"), number)
    except BaseException:
        # A connection that may still hold the lock must not go back to the pool.
        await connection.invalidate()
        raise
