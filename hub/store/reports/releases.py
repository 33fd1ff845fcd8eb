"""Releases of a year, counted by form and channel, by how long they took, and by their interpretations."""

# ruff: noqa: S608 - every piece of the statements is written here, and every value is a parameter

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store.reports.told import (
    IN_PERIOD,
    IN_UNIT,
    LIMIT,
    OFFICIAL_ON,
    RELEASES,
    START,
    UNIT,
    Limits,
    ask,
    json,
    moments,
    over,
    whole,
)
from schemas.particulars import Form
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
SELECT {UNIT} AS unit, {START}::date AS start, {OFFICIAL_ON} AS end, {LIMIT} AS kind, count(*) AS count
FROM {RELEASES} WHERE {IN_PERIOD} GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4 LIMIT :groups
"""
#: Not public, and to be public, and its time is over: `cutoffs` is kind → the last day on which that began, where the
#: kind has a limit of its own.
UNSEEN = f"""FROM releases r CROSS JOIN LATERAL (SELECT r.metadata AS data) m LEFT JOIN people p ON p.id = r.authors[1]
WHERE r.official_at IS NULL AND {START} <= coalesce(CAST(:cutoffs AS jsonb) ->> {LIMIT}, :cutoff)
AND r.metadata ->> 'disclosure' = 'open' AND r.metadata ->> 'secrecy' = 'none' AND {IN_UNIT}"""
_WAITING = f"""SELECT {UNIT} AS unit, {START}::date AS start, NULL::date AS end, {LIMIT} AS kind, count(*) AS count
{UNSEEN} GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 4 LIMIT :groups"""
READING = f"""{RELEASES} LEFT JOIN LATERAL (
    SELECT min((b.seen_at AT TIME ZONE INTERVAL '08:00')::date) AS read_on FROM publications b
    WHERE b.release_id = r.id AND b.document <> 'policy' AND b.seen_at IS NOT NULL) i ON true
WHERE {IN_PERIOD} AND m.data ->> 'kind' = ANY(:kinds)"""
_READ = f"""SELECT m.data ->> 'kind' AS unit, {OFFICIAL_ON} AS start, i.read_on AS end, count(*) AS count
FROM {READING} GROUP BY 1, 2, 3 ORDER BY 1, 2, 3 LIMIT :groups"""
#: Interpretations that the public can see now, of the period's releases.
_FORMS = f"""SELECT c.form, count(*) AS documents FROM cards c
WHERE c.number > 0 AND c.official_at >= :begins AND c.official_at < :ends
AND (CAST(:of AS text) = '' OR EXISTS (SELECT FROM {RELEASES} WHERE r.id = c.release_id AND {UNIT} = :of)) GROUP BY 1"""


async def forms(connection: AsyncConnection, period: Period) -> dict[Form, int]:
    """Form → how many interpretations the public can see on the site, of the period's releases."""
    return {Form(row.form): row.documents for row in await ask(connection, _FORMS, **moments(period))}


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


async def took(connection: AsyncConnection, period: Period, limits: Limits) -> list[Span]:
    """From the day on which the limit began to the official time, of the period's releases, by unit."""
    return _spans(await ask(connection, _TOOK, groups=MOST_GROUPS, since=json(limits.since), **moments(period)))


async def waiting(connection: AsyncConnection, limits: Limits, unit: str = "") -> list[Span]:
    """What the public has not seen though its time is over, by unit."""
    return _spans(await ask(connection, _WAITING, groups=MOST_GROUPS, of=unit, **over(limits)))


async def readings(connection: AsyncConnection, period: Period) -> list[Span]:
    """From the official time to the first interpretation, of policies of the period that need one, by kind."""
    return _spans(await ask(connection, _READ, groups=MOST_GROUPS, kinds=INTERPRETED, **moments(period)))


def _spans(rows: Sequence[Row[Any]]) -> list[Span]:
    return [
        Span(group=row.unit or "", start=row.start, end=row.end, count=row.count, kind=getattr(row, "kind", None) or "")
        for row in whole(rows, MOST_GROUPS)
    ]
