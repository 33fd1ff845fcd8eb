"""How often something was tried in vain, by key. The table is bounded: what is a day old goes, and so do the oldest."""

from datetime import timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store import tables
from schemas.session import Throttle

_T = tables.throttles
KEPT = timedelta(days=1)
#: Somebody who tries made-up logins from many addresses must not fill the disk.
MAX_ROWS = 100_000
_BATCH = 1_000


async def lock(connection: AsyncConnection, key: str) -> Throttle:
    """Return the key's throttle, its row locked to the end of the transaction: attempts at once are counted one by one.

    Whoever locks several does it in one order.
    """
    made = insert(_T).values(key=key).on_conflict_do_nothing()
    await connection.execute(made)
    row = (await connection.execute(select(_T).where(_T.c.key == key).with_for_update())).one()
    return Throttle(key=row.key, failures=row.failures, failed_at=row.failed_at, locked_until=row.locked_until)


async def save(connection: AsyncConnection, throttle: Throttle) -> None:
    """Write down a throttle that was locked."""
    values = {"failures": throttle.failures, "failed_at": throttle.failed_at, "locked_until": throttle.locked_until}
    await connection.execute(update(_T).where(_T.c.key == throttle.key).values(values))


async def clear(connection: AsyncConnection, *keys: str) -> None:
    """Forget these. May run twice."""
    await connection.execute(delete(_T).where(_T.c.key.in_(keys)))


async def prune(connection: AsyncConnection) -> None:
    """Delete what is old, and the oldest of what is too much. Rows that somebody works on are left to the next time."""
    old = select(_T.c.key).where(_T.c.failed_at < func.clock_timestamp() - KEPT)
    many = select(_T.c.key).order_by(_T.c.failed_at.desc()).offset(MAX_ROWS)
    for keys in (old, many):
        batch = keys.limit(_BATCH).with_for_update(skip_locked=True)
        await connection.execute(delete(_T).where(_T.c.key.in_(batch.scalar_subquery())))
