"""What a channel shows: the list behind its list pages and feeds, read from the deliveries themselves."""

from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from hub.store import editions, standings, tables
from schemas.delivery import Action
from schemas.edition import Edition
from schemas.parcel import Listed
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


class Shelf:
    """What channels are given (`channels.contract.Shelf`)."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def recent(self, channel: str, limit: int) -> list[Listed]:
        """Editions whose publication on the channel is intended, accepted or seen, newest first, one per release.

        An intent counts, because lists are written during the commit: of two deliveries that write them at once,
        whichever is later lists both. What holds of a release is listed from the moment of its confirmation.
        """
        return await self._list(channel, limit, _PUBLISHED)

    async def changed(self, channel: str, limit: int) -> list[Listed]:
        """Releases that were marked or withdrawn on the channel, the latest first, one per release."""
        return await self._list(channel, limit, _MARKED)

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
    return [(row.id, _listed(row, said.get(row.standing))) for row in rows]


def _listed(row: Any, standing: Standing | None) -> Listed:
    edition = editions.parse(row.content)
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
