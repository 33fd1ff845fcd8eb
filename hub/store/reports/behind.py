"""The documents behind the numbers that `releases` counts: the same conditions, one line for each release."""

# ruff: noqa: S608 - every piece of the statements is written here, and every value is a parameter

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store.reports.releases import INTERPRETED, READING, UNSEEN
from hub.store.reports.told import (
    IN_PERIOD,
    LIMIT,
    LINE,
    OFFICIAL_ON,
    RELEASES,
    START,
    UNIT,
    Limits,
    ask,
    json,
    line,
    moments,
    over,
)
from schemas.particulars import Form
from schemas.report import Figure, Line, Period, Which

_PUBLISHED = f"{RELEASES} WHERE {IN_PERIOD}"
#: How many of its documents were seen, of the form and on the channel that are asked for.
_SEEN = f"""{RELEASES} JOIN LATERAL (
    SELECT count(DISTINCT b.document) FILTER (WHERE b.document = 'policy') AS policies,
           count(DISTINCT b.document) FILTER (WHERE b.document <> 'policy') AS readings
    FROM publications b WHERE b.release_id = r.id AND b.seen_at IS NOT NULL
    AND (:channel = '' OR b.channel = :channel)
    AND CASE :form WHEN '' THEN true WHEN 'interpretation' THEN b.document <> 'policy' ELSE b.document = 'policy' END
) b ON b.policies + b.readings > 0 WHERE {IN_PERIOD}"""
#: `due` has the last day that was in time: by limit and the day on which it began, or by the official day.
_DUE = "(CAST(:due AS jsonb) ->> ({})::text)::date"
_SIGNED_DUE, _READ_DUE = _DUE.format(f"{LIMIT} || ':' || {START}"), _DUE.format(OFFICIAL_ON)

#: Figure → what else is shown, and of which releases.
_FROM = {
    Figure.PUBLISHED: (", b.policies, b.readings", _SEEN),
    Figure.LATE: (f", {_SIGNED_DUE} AS due", f"{_PUBLISHED} AND {OFFICIAL_ON} > {_SIGNED_DUE}"),
    Figure.PUNCTUAL: (f", {_SIGNED_DUE} AS due", f"{_PUBLISHED} AND {OFFICIAL_ON} <= {_SIGNED_DUE}"),
    Figure.WAITING: (f", {_SIGNED_DUE} AS due", UNSEEN.removeprefix("FROM ")),
    Figure.NEEDED: (", i.read_on", READING),
    Figure.READ: (", i.read_on", f"{READING} AND i.read_on IS NOT NULL"),
    Figure.PUNCTUAL_READING: (
        f", i.read_on, {_READ_DUE} AS due",
        f"{READING} AND i.read_on <= {_READ_DUE}",
    ),
    Figure.MISSING: ("", f"{READING} AND i.read_on IS NULL"),
    Figure.LATE_READING: (
        f", i.read_on, {_READ_DUE} AS due",
        f"{READING} AND i.read_on > {_READ_DUE}",
    ),
}
_SHAPED = f"""{RELEASES} JOIN LATERAL (
    SELECT count(*) AS readings FROM cards c WHERE c.release_id = r.id AND c.number > 0 AND c.form = :reading
) s ON s.readings > 0 WHERE {IN_PERIOD}"""
_FROM[Figure.SHAPED] = (", s.readings", _SHAPED)
_CONDITIONS = {
    "unit": f"{UNIT} = :unit",
    "kind": "m.data ->> 'kind' = :kind",
    "month": f"extract(month FROM {OFFICIAL_ON}) = :month",
}


async def lines(
    connection: AsyncConnection,
    period: Period,
    which: Which,
    *,
    due: Mapping[str, date],
    limits: Limits,
    limit: int,
) -> list[Line]:
    """The documents, by release, from behind `which.after` on.

    `due` is needed for those that were in time or late, `limits` for those and for what waits.
    Raises KeyError for a number that is not counted here.
    """
    more, source = _FROM[which.figure]
    kind = which.kind or (which.form if which.form != "interpretation" else None)
    values: dict[str, Any] = {"unit": which.unit, "kind": kind and kind.value, "month": which.month}
    conditions = "".join(f" AND {_CONDITIONS[name]}" for name, value in values.items() if value is not None)
    rows = await ask(
        connection,
        f"SELECT {LINE}{more} FROM {source}{conditions} AND r.id > :after ORDER BY r.id LIMIT :lines",
        **{name: value for name, value in values.items() if value is not None},
        **_given(source, period, which, due, limits),
        after=which.after,
        lines=limit,
    )
    return [line(row, _note(which.figure, row)) for row in rows]


def _given(source: str, period: Period, which: Which, due: Mapping[str, date], limits: Limits) -> dict[str, Any]:
    """The parameters that this question has."""
    every = moments(period) | {
        "channel": which.channel or "",
        "form": which.form or "",
        "reading": which.reading or Form.TEXT,
        "due": json({key: last.isoformat() for key, last in due.items()}),
        **over(limits),
        "kinds": INTERPRETED,
    }
    used = source + _FROM[which.figure][0]
    return {name: value for name, value in every.items() if f":{name}" in used}


def _note(figure: Figure, row: Any) -> str:
    match figure:
        case Figure.PUBLISHED:
            found = ["政策文件"] * bool(row.policies) + [f"{row.readings} 篇解读"] * bool(row.readings)
            return "和".join(found)
        case Figure.LATE | Figure.PUNCTUAL | Figure.WAITING:
            return f"最迟应于 {row.due} 公开" if row.due else ""
        case Figure.LATE_READING | Figure.PUNCTUAL_READING:
            return f"{row.read_on} 解读，最迟应于 {row.due}"
        case Figure.SHAPED:
            return f"{row.readings} 篇"
        case Figure.NEEDED | Figure.READ:
            return f"{row.read_on} 解读" if row.read_on else "未解读"
        case _:
            return ""
