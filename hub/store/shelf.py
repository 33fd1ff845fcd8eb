"""What a channel shows: the list behind its list pages and feeds, read from the deliveries themselves."""

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from hub.store import editions, tables
from schemas.delivery import Action
from schemas.parcel import Listed


class Shelf:
    """What channels are given (`channels.contract.Shelf`)."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def recent(self, channel: str, limit: int) -> list[Listed]:
        """Editions whose publication on the channel is intended, accepted or seen, newest first, one per release.

        An intent counts, because lists are written during the commit: of two deliveries that write them at once,
        whichever is later lists both.
        """
        listed: dict[int, Listed] = {}
        before: int | None = None
        async with self._engine.connect() as connection:
            while len(listed) < limit:
                page = await _page(connection, channel, before, limit)
                for delivery, item in page:
                    listed.setdefault(item.edition.release, item)
                    before = delivery
                if len(page) < limit:
                    break
        return list(listed.values())[:limit]


async def _page(connection: AsyncConnection, channel: str, before: int | None, limit: int) -> list[tuple[int, Listed]]:
    d, e, r = tables.deliveries, tables.editions, tables.releases
    query = (
        select(d.c.id, d.c.planned_at, d.c.digest, e.c.content, r.c.official_at)
        .join(e, (e.c.release_id == d.c.release_id) & (e.c.number == d.c.edition))
        .join(r, r.c.id == d.c.release_id)
        .where(d.c.channel == channel, d.c.action == Action.PUBLISH)
        .where(or_(d.c.intended_at.is_not(None), d.c.accepted_at.is_not(None)))
        .order_by(d.c.id.desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(d.c.id < before)
    return [
        (
            row.id,
            Listed(
                edition=editions.parse(row.content),
                official_at=row.official_at,
                planned_at=row.planned_at,
                updated_at=max(row.planned_at, row.official_at or row.planned_at),
            ),
        )
        for row in await connection.execute(query)
    ]
