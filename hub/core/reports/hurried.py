"""应急发布 of a year, and whether each was countersigned in time. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from hub.core import urgency
from hub.core.deadlines import Calendar, Urgency
from hub.core.deadlines import words as left
from hub.core.reports import cells
from schemas.entry import BEIJING
from schemas.report import Cell, Period, Sheet
from schemas.urgency import Countersign, Verdict
from schemas.urgency import Urgency as Hurried
from schemas.words import word

#: One of them, with every word that was said of it.
One = tuple[Hurried, Sequence[Countersign]]
_HEAD = ("文件", "版本", "决定发布", "事前审核", "补签", "情况")


def sheet(
    found: Sequence[One], titles: Mapping[int, str], period: Period, now: datetime, calendar: Calendar, days: int
) -> Sheet | None:
    """The table of those that were published in the year; None when there was none."""
    rows = tuple(_row(one, titles, now, calendar, days) for one in found)
    notes = (f"应急发布的，未经的环节须在决定发布后 {days} 个工作日内补签；当日不计，节假日和调休按工作日历。",)
    return (
        Sheet(caption=f"{period.year} 年应急发布 {len(rows)} 件", head=_HEAD, rows=rows, notes=notes) if rows else None
    )


def told(found: Sequence[One], now: datetime, calendar: Calendar, days: int) -> tuple[str, ...]:
    """What the report says of them above its tables."""
    late = sum(_state(one, now, calendar, days) is Urgency.OVERDUE for one in found)
    return (f"应急发布的有 {late} 件逾期未补签。",) if late else ()


def _row(one: One, titles: Mapping[int, str], now: datetime, calendar: Calendar, days: int) -> tuple[Cell, ...]:
    of, signs = one
    at = of.published_at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M") if of.published_at else ""
    said = {sign.level: sign.verdict for sign in signs}
    signed = "；".join(f"{word(level)}：{word(said[level]) if level in said else '未补签'}" for level in of.skipped)
    return (
        Cell(value=titles.get(of.release, str(of.release)), release=of.release),
        cells.text(f"第 {of.edition} 版"),
        cells.text(at),
        cells.text("、".join(map(word, of.chain))),
        cells.text(signed),
        cells.text(_said(one, now, calendar, days)),
    )


def _said(one: One, now: datetime, calendar: Calendar, days: int) -> str:
    of, signs = one
    if of.published_at and urgency.owing(of, signs):
        return left(urgency.due(of.published_at, now, calendar, days))
    return "补签已齐" + ("，有异议" if any(sign.verdict is not Verdict.ENDORSE for sign in signs) else "")


def _state(one: One, now: datetime, calendar: Calendar, days: int) -> Urgency | None:
    of, signs = one
    if of.published_at is None or not urgency.owing(of, signs):
        return None
    return urgency.due(of.published_at, now, calendar, days).urgency
