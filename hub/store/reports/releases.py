"""Releases of a year, counted by form and channel, by how long they took, and by their interpretations."""

# ruff: noqa: S608 - every piece of the statements is written here, and every value is a parameter

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store.reports.told import IN_PERIOD, OFFICIAL_ON, RELEASES, UNIT, ask, moments, whole
from schemas.release import Kind
from schemas.report import Period, Span, Volume

#: Groups of days that a question may answer with (else TooMuchError); no bureau has a year with so many.
MOST_GROUPS = 200_000
INTERPRETED = [one.value for one in Kind if one.is_interpreted]

_VOLUMES = f"""
WITH seen AS (
    SELECT r.id, {OFFICIAL_ON} AS official_on, m.data ->> 'kind' AS kind, (b.document = 'policy') AS is_policy,
           array_agg(b.channel ORDER BY b.channel) AS channels
    FROM {RELEASES} JOIN publications b ON b.release_id = r.id AND b.seen_at IS NOT NULL
    WHERE {IN_PERIOD} GROUP BY r.id, official_on, kind, b.document)
SELECT kind, is_policy, extract(month FROM official_on)::int AS month, channels, count(*) AS count
FROM seen GROUP BY 1, 2, 3, 4 ORDER BY 1, 2 DESC, 3, 4
"""
_TOOK = f"""
SELECT {UNIT} AS unit, (m.data ->> 'signed_on')::date AS start, {OFFICIAL_ON} AS end, count(*) AS count
FROM {RELEASES} WHERE {IN_PERIOD} GROUP BY 1, 2, 3 ORDER BY 1, 2, 3 LIMIT :groups
"""
#: Not public, and to be public: the index of unofficial releases finds those that were signed so early.
UNSEEN = """FROM releases r CROSS JOIN LATERAL (SELECT r.metadata AS data) m LEFT JOIN people p ON p.id = r.authors[1]
WHERE r.official_at IS NULL AND r.metadata ->> 'signed_on' <= :cutoff
AND r.metadata ->> 'disclosure' = 'open' AND r.metadata ->> 'secrecy' = 'none'"""
_WAITING = f"""SELECT {UNIT} AS unit, (m.data ->> 'signed_on')::date AS start, NULL::date AS end, count(*) AS count
{UNSEEN} GROUP BY 1, 2 ORDER BY 1, 2 LIMIT :groups"""
READING = f"""{RELEASES} LEFT JOIN LATERAL (
    SELECT min((b.seen_at AT TIME ZONE INTERVAL '08:00')::date) AS read_on FROM publications b
    WHERE b.release_id = r.id AND b.document <> 'policy' AND b.seen_at IS NOT NULL) i ON true
WHERE {IN_PERIOD} AND m.data ->> 'kind' = ANY(:kinds)"""
_READ = f"""SELECT m.data ->> 'kind' AS unit, {OFFICIAL_ON} AS start, i.read_on AS end, count(*) AS count
FROM {READING} GROUP BY 1, 2, 3 ORDER BY 1, 2, 3 LIMIT :groups"""


async def volumes(connection: AsyncConnection, period: Period) -> list[Volume]:
    """Documents of the period that the public saw, in groups."""
    return [
        Volume(
            kind=Kind(row.kind),
            is_policy=row.is_policy,
            month=row.month,
            channels=tuple(row.channels),
            count=row.count,
        )
        for row in await ask(connection, _VOLUMES, **moments(period))
    ]


async def took(connection: AsyncConnection, period: Period) -> list[Span]:
    """From 成文日期 to the official time, of the period's releases, by unit."""
    return _spans(await ask(connection, _TOOK, groups=MOST_GROUPS, **moments(period)))


async def waiting(connection: AsyncConnection, cutoff: date) -> list[Span]:
    """Signed on this day or before and not public, by unit."""
    return _spans(await ask(connection, _WAITING, cutoff=cutoff.isoformat(), groups=MOST_GROUPS))


async def readings(connection: AsyncConnection, period: Period) -> list[Span]:
    """From the official time to the first interpretation, of policies of the period that need one, by kind."""
    return _spans(await ask(connection, _READ, groups=MOST_GROUPS, kinds=INTERPRETED, **moments(period)))


def _spans(rows: Sequence[Row[Any]]) -> list[Span]:
    return [
        Span(group=row.unit or "", start=row.start, end=row.end, count=row.count) for row in whole(rows, MOST_GROUPS)
    ]
