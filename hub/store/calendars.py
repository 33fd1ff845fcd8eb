"""The working-day calendar: only days that differ from the week's own order are kept."""

from collections.abc import Sequence

from sqlalchemy import delete, extract, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store import tables
from schemas import workdays
from schemas.office import Day
from schemas.workdays import Days

_T = tables.calendar


async def of_year(connection: AsyncConnection, year: int) -> list[Day]:
    """The year's days in their order; empty for a year that was not entered yet."""
    rows = await connection.execute(select(_T).where(extract("year", _T.c.day) == year).order_by(_T.c.day))
    return [Day.model_validate(row._asdict()) for row in rows]


async def every(connection: AsyncConnection) -> Days:
    """Day → whether it is worked, for all days that differ: what was entered over what is known without it."""
    rows = await connection.execute(select(_T.c.day, _T.c.is_working))
    return workdays.calendar({row.day: row.is_working for row in rows})


async def put_year(connection: AsyncConnection, year: int, days: Sequence[Day]) -> None:
    """Put these days in place of all that the year had."""
    await connection.execute(delete(_T).where(extract("year", _T.c.day) == year))
    if days:
        await connection.execute(upsert(_T), [day.model_dump() for day in days])
