"""What was found in files, by their digests: looked at once, and known ever after."""

from collections.abc import Collection

from sqlalchemy import select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store import tables
from schemas.inspection import Inspection

_I = tables.inspections
#: A file's digest and the ending of its name.
Key = tuple[str, str]


async def known(connection: AsyncConnection, keys: Collection[Key], version: int) -> dict[Key, Inspection]:
    """Return those that were looked at by this version of the reader."""
    if not keys:
        return {}
    query = select(_I.c.sha256, _I.c.ending, _I.c.found).where(
        tuple_(_I.c.sha256, _I.c.ending).in_(list(keys)), _I.c.version == version
    )
    return {(row.sha256, row.ending): Inspection.model_validate(row.found) for row in await connection.execute(query)}


async def keep(connection: AsyncConnection, key: Key, version: int, inspection: Inspection) -> None:
    """Keep what was found. May run twice; the bytes must be in the store."""
    values = {"sha256": key[0], "ending": key[1], "version": version, "found": inspection.model_dump(mode="json")}
    await connection.execute(insert(_I).values(values).on_conflict_do_nothing())
