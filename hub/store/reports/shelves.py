"""The columns of the site as their numbered lists stand, and what each channel showed last."""

# ruff: noqa: S608 - every piece of the statements is written here, and every value is a parameter

from collections.abc import Collection
from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store.reports.told import LINE, RELEASES, ask, line
from schemas.columns import COLUMNS
from schemas.report import Line, Shelf

#: Places that are looked through for the newest one that is not withdrawn.
_DEPTH = 200
_GONE = """EXISTS (SELECT FROM rulings u JOIN standings s ON s.id = u.standing_id WHERE u.release_id = {}
AND u.serial IS NOT NULL AND s.kind = 'withdrawn' AND NOT EXISTS (
    SELECT FROM deliveries d WHERE d.release_id = {} AND d.action = 'publish' AND d.seen_at IS NOT NULL
    AND d.edition > u.edition))"""
_SHELVES = f"""
SELECT l.list AS code, l.size - coalesce(w.count, 0) AS count, n.newest_on FROM lists l
LEFT JOIN (
    SELECT p.list, count(*) AS count FROM listings p
    WHERE p.channel = :channel AND p.release_id IN (
        SELECT r.release_id FROM rulings r JOIN standings k ON k.id = r.standing_id
        WHERE r.serial IS NOT NULL AND k.kind = 'withdrawn') AND {_GONE.format("p.release_id", "p.release_id")}
    GROUP BY 1) w ON w.list = l.list
LEFT JOIN LATERAL (
    SELECT max(({{}} AT TIME ZONE INTERVAL '08:00')::date) AS newest_on FROM (
        SELECT p.release_id FROM listings p WHERE p.channel = :channel AND p.list = l.list
        AND p.ordinal BETWEEN l.size - :depth + 1 AND l.size ORDER BY p.ordinal DESC) p
    JOIN releases r ON r.id = p.release_id
    WHERE NOT {_GONE.format("p.release_id", "p.release_id")}) n ON true
WHERE l.channel = :channel AND l.list = ANY(:codes)
""".format("r.official_at")
_LISTED = f"""SELECT {LINE}, l.places FROM {RELEASES} JOIN (
    SELECT p.release_id, count(*) AS places FROM listings p
    WHERE p.channel = :channel AND p.list = :column AND p.release_id > :after
    AND NOT {_GONE.format("p.release_id", "p.release_id")}
    GROUP BY 1 ORDER BY 1 LIMIT :lines) l ON l.release_id = r.id ORDER BY r.id"""
_CHANNELS = """
SELECT c.name, n.seen_on FROM unnest(CAST(:channels AS text[])) AS c (name)
LEFT JOIN LATERAL (
    SELECT (d.seen_at AT TIME ZONE INTERVAL '08:00')::date AS seen_on FROM deliveries d
    WHERE d.channel = c.name AND d.action = 'publish' AND (d.intended_at IS NOT NULL OR d.accepted_at IS NOT NULL)
    AND d.seen_at IS NOT NULL ORDER BY d.id DESC LIMIT 1) n ON true ORDER BY c.name
"""


async def shelves(connection: AsyncConnection, channel: str) -> list[Shelf]:
    """Every column that has ever listed something on this site."""
    rows = await ask(connection, _SHELVES, channel=channel, codes=list(COLUMNS), depth=_DEPTH)
    return [Shelf(code=row.code, count=row.count, newest_on=row.newest_on) for row in rows]


async def lines(connection: AsyncConnection, channel: str, column: str, *, after: int, limit: int) -> list[Line]:
    """The releases of which a document stands in the column, by release, with how many of their documents do."""
    rows = await ask(connection, _LISTED, channel=channel, column=column, after=after, lines=limit)
    return [line(row, f"{row.places} 个文件") for row in rows]


async def seen(connection: AsyncConnection, channels: Collection[str]) -> dict[str, date | None]:
    """Channel → the day on which its newest publication was first seen."""
    return {row.name: row.seen_on for row in await ask(connection, _CHANNELS, channels=sorted(channels))}
