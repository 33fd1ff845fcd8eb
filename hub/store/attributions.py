"""What was proposed and decided on older documents (存量文件): every opinion, with the decision on it."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store import tables
from schemas.backfile import Attribution, Opinion
from schemas.standing import Ruling

_A = tables.attributions


async def propose(connection: AsyncConnection, number: int, opinion: Opinion, *, by: str, at: datetime) -> Attribution:
    values = opinion.model_dump() | {"backfile_id": number, "proposed_by": by, "proposed_at": at}
    row = (await connection.execute(insert(_A).values(values).returning(_A))).one()
    return _attribution(row)


async def rule(
    connection: AsyncConnection,
    one: Attribution,
    ruling: Ruling,
    *,
    by: str,
    on_behalf_of: str | None,
    note: str,
    at: datetime,
    due_on: date | None = None,
) -> Attribution:
    """Write the decision on a proposal whose backfile is locked."""
    values = {
        "ruling": ruling,
        "ruled_by": by,
        "on_behalf_of": on_behalf_of,
        "note": note,
        "ruled_at": at,
        "due_on": due_on,
    }
    changed = update(_A).where(_A.c.id == one.id, _A.c.ruling.is_(None)).values(values).returning(_A)
    return _attribution((await connection.execute(changed)).one())


async def history(connection: AsyncConnection, number: int) -> list[Attribution]:
    """All that was proposed for one, oldest first."""
    rows = await connection.execute(select(_A).where(_A.c.backfile_id == number).order_by(_A.c.id))
    return [_attribution(row) for row in rows]


async def attribution(connection: AsyncConnection, number: int) -> Attribution | None:
    row = (await connection.execute(select(_A).where(_A.c.id == number))).one_or_none()
    return _attribution(row) if row else None


def _attribution(row: Row[Any]) -> Attribution:
    return Attribution.model_validate({"backfile" if k == "backfile_id" else k: v for k, v in row._asdict().items()})
