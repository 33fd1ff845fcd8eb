"""索引号 and 发文字号 in use. A serial is given under a lock of its own, so that none is left out and none doubled."""

from sqlalchemy import func, literal, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store import tables, tenants

#: Of one series in one year; a store that has more has something else in mind.
MOST = 2_000
#: How unfinished work of another unit is called where its title is not told.
ANOTHER = "另一份文件"
_S, _R = tables.serials, tables.releases
_DOC_NO, _TITLE = (_R.c.metadata[name].astext for name in ("doc_no", "title"))


async def give(connection: AsyncConnection, code: str, year: int, release: int) -> int:
    """Return the release's serial of this year, the next free one when it has none yet. May run twice.

    Durable with the transaction. A number that was given stays the release's, also when it is not used: nobody else
    gets it, and no number is left out.
    """
    await connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"{code}/{year}", literal(20)))))
    of_year = (_S.c.code == code, _S.c.year == year)
    mine = select(func.min(_S.c.serial)).where(*of_year, _S.c.release_id == release, _S.c.given)
    known: int | None = (await connection.execute(mine)).scalar_one()
    if known is not None:
        return known
    newest = select(func.coalesce(func.max(_S.c.serial), 0)).where(*of_year)
    serial = int((await connection.execute(newest)).scalar_one()) + 1
    values = {"code": code, "year": year, "serial": serial, "release_id": release, "given": True}
    await connection.execute(insert(_S).values(values))
    return serial


async def take(connection: AsyncConnection, code: str, year: int, serial: int, release: int) -> int:
    """Have the number be the release's, unless another one has it; return whose it is. May run twice."""
    values = {"code": code, "year": year, "serial": serial, "release_id": release, "given": False}
    await connection.execute(insert(_S).values(values).on_conflict_do_nothing())
    return await holder(connection, code, year, serial) or release


async def holder(connection: AsyncConnection, code: str, year: int, serial: int) -> int | None:
    """The release that has the number, None when nobody has."""
    query = select(_S.c.release_id).where(_S.c.code == code, _S.c.year == year, _S.c.serial == serial)
    held: int | None = (await connection.execute(query)).scalar_one_or_none()
    return held


async def title(connection: AsyncConnection, doc_no: str, *, but: int) -> str:
    """The title of another release with this 发文字号, "" when there is none, ANOTHER where it is not told."""
    query = select(_R.c.id, _TITLE.label("title")).where(_DOC_NO.in_([doc_no]), _R.c.id != but).limit(1)
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        return ""
    return ANOTHER if await tenants.is_apart(connection, but, row.id) else row.title or ""


async def numbers(connection: AsyncConnection, beginning: str) -> list[str]:
    """Every 发文字号 that begins so, those of one word and one year; none when there are more than anybody counts."""
    escaped = beginning.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    query = select(_DOC_NO).where(_DOC_NO.like(f"{escaped}%")).limit(MOST)
    found = list((await connection.execute(query)).scalars())
    return found if len(found) < MOST else []
