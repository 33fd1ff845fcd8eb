"""The log as an auditor leafs through it: newest first, by release, person, act, channel and day. Reads only."""

import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic_core import from_json
from sqlalchemy import ARRAY, BigInteger, ColumnElement, Select, and_, bindparam, func, literal_column, select
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store import log, tables
from hub.store.tables.log import CHANNEL, WHO
from schemas.entry import stamp

#: Entries that one statement may have to look at. An index makes most of them free.
WINDOW = 100_000
#: Then a page is given as it is, with the place where the search stopped.
PATIENCE_SECONDS = 0.5
#: Stands for all acts of time in place of one person.
WORKERS = "worker"

_T = tables.log_entries


@dataclass(frozen=True)
class Sought:
    """What is looked for. Empty fields match everything; `first` and `stop` are places, the latter not included."""

    release: int | None = None
    who: str = ""
    type: str = ""
    channel: str = ""
    first: int = 0
    stop: int | None = None


@dataclass(frozen=True)
class Found:
    """One entry where it stands."""

    seq: int
    body: bytes
    leaf: bytes


@dataclass(frozen=True)
class Stretch:
    """A part of the log, newest first. `reached` is None when nothing older can match, or where to go on before."""

    found: Sequence[Found]
    reached: int | None


async def leaf_through(
    connection: AsyncConnection,
    sought: Sought,
    *,
    before: int | None = None,
    limit: int,
    patience_seconds: float = PATIENCE_SECONDS,
) -> Stretch:
    """Return the newest entries that match, older than `before`, at most `limit`.

    Looks through the log in windows and stops after its patience, with less than was asked for and `reached` set: a
    search that matches hardly anything costs no more than any other, however large the log is.
    """
    began = time.monotonic()
    top = min(_known(sought.stop), _known(before), await log.size(connection))
    found: list[Found] = []
    while top > sought.first:
        bottom = max(sought.first, top - WINDOW)
        query = _matching(sought, bottom, top).limit(limit - len(found))
        found += [Found(row.seq, row.body, row.leaf) for row in await connection.execute(query)]
        if len(found) == limit:
            return Stretch(found, found[-1].seq if found[-1].seq > sought.first else None)
        top = bottom
        if time.monotonic() - began > patience_seconds:
            break
    return Stretch(found, top if top > sought.first else None)


async def at(connection: AsyncConnection, seq: int) -> Found | None:
    """Return the entry at this place."""
    row = (await connection.execute(select(_T.c.seq, _T.c.body, _T.c.leaf).where(_T.c.seq == seq))).one_or_none()
    return Found(row.seq, row.body, row.leaf) if row else None


async def place_of(connection: AsyncConnection, moment: datetime) -> int:
    """The first place whose entry is not older than the moment: times of the log never go backwards."""
    wanted = stamp(moment)
    low, high = 0, await log.size(connection)
    while low < high:
        middle = (low + high) // 2
        body = (await connection.execute(select(_T.c.body).where(_T.c.seq == middle))).scalar_one()
        # All times are spelt in one way and one zone, so they compare as text.
        low, high = (middle + 1, high) if from_json(body)["at"] < wanted else (low, middle)
    return low


async def of_release(connection: AsyncConnection, release: int, *, limit: int) -> list[Found]:
    """The release's entries in order, at most `limit`."""
    query = select(_T.c.seq, _T.c.body, _T.c.leaf).where(_T.c.release_id == release).order_by(_T.c.seq).limit(limit)
    return [Found(row.seq, row.body, row.leaf) for row in await connection.execute(query)]


async def covering(connection: AsyncConnection, places: Collection[int]) -> dict[int, int]:
    """Place → size of the smallest signed checkpoint that contains it; without those that none contains yet."""
    if not places:
        return {}
    t = tables.log_checkpoints
    wanted = func.unnest(bindparam("places", type_=ARRAY(BigInteger))).table_valued("seq").render_derived(name="wanted")
    size = select(func.min(t.c.size)).where(t.c.size > wanted.c.seq).scalar_subquery()
    rows = await connection.execute(select(wanted.c.seq, size.label("size")), {"places": list(places)})
    return {row.seq: row.size for row in rows if row.size is not None}


def _known(place: int | None) -> int:
    return 2**62 if place is None else place


def _matching(sought: Sought, bottom: int, top: int) -> Select[tuple[int, bytes, bytes]]:
    who: ColumnElement[str] = literal_column(WHO)
    channel: ColumnElement[str] = literal_column(CHANNEL)
    wanted = [_T.c.seq >= bottom, _T.c.seq < top]
    if sought.release is not None:
        wanted.append(_T.c.release_id == sought.release)
    if sought.type:
        wanted.append(_T.c.type == sought.type)
    if sought.channel:
        wanted.append(channel == sought.channel)
    if sought.who == WORKERS:
        wanted.append(who.startswith(f"{WORKERS}:"))
    elif sought.who:
        wanted.append(who == sought.who)
    return select(_T.c.seq, _T.c.body, _T.c.leaf).where(and_(*wanted)).order_by(_T.c.seq.desc())
