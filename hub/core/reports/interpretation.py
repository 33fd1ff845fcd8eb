"""Which policies need an interpretation, have one, and had it in time. Pure."""

from collections.abc import Mapping, Sequence

from hub.core import deadlines
from hub.core.deadlines import Calendar
from hub.core.reports import cells
from hub.core.reports.worked import guessed
from schemas.particulars import Form
from schemas.release import Kind
from schemas.report import Cell, Figure, Period, Report, ReportName, Sheet, Span
from schemas.words import word

TITLE = "政策解读情况"
_HEAD = ("政策文件", "应解读", "已解读", "解读率", "按时解读", "未解读", "超时解读")


def report(
    spans: Sequence[Span], period: Period, calendar: Calendar, days: int, forms: Mapping[Form, int] | None = None
) -> Report:
    """The tables. Groups are kinds; a span's end is the day on which the public first saw an interpretation.

    `forms` is form → how many interpretations of the year's documents the public can see.
    """
    kinds = [kind for kind in Kind if kind.is_interpreted]
    rows = [
        _row(word(kind), [one for one in spans if one.group == kind], period, calendar, days, kind=kind.value)
        for kind in kinds
    ]
    rows.append(_row("合计", spans, period, calendar, days))
    told = []
    if missing := sum(one.count for one in spans if one.end is None):
        told.append(f"有 {missing} 件应当解读的政策文件没有公开的解读。")
    if guess := guessed({one.start.year for one in spans}, calendar):
        told.append(f"{'、'.join(map(str, guess))} 年的放假安排未公布或未录入，期限暂定。")
    return Report(
        name=ReportName.INTERPRETATION,
        title=TITLE,
        year=period.year,
        until=period.until,
        sheets=(Sheet(caption="解读比例", head=_HEAD, rows=tuple(rows)), _shaped(forms or {}, period)),
        told=tuple(told),
        notes=(
            "应解读：本年正式发布的行政规范性文件和政策文件（津规资办发〔2020〕253号 二(三)1）。",
            f"按时：最迟在正式发布后 {days} 个工作日内公众见到解读（设置 rules.interpretation_days）。",
            "已解读：公众在任一渠道见到过它的解读，后来撤回的仍然计入。",
            "解读形式：本年正式发布的文件，其解读现在网站上可以看到的，按每篇登记的形式计；没有登记的计入文字。",
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
        cells.counted(needed - missing, Figure.READ, period, **which),
        cells.text(cells.share(needed - missing, needed)),
        cells.counted(needed - missing - late, Figure.PUNCTUAL_READING, period, **which),
        cells.counted(missing, Figure.MISSING, period, **which),
        cells.counted(late, Figure.LATE_READING, period, **which),
    )


def _shaped(forms: Mapping[Form, int], period: Period) -> Sheet:
    """How many there are of each form; one that nobody used is not named."""
    whole = sum(forms.values())
    rows = [
        (
            cells.text(word(form)),
            cells.counted(forms[form], Figure.SHAPED, period, reading=form.value),
            cells.text(cells.share(forms[form], whole)),
        )
        for form in Form
        if forms.get(form)
    ]
    rows.append((cells.text("各种形式合计"), cells.text(whole), cells.text(cells.share(whole, whole))))
    return Sheet(caption="解读形式", head=("形式", "篇数", "占比"), rows=tuple(rows))


def is_late(one: Span, calendar: Calendar, days: int) -> bool:
    """Whether the first interpretation came after its last day."""
    return one.end is not None and one.end > deadlines.after(one.start, days, calendar)
