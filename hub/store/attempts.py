"""A delivery's history: which worker's step met which outcome. It only grows."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import Insert
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store import tables
from hub.store.rows import inserted

COLUMNS = ("delivery_id", "fence", "step", "worker", "outcome", "detail", "at")


def adding(prefix: str = "") -> Insert:
    """The statement that writes lines of histories, in this order; its parameters are `COLUMNS`."""
    return inserted(tables.attempts, COLUMNS, prefix=prefix)


async def of_delivery(connection: AsyncConnection, delivery: int) -> list[dict[str, Any]]:
    """What every worker did with the delivery, in order."""
    a = tables.attempts
    query = select(a).where(a.c.delivery_id == delivery).order_by(a.c.id).limit(1000)
    return [dict(row._mapping) for row in await connection.execute(query)]  # noqa: SLF001 - SQLAlchemy's public name
