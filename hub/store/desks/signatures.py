"""How much of the log is signed, as its auditor's desk tells it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store import tables


@dataclass(frozen=True)
class Signed:
    """How long the log is, and how much of it was signed when."""

    size: int
    signed: int
    at: datetime | None


async def signed(connection: AsyncConnection) -> Signed:
    """The state of the log's signatures."""
    c = tables.log_checkpoints
    newest = select(c.c.size, c.c.at).order_by(c.c.size.desc()).limit(1).subquery()
    query = select(tables.log_head.c.size, newest.c.size.label("signed"), newest.c.at).outerjoin(newest, true())
    row = (await connection.execute(query)).one()
    return Signed(size=row.size, signed=row.signed or 0, at=row.at)
