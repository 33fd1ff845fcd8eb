"""How long it took from 成文日期 to the official time, by unit, and what is still waiting. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from hub.core import limits
from hub.core.deadlines import Calendar
from hub.core.reports import cells
from hub.core.reports.worked import Worked, guessed
from schemas.report import Cell, Figure, Period, Report, ReportName, Sheet, Span
from schemas.rulebook import USUAL, Rulebook

TITLE = "公开时限（按单位）"
#: Limit and the day on which it began → the last day that is in time.
Dues = dict[tuple[str, date], date]
#: How `Span.kind` calls an older document that was to be opened: its time began with that decision.
OPENED = "opened"
_HEAD = ("单位", "正式发布", "时限内", "占比", "超期", "最长（工作日）", "平均（工作日）")
_NOTES = (
    "时限：自成文日期起 20 个工作日内（政府信息公开条例第二十六条），起算当日不计，节假日和调休按工作日历。",
    "法律法规另有规定的、会议等自有起算日期的，按其规定（设置 rules.limits 和文件类别）。",
    "存量文件自审定为主动公开之日起算。",
    "单位：文件所属的单位；没有登记的，按起草人所在的单位；起草人不在人员名单中的，按发文机关。",
)


def report(
    public: Sequence[Span], waiting: Sequence[Span], period: Period, calendar: Calendar, rules: Rulebook = USUAL
) -> Report:
    """Both tables. `waiting` are those whose time is over and that the public has not seen yet."""
    due = dues(public, calendar, rules)
    years = {day.year for one in public for day in (one.start, one.end) if day}
    told = []
    if late := sum(one.count for one in public if one.end and one.end > due[one.kind, one.start]):
        told.append(f"本年正式发布的有 {late} 件超过公开时限。")
    if count := sum(one.count for one in waiting):
        told.append(f"现有 {count} 件已过公开时限仍未公开。")
    if missing := guessed(years, calendar):
        said = "、".join(map(str, missing))
        told.append(f"{said} 年的放假安排未公布或未录入，期限暂定。")
    return Report(
        name=ReportName.TIMELINESS,
        title=TITLE,
        year=period.year,
        until=period.until,
        sheets=tuple(one for one in (_table(public, period, calendar, due), _waiting(waiting, period)) if one),
        told=tuple(told),
        notes=_NOTES,
    )


def dues(spans: Iterable[Span], calendar: Calendar, rules: Rulebook) -> Dues:
    """For each limit and each day on which it began, the last day that is in time."""
    begun = {(one.kind, one.start) for one in spans}
    return {
        (kind, start): limits.last_day(kind, start, calendar, rules, is_opened=kind == OPENED) for kind, start in begun
    }


def _table(public: Sequence[Span], period: Period, calendar: Calendar, due: Dues) -> Sheet:
    worked = Worked({day for one in public for day in (one.start, one.end) if day}, calendar)
    units: dict[str, list[Span]] = defaultdict(list)
    for one in public:
        units[one.group].append(one)
    rows = [_row(name, units[name], period, worked, due, unit=name) for name in sorted(units)]
    if len(units) > 1:
        rows.append(_row("合计", public, period, worked, due))
    return Sheet(caption="已正式发布的", head=_HEAD, rows=tuple(rows))


def _row(name: str, spans: Sequence[Span], period: Period, worked: Worked, due: Dues, **which: str) -> tuple[Cell, ...]:
    took = [(worked.between(one.start, one.end), one.count) for one in spans if one.end]
    total = sum(count for _, count in took)
    late = sum(one.count for one in spans if one.end and one.end > due[one.kind, one.start])
    mean = sum(days * count for days, count in took) / total
    return (
        cells.text(name),
        cells.counted(total, Figure.PUBLISHED, period, **which),
        cells.counted(total - late, Figure.PUNCTUAL, period, **which),
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
        Sheet(caption="超期仍未公开的（截至今天）", head=("单位", "件数", "最早的起算日期"), rows=rows)
        if rows
        else None
    )
