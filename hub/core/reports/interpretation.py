"""Which policies need an interpretation, have one, and had it in time. Pure."""

from collections.abc import Sequence

from hub.core import deadlines
from hub.core.deadlines import Calendar
from hub.core.reports import cells
from schemas.release import Kind
from schemas.report import Cell, Figure, Period, Report, ReportName, Sheet, Span
from schemas.words import word

TITLE = "政策解读情况"
_HEAD = ("政策文件", "应解读", "已解读", "解读率", "按时解读", "未解读", "超时解读")


def report(spans: Sequence[Span], period: Period, calendar: Calendar, days: int) -> Report:
    """The table. Groups are kinds; a span's end is the day on which the public first saw an interpretation."""
    kinds = [kind for kind in Kind if kind.is_interpreted]
    rows = [
        _row(word(kind), [one for one in spans if one.group == kind], period, calendar, days, kind=kind.value)
        for kind in kinds
    ]
    rows.append(_row("合计", spans, period, calendar, days))
    told = []
    if missing := sum(one.count for one in spans if one.end is None):
        told.append(f"有 {missing} 件应当解读的政策文件没有公开的解读。")
    if guess := sorted({one.start.year for one in spans} - {day.year for day in calendar}):
        told.append(f"{'、'.join(map(str, guess))} 年没有录入工作日历，暂按周末推算。")
    return Report(
        name=ReportName.INTERPRETATION,
        title=TITLE,
        year=period.year,
        until=period.until,
        sheets=(Sheet(caption="解读比例", head=_HEAD, rows=tuple(rows)),),
        told=tuple(told),
        notes=(
            "应解读：本年正式发布的行政规范性文件和政策文件（津规资办发〔2020〕253号 二(三)1）。",
            f"按时：最迟在正式发布后 {days} 个工作日内公众见到解读（设置 rules.interpretation_days）。",
            "已解读：公众在任一渠道见到过它的解读，后来撤回的仍然计入。",
        ),
    )


def _row(
    name: str, spans: Sequence[Span], period: Period, calendar: Calendar, days: int, **which: str
) -> tuple[Cell, ...]:
    needed = sum(one.count for one in spans)
    missing = sum(one.count for one in spans if one.end is None)
    late = sum(one.count for one in spans if is_late(one, calendar, days))
    return (
        cells.text(name),
        cells.counted(needed, Figure.NEEDED, period, **which),
        cells.text(needed - missing),
        cells.text(cells.share(needed - missing, needed)),
        cells.text(needed - missing - late),
        cells.counted(missing, Figure.MISSING, period, **which),
        cells.counted(late, Figure.LATE_READING, period, **which),
    )


def is_late(one: Span, calendar: Calendar, days: int) -> bool:
    """Whether the first interpretation came after its last day."""
    return one.end is not None and one.end > deadlines.after(one.start, days, calendar)
