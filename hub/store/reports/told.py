"""What all questions of reports share: how long they may take, and what a release is as the public knows it.

Statements are SQL as it stands: they count and group, and are read best in one piece.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic_core import to_json
from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

from schemas.report import Line, Period

#: The store gives a question up after this long.
TIMEOUT = "15s"
#: Lines of a list, and of one that is saved.
PAGE, MOST = 100, 5000

#: The day in Beijing of a moment.
OFFICIAL_ON = "(r.official_at AT TIME ZONE INTERVAL '08:00')::date"
#: What was published of the release: what staff are writing since then is nobody's business yet.
PUBLISHED = """(CASE WHEN r.state = 'released' THEN r.metadata ELSE coalesce((
    SELECT convert_from(e.content, 'UTF8')::jsonb -> 'metadata' FROM editions e WHERE e.release_id = r.id
    AND e.number = (SELECT max(d.edition) FROM deliveries d
                    WHERE d.release_id = r.id AND d.action = 'publish' AND d.seen_at IS NOT NULL)
), r.metadata) END)"""
#: Whose work it is: the unit that it was drafted for; of what is older than that, the unit of who drafted it; of whom
#: nobody knows any more, the 发文机关.
UNIT = "coalesce(r.unit, nullif(p.unit, ''), m.data ->> 'issuer')"
#: Which limit it has to be public by, as `limits` calls it: its kind's, or that of an older one to be opened.
LIMIT = "(CASE WHEN r.opened_on IS NULL THEN m.data ->> 'kind' ELSE 'opened' END)"
#: When that limit began, as text: `since` is kind → the field that its special limit counts from.
START = """coalesce(r.opened_on,
    m.data -> 'particulars' ->> (CAST(:since AS jsonb) ->> (m.data ->> 'kind')),
    m.data ->> (CAST(:since AS jsonb) ->> (m.data ->> 'kind')), m.data ->> 'signed_on')"""
#: Releases of the period with what was published of them.
RELEASES = f"""releases r CROSS JOIN LATERAL (SELECT {PUBLISHED} AS data OFFSET 0) m
LEFT JOIN people p ON p.id = r.authors[1]"""
IN_UNIT = f"(CAST(:of AS text) = '' OR {UNIT} = :of)"
IN_PERIOD = f"r.official_at >= :begins AND r.official_at < :ends AND {IN_UNIT}"
LINE = f"""r.id AS release, m.data ->> 'title' AS title, m.data ->> 'doc_no' AS doc_no, {UNIT} AS unit,
(m.data ->> 'signed_on')::date AS signed_on, {OFFICIAL_ON} AS official_on"""


class TooMuchError(Exception):
    """There is more than is ever counted: a part of it would be a wrong number."""


def whole(rows: Sequence[Row[Any]], most: int) -> Sequence[Row[Any]]:
    """The rows, if they are all. Raises TooMuchError where the question was cut off at `most`."""
    if len(rows) >= most:
        raise TooMuchError
    return rows


@dataclass(frozen=True)
class Limits:
    """What a question must know of the limits by which things are to be public."""

    since: Mapping[str, str]  #: kind → the field that its special limit counts from
    cutoffs: Mapping[str, date]  #: kind → the last beginning of such a limit that is over today
    cutoff: date  #: the same of the usual limit


def over(limits: Limits) -> dict[str, Any]:
    """The parameters of what is over."""
    ends = {kind: day.isoformat() for kind, day in limits.cutoffs.items()}
    return {"since": json(limits.since), "cutoffs": json(ends), "cutoff": limits.cutoff.isoformat()}


def json(value: Mapping[str, str]) -> str:
    return to_json(dict(value)).decode()


async def ask(connection: AsyncConnection, statement: str, **values: Any) -> Sequence[Row[Any]]:
    """All rows of a bounded question."""
    await connection.execute(text(f"SET LOCAL statement_timeout = '{TIMEOUT}'"))
    return (await connection.execute(text(statement), values)).all()


def moments(period: Period) -> dict[str, Any]:
    """The parameters of `IN_PERIOD`."""
    return {"begins": period.begins_at, "ends": period.ends_at, "of": period.unit}


def line(row: Any, note: str = "") -> Line:
    """One document of a list."""
    return Line(
        release=row.release,
        title=row.title,
        doc_no=row.doc_no or "",
        unit=row.unit or "",
        signed_on=row.signed_on,
        official_on=row.official_on,
        note=note,
    )
