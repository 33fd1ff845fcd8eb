"""The log's rows: appending in the transaction of the act, reading for proofs. Tree and signatures are `hub.log`'s."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import BigInteger, Boolean, Integer, Select, bindparam, func, insert, literal_column, select, text, true
from sqlalchemy.dialects.postgresql import Insert, aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store import tables
from hub.store.direct import Direct
from hub.store.rows import arrays, inserted
from hub.store.tables.base import TIME
from schemas.entry import Act
from schemas.release import Frozen

COLUMNS = ("seq", "release_id", "type", "body", "leaf")
SIGNED = ("size", "frontier", "note")
#: Any number; whoever signs holds this advisory lock, so that two checkpointers cannot sign two trees.
_SIGN_LOCK = 4_702_111_235
_TAKE = text(
    "UPDATE log_head SET size = size + :count, at = GREATEST(at, date_trunc('milliseconds', clock_timestamp())) "
    "RETURNING size - :count AS first, at, date_trunc('milliseconds', clock_timestamp()) AS clock, "
    # Never waited for: whoever signs this moment may wait for something that this transaction holds.
    "CASE WHEN :signing THEN pg_try_advisory_xact_lock(:lock) ELSE false END AS may_sign",
).columns(first=BigInteger, at=TIME, clock=TIME, may_sign=Boolean)


def _leaves() -> Select[Any]:
    t = tables.log_entries
    return select(t.c.leaf).where(t.c.seq >= bindparam("start"), t.c.seq < bindparam("stop")).order_by(t.c.seq)


def _unsigned() -> Select[Any]:
    """One statement, so that one snapshot answers all three."""
    t, head = tables.log_entries, tables.log_head
    one, none = literal_column("1", Integer), literal_column("0", Integer)
    last = select(tables.log_checkpoints).order_by(tables.log_checkpoints.c.size.desc()).limit(one).subquery("last")
    new = (
        select(func.coalesce(func.array_agg(aggregate_order_by(t.c.leaf, t.c.seq)), text("'{}'::bytea[]")))
        .where(t.c.seq >= func.coalesce(last.c.size, none), t.c.seq < head.c.size)
        .scalar_subquery()
    )
    columns = (head.c.size, last.c.size.label("signed"), last.c.frontier, last.c.note, new.label("leaves"))
    return select(*columns).select_from(head.outerjoin(last, true()))


def adding(prefix: str = "") -> Insert:
    """The statement that writes entries whose places were taken."""
    return inserted(tables.log_entries, COLUMNS, prefix=prefix)


def signing(prefix: str = "") -> Insert:
    """The statement that keeps signed checkpoints."""
    return inserted(tables.log_checkpoints, SIGNED, prefix=prefix)


# Built once: putting a statement together costs more than running it.
_ADD = Direct(adding())
_LEAVES = _leaves()
_SIZE = select(tables.log_head.c.size)
_UNSIGNED = Direct(_unsigned())
_NEWEST = select(tables.log_checkpoints).order_by(tables.log_checkpoints.c.size.desc()).limit(1)
_LOCK_SIGNING = Direct(select(func.pg_advisory_xact_lock(_SIGN_LOCK)))
_TAKE_DIRECT = Direct(_TAKE)
_ADD_CHECKPOINT = Direct(insert(tables.log_checkpoints).values({name: bindparam(name) for name in SIGNED}))


@dataclass(frozen=True)
class Appended:
    """Where a transaction's entries stand, and the time that they and the act carry."""

    first: int
    at: datetime
    clock: datetime  #: behind `at` after the store's clock was set back: what waits, waits by this one
    size: int  #: of the log, once this transaction commits
    rows: Sequence[dict[str, Any]]  #: the entries
    may_sign: bool  #: nobody else signs until the end of this transaction


class Checkpoint(Frozen):
    """A signed checkpoint as stored, with what is needed to sign the next one."""

    size: int
    frontier: bytes
    note: str


async def append(connection: AsyncConnection, acts: Sequence[Act]) -> Appended:
    """Add the acts to the log in this transaction; they are there exactly if it commits. See `take`."""
    taken = await take(connection, acts)
    await _ADD(connection, arrays(COLUMNS, taken.rows))
    return taken


async def take(connection: AsyncConnection, acts: Sequence[Act], *, signing: bool = False) -> Appended:
    """Give the acts their places and their time; whoever calls this writes the rows in the same transaction.

    With `signing`, be the one who signs as well, unless somebody else is this moment.

    Takes the head's row lock until the end of the transaction, so call it late. Times never go backwards: `at` is the
    store's clock, or the last entry's time where the clock is behind it.
    """
    ((first, at, clock, may_sign),) = await _TAKE_DIRECT(
        connection, {"count": len(acts), "signing": signing, "lock": _SIGN_LOCK}
    )
    rows = []
    for place, act in enumerate(acts, start=first):
        body = act.body(at)
        leaf = sha256(b"\x00" + body).digest()
        rows.append({"seq": place, "release_id": act.release, "type": act.type, "body": body, "leaf": leaf})
    return Appended(first, at, min(at, clock), first + len(acts), rows, may_sign)


async def size(connection: AsyncConnection) -> int:
    """How many entries are committed."""
    return int((await connection.execute(_SIZE)).scalar_one())


async def entries(connection: AsyncConnection, start: int, stop: int) -> AsyncIterator[bytes]:
    """The bytes of the entries from start to stop, in order, streamed."""
    t = tables.log_entries
    query = select(t.c.body).where(t.c.seq >= start, t.c.seq < stop).order_by(t.c.seq)
    async with connection.stream(query, execution_options={"yield_per": 1000}) as result:
        async for row in result:
            yield row.body


async def leaves(connection: AsyncConnection, start: int, stop: int) -> list[bytes]:
    """The leaf hashes from start to stop. The database itself has checked each against its entry."""
    return list((await connection.execute(_LEAVES, {"start": start, "stop": stop})).scalars())


async def of_release(connection: AsyncConnection, release: int) -> list[tuple[int, bytes]]:
    """Every entry of a release as (place, bytes), in order."""
    t = tables.log_entries
    query = select(t.c.seq, t.c.body).where(t.c.release_id == release).order_by(t.c.seq).limit(10_000)
    return [(row.seq, row.body) for row in await connection.execute(query)]


async def row(connection: AsyncConnection, level: int, start: int, stop: int) -> list[bytes]:
    """The tree's hashes from start to stop on a tile level: leaves on level 0, roots of full tiles above.

    Fewer than asked for when the log is not that large.
    """
    if level == 0:
        return await leaves(connection, start, stop)
    t = tables.log_tiles
    query = select(t.c.root).where(t.c.level == level - 1, t.c.index >= start, t.c.index < stop).order_by(t.c.index)
    return list((await connection.execute(query)).scalars())


async def add_tile(connection: AsyncConnection, level: int, index: int, hashes: bytes, root: bytes) -> None:
    """Keep a full tile with its root."""
    values = {"level": level, "index": index, "hashes": hashes, "root": root}
    await connection.execute(insert(tables.log_tiles), values)


async def checkpoint(connection: AsyncConnection, size: int | None = None) -> Checkpoint | None:
    """The newest signed checkpoint, or the one of this size."""
    query = _NEWEST if size is None else select(tables.log_checkpoints).where(tables.log_checkpoints.c.size == size)
    row = (await connection.execute(query)).one_or_none()
    return Checkpoint(size=row.size, frontier=row.frontier, note=row.note) if row else None


async def checkpoint_covering(connection: AsyncConnection, seq: int) -> Checkpoint | None:
    """The smallest signed checkpoint that contains this entry."""
    t = tables.log_checkpoints
    query = select(t).where(t.c.size > seq).order_by(t.c.size).limit(1)
    row = (await connection.execute(query)).one_or_none()
    return Checkpoint(size=row.size, frontier=row.frontier, note=row.note) if row else None


async def newest(connection: AsyncConnection) -> tuple[Checkpoint | None, int, list[bytes]]:
    """The newest signed checkpoint, how many entries are committed, and the leaf hashes between the two."""
    (row,) = await _UNSIGNED(connection, {})
    last = Checkpoint(size=row.signed, frontier=row.frontier, note=row.note) if row.signed else None
    return last, row.size, row.leaves


async def lock_signing(connection: AsyncConnection) -> None:
    """Wait to be the only one who signs, until the end of the transaction."""
    await _LOCK_SIGNING(connection, {})


async def add_checkpoint(connection: AsyncConnection, signed: Checkpoint) -> None:
    """Keep a signed checkpoint. A second one of the same size violates the key and ends the transaction."""
    await _ADD_CHECKPOINT(connection, signed.model_dump())
