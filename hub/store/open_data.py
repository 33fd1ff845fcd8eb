"""What open data tells: releases, where each was seen, and in which order all of it changed. Only what is public."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, Text, func, literal_column, select
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store import cards, search, tables
from schemas.card import Card
from schemas.delivery import Action
from schemas.entry import EntryType

_C, _H = tables.cards, tables.holdings
_LISTED = tuple(literal_column("''", Text).label("text") if one is _C.c.text else one for one in cards.SHOWN)
#: Sightings of one release that are told; nobody publishes an edition so often.
SIGHTINGS = 500


@dataclass(frozen=True)
class Holding:
    """A release that was public once: when that changed last, and whether it is withdrawn."""

    release: int
    changed: int
    changed_at: datetime
    withdrawn_at: datetime | None


@dataclass(frozen=True)
class Seen:
    """One document on one channel, where our own look found it."""

    document: str
    channel: str
    edition: int
    address: str
    seen_at: datetime
    withdrawn_at: datetime | None


async def changed(
    connection: AsyncConnection, *, after: int | None, since: datetime | None, limit: int
) -> list[Holding]:
    """Releases in the order of their last change: behind this number, or from this time on."""
    query = select(_H).order_by(_H.c.changed).limit(limit)
    if after is not None:
        query = query.where(_H.c.changed > after)
    elif since is not None:
        query = query.where(_H.c.changed_at >= since)
    return [_holding(row) for row in await connection.execute(query)]


async def newest(connection: AsyncConnection) -> int:
    """The number of the last change of all; 0 before the first."""
    return int((await connection.execute(select(func.coalesce(func.max(_H.c.changed), 0)))).scalar_one())


async def official(connection: AsyncConnection, release: int) -> tuple[datetime | None, str | None]:
    """正式发布时间 and the channel that it was made on."""
    r = tables.releases
    query = select(r.c.official_at, r.c.official_channel).where(r.c.id == release)
    row = (await connection.execute(query)).one_or_none()
    return (row.official_at, row.official_channel) if row else (None, None)


async def holdings(connection: AsyncConnection, releases: Collection[int]) -> dict[int, Holding]:
    """Release → what harvesters are told of it."""
    rows = await connection.execute(select(_H).where(_H.c.release_id.in_(releases)))
    return {row.release_id: _holding(row) for row in rows}


def _holding(row: Any) -> Holding:
    return Holding(row.release_id, row.changed, row.changed_at, row.withdrawn_at)


async def some(connection: AsyncConnection, releases: Collection[int]) -> dict[int, list[Card]]:
    """Release → its cards without their texts, the policy first; nothing of what is withdrawn this very moment."""
    query = select(*_LISTED).where(_C.c.release_id.in_(releases), ~search.withdrawn())
    found: dict[int, list[Card]] = defaultdict(list)
    for row in await connection.execute(query.order_by(_C.c.release_id, _C.c.number)):
        found[row.release_id].append(cards.parse(row))
    return found


async def find(connection: AsyncConnection, release: int, number: int) -> Card | None:
    """One document with its text, if the public can see it."""
    query = select(*cards.SHOWN).where(_C.c.release_id == release, _C.c.number == number, ~search.withdrawn())
    row = (await connection.execute(query)).one_or_none()
    return cards.parse(row) if row else None


async def publications(connection: AsyncConnection, release: int) -> list[Seen]:
    """Where the release was seen, channel by channel. What a channel took and nobody has seen is not told."""
    p = tables.publications
    rows = await connection.execute(
        _editions(release)
        .add_columns(p.c.document, p.c.channel, p.c.address, p.c.seen_at, p.c.withdrawn_at)
        .order_by(p.c.channel, p.c.document != "policy", p.c.document)
    )
    return [Seen(row.document, row.channel, row.edition, row.address, row.seen_at, row.withdrawn_at) for row in rows]


def _editions(release: int) -> Select[Any]:
    """The newest edition that was seen on each channel: an answered but unseen one has changed the row already."""
    d, p = tables.deliveries, tables.publications
    newest = (
        select(d.c.channel, func.max(d.c.edition).label("edition"))
        .where(d.c.release_id == release, d.c.action == Action.PUBLISH, d.c.seen_at.is_not(None))
        .group_by(d.c.channel)
        .subquery()
    )
    where = (p.c.release_id == release, p.c.seen_at.is_not(None))
    return select(newest.c.edition).select_from(p).join(newest, newest.c.channel == p.c.channel).where(*where)


async def sightings(connection: AsyncConnection, release: int) -> list[tuple[int, bytes]]:
    """(place in the log, entry) of every sighting of the release, oldest first."""
    t = tables.log_entries
    query = select(t.c.seq, t.c.body).where(t.c.release_id == release, t.c.type == EntryType.SIGHTING)
    rows = await connection.execute(query.order_by(t.c.seq).limit(SIGHTINGS))
    return [(row.seq, row.body) for row in rows]
