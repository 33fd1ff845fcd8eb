"""Normative documents by year, from the register's cards; those that two people spoke about, one by one."""

# ruff: noqa: S608 - every piece of the statements is written here, and every value is a parameter

from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store import standings, tables
from hub.store.reports.told import IN_PERIOD, IN_UNIT, LINE, OFFICIAL_ON, RELEASES, UNIT, ask, line, moments, whole
from schemas.report import Figure, Life, Line, Period
from schemas.standing import Standing

#: Documents that are judged one by one; a bureau has some hundred of them.
MOST_LIVES = 20_000

#: Cards about which nobody said anything: they end by their own last day alone.
_PLAIN = f"""cards c WHERE c.kind = 'normative' AND c.number = 0 AND c.official_at < :ends
AND NOT EXISTS (SELECT FROM rulings u WHERE u.release_id = c.release_id AND u.serial IS NOT NULL)
AND (CAST(:of AS text) = '' OR EXISTS (
    SELECT FROM {RELEASES} WHERE r.id = c.release_id AND {UNIT} = :of))"""
#: What makes a plain document count. The day after the last one is the first without it.
FIGURES = {
    Figure.ISSUED: "c.official_at >= :begins",
    Figure.ENDED: "c.expires_on >= :before AND c.expires_on < :until",
    Figure.VALID: "(c.expires_on IS NULL OR c.expires_on >= :until)",
    Figure.BEFORE: "c.official_at < :begins AND (c.expires_on IS NULL OR c.expires_on >= :before)",
    Figure.ODD: "c.official_at >= :begins AND c.expires_on < :before",
}
_COUNTS = "SELECT {} FROM " + _PLAIN
_LINES = (
    """SELECT c.release_id AS release, c.title, c.doc_no, c.issuer AS unit, c.signed_on, c.expires_on,
(c.official_at AT TIME ZONE INTERVAL '08:00')::date AS official_on
FROM """
    + _PLAIN
    + " AND {} AND c.release_id > :after ORDER BY c.release_id LIMIT :lines"
)
_LIVES = f"""
SELECT {LINE}, {OFFICIAL_ON} AS issued_on, (m.data ->> 'effective_on')::date AS effective_on,
(m.data ->> 'expires_on')::date AS expires_on
FROM {RELEASES} WHERE m.data ->> 'kind' = 'normative' AND r.official_at < :ends AND {IN_UNIT}
AND r.id IN (SELECT u.release_id FROM rulings u WHERE u.serial IS NOT NULL) ORDER BY r.id LIMIT :lines
"""
_SEEN = """
SELECT d.release_id, d.edition, min((d.seen_at AT TIME ZONE INTERVAL '08:00')::date) AS seen_on FROM deliveries d
WHERE d.release_id = ANY(:wanted) AND d.action = 'publish' AND d.seen_at IS NOT NULL GROUP BY 1, 2
"""
_REGISTERED = """SELECT count(*) FROM cards c WHERE c.kind = 'normative' AND c.number = 0
AND c.validity IN ('in_force', 'amended', 'not_yet')
AND NOT EXISTS (SELECT FROM rulings u JOIN standings s ON s.id = u.standing_id
                WHERE u.release_id = c.release_id AND u.serial IS NOT NULL AND u.edition >= c.edition
                AND s.kind = 'withdrawn')"""
_UNLISTED = f"""SELECT count(*) FROM {RELEASES} WHERE {IN_PERIOD} AND m.data ->> 'kind' = 'normative'
AND NOT EXISTS (SELECT FROM cards c WHERE c.release_id = r.id AND c.number = 0)
AND NOT EXISTS (SELECT FROM rulings u WHERE u.release_id = r.id AND u.serial IS NOT NULL)"""


def _moments(period: Period) -> dict[str, Any]:
    return moments(period) | {"before": period.before, "until": period.until}


async def counts(connection: AsyncConnection, period: Period) -> Counter[Figure]:
    """How many documents nobody spoke about count in each number."""
    columns = ", ".join(f"count(*) FILTER (WHERE {where}) AS {one.value}" for one, where in FIGURES.items())
    (row,) = await ask(connection, _COUNTS.format(columns), **_moments(period))
    return Counter({one: getattr(row, one.value) for one in FIGURES})


async def lines(connection: AsyncConnection, period: Period, figure: Figure, *, after: int, limit: int) -> list[Line]:
    """Such documents behind a number, by release, from behind `after` on."""
    rows = await ask(connection, _LINES.format(FIGURES[figure]), after=after, lines=limit, **_moments(period))
    return [line(row, _note(figure, row.expires_on)) for row in rows]


def _note(figure: Figure, expires_on: date | None) -> str:
    if figure not in {Figure.ENDED, Figure.ODD} or expires_on is None:
        return ""
    words = f"有效期到 {expires_on:%Y-%m-%d}"
    return words if figure is Figure.ENDED else f"本年制发，但{words}，早于正式发布的年份"


async def lives(connection: AsyncConnection, period: Period) -> list[Life]:
    """Every normative document of the time up to the period's end that two people spoke about. Raises TooMuchError."""
    rows = whole(await ask(connection, _LIVES, lines=MOST_LIVES, ends=period.ends_at, of=period.unit), MOST_LIVES)
    said = await _said(connection, [row.release for row in rows])
    seen = defaultdict(list)
    for one in await ask(connection, _SEEN, wanted=list(said)):
        seen[one.release_id].append((one.edition, one.seen_on))
    return [
        Life(
            line=line(row),
            issued_on=row.issued_on,
            effective_on=row.effective_on,
            expires_on=row.expires_on,
            said=tuple(said[row.release]),
            seen=tuple(sorted(seen[row.release])),
        )
        for row in rows
    ]


async def _said(connection: AsyncConnection, releases: Collection[int]) -> dict[int, list[Standing]]:
    s, r = tables.standings, tables.rulings
    columns = (one for one in r.c if one.name not in {"standing_id", "release_id", "proposed_by"})
    query = select(s, *columns).join(r, r.c.standing_id == s.c.id)
    query = query.where(r.c.serial.is_not(None), r.c.release_id.in_(releases)).order_by(r.c.release_id, r.c.serial)
    found: dict[int, list[Standing]] = defaultdict(list)
    for row in await connection.execute(query):
        found[row.release_id].append(standings.parse(row))
    return found


async def registered(connection: AsyncConnection) -> int:
    """How many the register counts as in force now, amended ones and those still to come included."""
    (row,) = await ask(connection, _REGISTERED)
    return int(row[0])


async def unlisted(connection: AsyncConnection, period: Period) -> int:
    """Normative documents released in the period that the register does not have."""
    (row,) = await ask(connection, _UNLISTED, **moments(period))
    return int(row[0])


def page(plain: Sequence[Line], judged: Sequence[Line], *, after: int, limit: int) -> list[Line]:
    """One list of both, by release."""
    return sorted([*plain, *(one for one in judged if one.release > after)], key=lambda one: one.release)[:limit]
