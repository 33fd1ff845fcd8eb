"""What a channel shows: the lists behind its list pages and feeds, read from the deliveries themselves."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from hub.store import editions, listings, standings, tables, tenants
from schemas.delivery import Action
from schemas.edition import Edition
from schemas.listing import Place, Span
from schemas.office import Reachable
from schemas.parcel import Listed
from schemas.recent import Recent
from schemas.standing import Notice, Standing


def _published_since() -> ColumnElement[bool]:
    """Whether a newer edition went to the channel: what was said of the older one is no news any more."""
    d, newer = tables.deliveries, tables.deliveries.alias("newer")
    return exists().where(
        newer.c.release_id == d.c.release_id,
        newer.c.channel == d.c.channel,
        newer.c.action == Action.PUBLISH,
        newer.c.edition > d.c.edition,
        or_(newer.c.intended_at.is_not(None), newer.c.accepted_at.is_not(None)),
    )


#: Each has an index of its own, so that lists cost the same in a large archive as in a small one.
_PUBLISHED = tables.deliveries.c.action == Action.PUBLISH
_MARKED = and_(tables.deliveries.c.standing.is_not(None), ~_published_since())
_SHOWN = listings.shown()
#: Editions whose outlines are kept: what the newest pages of all lists name, and more.
KEPT = 4_000


class Shelf:
    """What channels are given (`channels.contract.Shelf`)."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._outlines: Recent[str, Edition] = Recent(KEPT)  #: by digest: editions never change

    async def recent(self, channel: str, limit: int) -> list[Listed]:
        """Editions whose publication on the channel is intended, accepted or seen, newest first, one per release.

        An intent counts, because lists are written during the commit: of two deliveries that write them at once,
        whichever is later lists both. What holds of a release is listed from the moment of its confirmation.
        """
        return await self._list(channel, limit, _PUBLISHED)

    async def changed(self, channel: str, limit: int) -> list[Listed]:
        """Releases that were marked or withdrawn on the channel, the latest first, one per release."""
        return await self._list(channel, limit, _MARKED)

    async def enrol(self, channel: str, wanted: Sequence[tuple[int, str]]) -> None:
        """Give each (release, list) a place where it has none. Durable on return; may run twice."""
        async with self._engine.begin() as connection:
            await listings.enrol(connection, channel, wanted)

    async def places(self, channel: str, releases: Collection[int]) -> list[Place]:
        """Every place of these releases on the channel's lists."""
        async with self._engine.connect() as connection:
            return await listings.places(connection, channel, releases)

    async def sizes(self, channel: str) -> Mapping[str, int]:
        """List → its highest ordinal, for every list of the channel."""
        async with self._engine.connect() as connection:
            return await listings.sizes(connection, channel)

    async def within(self, channel: str, spans: Sequence[Span]) -> list[Place]:
        """Who stands there, the newest first."""
        async with self._engine.connect() as connection:
            return await listings.within(connection, channel, spans)

    async def published(self, channel: str, *, after: int, limit: int) -> list[tuple[int, int]]:
        """(mark, release) of what the public has seen on the channel, the oldest first, behind this mark."""
        async with self._engine.connect() as connection:
            return await listings.published(connection, channel, after=after, limit=limit)

    async def outlines(self, channel: str, releases: Collection[int]) -> Mapping[int, Listed]:
        """Release → its newest edition that is, or may be, public on the channel, without its texts."""
        parameters = {"channel": channel, "releases": sorted(set(releases))}
        async with self._engine.connect() as connection:
            rows = (await connection.execute(_SHOWN, parameters)).all()
            said = await standings.some(connection, {row.standing for row in rows if row.standing is not None})
            outlines = await self._outlined(connection, rows)
        return {row.id: _listed(row, outlines[row.digest], said.get(row.standing)) for row in rows}

    async def whole(self, wanted: Collection[tuple[int, int]]) -> list[Edition]:
        """The editions of these (release, number), with their texts."""
        e = tables.editions
        query = select(e.c.content).where(tuple_(e.c.release_id, e.c.number).in_(sorted(set(wanted))))
        async with self._engine.connect() as connection:
            return [editions.parse(row.content) for row in await connection.execute(query)]

    async def offices(self) -> tuple[Reachable, ...]:
        """The units that the public can reach, in their order."""
        async with self._engine.connect() as connection:
            return await tenants.reachable(connection)

    async def _outlined(self, connection: AsyncConnection, rows: Sequence[Any]) -> dict[str, Edition]:
        """Digest → outline; only the whole editions that nobody asked for lately are read."""
        known = {row.digest: outline for row in rows if (outline := self._outlines.get(row.digest)) is not None}
        missing = {(row.id, row.edition) for row in rows if row.digest not in known}
        if missing:
            e = tables.editions
            query = select(e.c.digest, e.c.content).where(tuple_(e.c.release_id, e.c.number).in_(sorted(missing)))
            for row in await connection.execute(query):
                known[row.digest] = self._outlines.put(row.digest, Edition.thaw(row.content).outline())
                await asyncio.sleep(0)  # hundreds may be read after a start, and the loop has deliveries to attend to
        return known

    async def _list(self, channel: str, limit: int, which: ColumnElement[bool]) -> list[Listed]:
        listed: dict[int, Listed] = {}
        before: int | None = None
        async with self._engine.connect() as connection:
            while len(listed) < limit:
                page = await _page(connection, channel, before, limit, which)
                for delivery, item in page:
                    listed.setdefault(item.edition.release, item)
                    before = delivery
                if len(page) < limit:
                    break
        return list(listed.values())[:limit]


async def _page(
    connection: AsyncConnection, channel: str, before: int | None, limit: int, which: ColumnElement[bool]
) -> list[tuple[int, Listed]]:
    d, e, r = tables.deliveries, tables.editions, tables.releases
    query = (
        select(d.c.id, d.c.planned_at, d.c.digest, e.c.content, r.c.official_at, r.c.standing)
        .join(e, (e.c.release_id == d.c.release_id) & (e.c.number == d.c.edition))
        .join(r, r.c.id == d.c.release_id)
        .where(d.c.channel == channel, which)
        .where(or_(d.c.intended_at.is_not(None), d.c.accepted_at.is_not(None)))
        .order_by(d.c.id.desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(d.c.id < before)
    rows = (await connection.execute(query)).all()
    said = await standings.some(connection, {row.standing for row in rows if row.standing is not None})
    return [(row.id, _listed(row, editions.parse(row.content), said.get(row.standing))) for row in rows]


def _listed(row: Any, edition: Edition, standing: Standing | None) -> Listed:
    notice = _notice(edition, standing)
    times = [row.planned_at, row.official_at, notice.confirmed_at if notice else None]
    return Listed(
        edition=edition,
        official_at=row.official_at,
        planned_at=row.planned_at,
        updated_at=max(filter(None, times)),
        notice=notice,
    )


def _notice(edition: Edition, standing: Standing | None) -> Notice | None:
    return standing.notice() if standing and standing.governs(edition.number) else None
