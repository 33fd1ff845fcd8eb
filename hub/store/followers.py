"""Followers of the log: each reads every entry of its kinds once, in order, in the transaction that acts on them.

The log's head is locked by whoever writes, until its commit: a size that is read is a size below which nothing is still
on its way. So a position is all that has to be remembered, and no second outbox is written beside the log.
"""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping
from functools import cached_property
from typing import Any

from sqlalchemy import ARRAY, BigInteger, Text, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store import log, tables
from schemas.entry import EntryType
from schemas.release import Frozen

_T = tables.followers
_E = tables.log_entries
#: Entries that one transaction takes.
MOST = 200


class Passed(Frozen):
    """One entry on its way past a follower."""

    seq: int
    release: int | None
    type: EntryType
    body: bytes  #: canonical JSON (`schemas.entry.Act.body`)

    @cached_property
    def said(self) -> Mapping[str, Any]:
        """The body's fields, parsed once for all that look at them."""
        fields: dict[str, Any] = json.loads(self.body)
        return fields


class Reach(Frozen):
    """What is to be read now: the entries, and the position behind them."""

    start: int  #: where the reader stands
    entries: tuple[Passed, ...]
    position: int
    is_last: bool  #: nothing else was committed when this was read


# Built once: putting a statement together costs more than running it.
_PLACES = select(tables.log_head.c.size, _T.c.name, _T.c.position).select_from(
    tables.log_head.outerjoin(_T, _T.c.name == func.any(bindparam("names", type_=ARRAY(Text))))
)
_READ = (
    select(_E.c.seq, _E.c.release_id, _E.c.type, _E.c.body)
    .where(_E.c.seq >= bindparam("start"), _E.c.seq < bindparam("stop"))
    .where(_E.c.type == func.any(bindparam("kinds", type_=ARRAY(Text))))
    .order_by(_E.c.seq)
    .limit(MOST)
)
_HERE = (
    select(_T.c.name)
    .where(_T.c.name == func.any(bindparam("names", type_=ARRAY(Text))), _T.c.position == bindparam("start"))
    .order_by(_T.c.name)
    .with_for_update(skip_locked=True)
    .cte("here")
)
_PASS = update(_T).where(_T.c.name == _HERE.c.name).values(position=bindparam("reached", type_=BigInteger))


async def places(connection: AsyncConnection, names: Collection[str]) -> tuple[int, dict[str, int]]:
    """The log's size, and name → position; 0 for who has never read. One small statement, locks nothing."""
    rows = (await connection.execute(_PLACES, {"names": sorted(names)})).all()
    return rows[0].size, dict.fromkeys(names, 0) | {row.name: row.position for row in rows if row.name is not None}


async def unread(connection: AsyncConnection, kinds: Mapping[str, Collection[EntryType]]) -> dict[str, Reach]:
    """Name → what it has not read, of its kinds and of those of whoever stands where it does; locks nothing.

    Those that stand at the same place, as all do that keep up, are read for together. Who has read all is left out.
    """
    size, found = await places(connection, kinds)
    together: dict[int, set[str]] = defaultdict(set)
    for name, position in found.items():
        if position < size:
            together[position].add(name)
    reaches: dict[str, Reach] = {}
    for start, names in together.items():
        wanted = {kind for name in names for kind in kinds[name]}
        reaches |= dict.fromkeys(names, await _read(connection, start, size, wanted))
    return reaches


async def reach(connection: AsyncConnection, name: str, kinds: Collection[EntryType]) -> Reach | None:
    """Lock the follower until the end of the transaction and return what it has not read; None while another reads."""
    await connection.execute(insert(_T).values(name=name).on_conflict_do_nothing())
    held = select(_T.c.position).where(_T.c.name == name).with_for_update(skip_locked=True)
    start = (await connection.execute(held)).scalar_one_or_none()
    return None if start is None else await _read(connection, start, await log.size(connection), kinds)


async def advance(connection: AsyncConnection, name: str, position: int) -> None:
    """Remember that everything before the position is read; it counts exactly if the transaction commits."""
    await connection.execute(update(_T).where(_T.c.name == name).values(position=position))


async def pass_over(connection: AsyncConnection, names: Collection[str], passed: Reach) -> None:
    """Move those on for whom nothing is in it. Who reads this moment, or has moved meanwhile, is left alone."""
    if not passed.start:
        rows = [{"name": name} for name in sorted(names)]
        await connection.execute(insert(_T).values(rows).on_conflict_do_nothing())
    given = {"names": sorted(names), "start": passed.start, "reached": passed.position}
    await connection.execute(_PASS, given)


async def _read(connection: AsyncConnection, start: int, size: int, kinds: Collection[EntryType]) -> Reach:
    given = {"start": start, "stop": size, "kinds": sorted(kinds)}
    found = tuple(
        Passed(seq=row.seq, release=row.release_id, type=EntryType(row.type), body=row.body)
        for row in await connection.execute(_READ, given)
    )
    is_last = len(found) < MOST
    return Reach(start=start, entries=found, position=size if is_last else found[-1].seq + 1, is_last=is_last)
