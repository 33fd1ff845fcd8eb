"""How long it took from 成文日期 to the official time, by unit, and what is still waiting. Pure."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from hub.core.deadlines import DISCLOSURE_DAYS, Calendar
from hub.core.reports import cells
from hub.core.reports.worked import Worked, dues, guessed
from schemas.report import Cell, Figure, Period, Report, ReportName, Sheet, Span

TITLE = "公开时限（按单位）"
_HEAD = ("单位", "正式发布", "20 个工作日内", "占比", "超期", "最长（工作日）", "平均（工作日）")
_NOTES = (
    "时限：自成文日期起 20 个工作日内（政府信息公开条例第二十六条），成文当日不计，节假日和调休按工作日历。",
    "单位：起草人所在的单位；起草人不在人员名单中的，按发文机关。",
)


def report(public: Sequence[Span], waiting: Sequence[Span], period: Period, calendar: Calendar) -> Report:
    """Both tables. `waiting` are those whose time is over and that the public has not seen yet."""
    due = dues({one.start for one in public}, DISCLOSURE_DAYS, calendar)
    years = {day.year for one in public for day in (one.start, one.end) if day}
    told = []
    if late := sum(one.count for one in public if one.end and one.end > due[one.start]):
        told.append(f"本年正式发布的有 {late} 件超过 20 个工作日。")
    if count := sum(one.count for one in waiting):
        told.append(f"现有 {count} 件已过 20 个工作日仍未公开。")
    if missing := guessed(years, calendar):
        said = "、".join(map(str, missing))
        told.append(f"{said} 年没有录入工作日历，这些年份暂按周末推算。")
    return Report(
        name=ReportName.TIMELINESS,
        title=TITLE,
        year=period.year,
        until=period.until,
        sheets=tuple(one for one in (_table(public, period, calendar, due), _waiting(waiting, period)) if one),
        told=tuple(told),
        notes=_NOTES,
    )


def _table(public: Sequence[Span], period: Period, calendar: Calendar, due: dict[date, date]) -> Sheet:
    worked = Worked({day for one in public for day in (one.start, one.end) if day}, calendar)
    units: dict[str, list[Span]] = defaultdict(list)
    for one in public:
        units[one.group].append(one)
    rows = [_row(name, units[name], period, worked, due, unit=name) for name in sorted(units)]
    if len(units) > 1:
        rows.append(_row("合计", public, period, worked, due))
    return Sheet(caption="已正式发布的", head=_HEAD, rows=tuple(rows))


def _row(
    name: str, spans: Sequence[Span], period: Period, worked: Worked, due: dict[date, date], **which: str
) -> tuple[Cell, ...]:
    took = [(worked.between(one.start, one.end), one.count) for one in spans if one.end]
    total = sum(count for _, count in took)
    late = sum(one.count for one in spans if one.end and one.end > due[one.start])
    mean = sum(days * count for days, count in took) / total
    return (
        cells.text(name),
        cells.counted(total, Figure.PUBLISHED, period, **which),
        cells.text(total - late),
        cells.text(cells.share(total - late, total)),
        cells.counted(late, Figure.LATE, period, **which),
        cells.text(max(days for days, _ in took)),
        cells.text(f"{mean:.1f}"),
    )


def _waiting(waiting: Sequence[Span], period: Period) -> Sheet | None:
    units: dict[str, list[Span]] = defaultdict(list)
    for one in waiting:
        units[one.group].append(one)
    rows = tuple(
        (
            cells.text(name),
            cells.counted(sum(one.count for one in spans), Figure.WAITING, period, unit=name),
            cells.text(min(one.start for one in spans).isoformat()),
        )
        for name, spans in sorted(units.items())
    )
    return (
        Sheet(caption="超期仍未公开的（截至今天）", head=("单位", "件数", "最早的成文日期"), rows=rows)
        if rows
        else None
    )
