"""Followers of the log: each reads every entry of its kinds once, in order, in the transaction that acts on them.

The log's head is locked by whoever writes, until its commit: a size that is read is a size below which nothing is still
on its way. So a position is all that has to be remembered, and no second outbox is written beside the log.
"""

from collections.abc import Collection

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store import log, tables
from schemas.entry import EntryType
from schemas.release import Frozen

_T = tables.followers
#: Entries that one transaction takes.
MOST = 200


class Passed(Frozen):
    """One entry on its way past a follower."""

    seq: int
    release: int | None
    type: EntryType
    body: bytes  #: canonical JSON (`schemas.entry.Act.body`)


class Reach(Frozen):
    """What a follower is to read now: the entries, and the position behind them."""

    entries: tuple[Passed, ...]
    position: int
    is_last: bool  #: nothing else was committed when this was read


async def behind(connection: AsyncConnection, name: str) -> bool:
    """Whether the log has grown past the follower. Cheap, locks nothing."""
    read = select(_T.c.position).where(_T.c.name == name).scalar_subquery()
    is_behind = select(tables.log_head.c.size > func.coalesce(read, 0))
    return bool((await connection.execute(is_behind)).scalar_one())


async def reach(connection: AsyncConnection, name: str, kinds: Collection[EntryType]) -> Reach | None:
    """Lock the follower until the end of the transaction and return what it has not read; None while another reads."""
    await connection.execute(insert(_T).values(name=name).on_conflict_do_nothing())
    held = select(_T.c.position).where(_T.c.name == name).with_for_update(skip_locked=True)
    start = (await connection.execute(held)).scalar_one_or_none()
    if start is None:
        return None
    size = await log.size(connection)
    t = tables.log_entries
    query = (
        select(t.c.seq, t.c.release_id, t.c.type, t.c.body)
        .where(t.c.seq >= start, t.c.seq < size, t.c.type.in_(sorted(kinds)))
        .order_by(t.c.seq)
        .limit(MOST)
    )
    found = [
        Passed(seq=row.seq, release=row.release_id, type=EntryType(row.type), body=row.body)
        for row in await connection.execute(query)
    ]
    is_last = len(found) < MOST
    return Reach(entries=tuple(found), position=size if is_last else found[-1].seq + 1, is_last=is_last)


async def advance(connection: AsyncConnection, name: str, position: int) -> None:
    """Remember that everything before the position is read; it counts exactly if the transaction commits."""
    await connection.execute(update(_T).where(_T.c.name == name).values(position=position))
