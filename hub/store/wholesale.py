"""The log by the million, for whoever takes all of it away."""

from array import array

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store import tables
from hub.store.direct import Direct
from schemas.entry import EntryType

_T = tables.log_entries
_BODIES = Direct(
    select(_T.c.body).where(_T.c.seq >= bindparam("start"), _T.c.seq < bindparam("stop")).order_by(_T.c.seq)
)
_PLACES = (
    select(_T.c.release_id, _T.c.seq)
    .where(_T.c.type == bindparam("kind"), _T.c.seq < bindparam("size"))
    .order_by(_T.c.seq)
)
#: Rows that the driver holds at once.
_ROWS = 10_000


async def bodies(connection: AsyncConnection, start: int, stop: int) -> list[bytes]:
    """The bytes of the entries from start to stop, in order, at once; cheapest in a transaction of the driver's."""
    return [body for (body,) in await _BODIES(connection, {"start": start, "stop": stop})]


async def places(connection: AsyncConnection, kind: EntryType, size: int) -> "tuple[array[int], array[int]]":
    """The releases that entries of one kind among the first `size` speak of, and the entries' places, in order.

    16 bytes each.
    """
    releases, found = array("q"), array("q")
    options = {"yield_per": _ROWS}
    async with connection.stream(_PLACES, {"kind": kind, "size": size}, execution_options=options) as result:
        async for row in result:
            releases.append(row.release_id)
            found.append(row.seq)
    return releases, found
