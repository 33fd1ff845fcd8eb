"""How much was published, by form and by channel, month by month. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence

from hub.core.reports import cells
from schemas.release import Kind
from schemas.report import Cell, Figure, Period, Report, ReportName, Sheet, Volume
from schemas.words import word

TITLE = "发布数量（按形式、按渠道）"
#: How interpretations are called in a question.
READING = "interpretation"
_MONTHS = tuple(range(1, 13))
_HEAD = (*(f"{month}月" for month in _MONTHS), "全年")
#: In their order: the kinds of policies, then interpretations.
_FORMS = {**{kind.value: word(kind) for kind in Kind}, READING: "政策解读"}
_NOTES = (
    "每个文件计入其政策文件正式发布的年份和月份；解读随其政策文件计算。",
    "渠道：公众在该渠道见到过的文件，同一文件在几个渠道见到，各渠道各计一次。后来撤回的仍然计入。",
    "图解、视频等各种形式的解读各有多少篇，见“政策解读情况”。",
)


def form(one: Volume) -> str:
    """The form of a document as a question names it."""
    return one.kind.value if one.is_policy else READING


def report(found: Sequence[Volume], period: Period, titles: Mapping[str, str]) -> Report:
    """Both tables. `titles` are channel → what people call it."""
    by_form: Counter[tuple[str, int]] = Counter()
    by_channel: Counter[tuple[str, int]] = Counter()
    for one in found:
        by_form[form(one), one.month] += one.count
        for channel in one.channels:
            by_channel[channel, one.month] += one.count
    there = {code for code, _ in by_form}
    names = {code: name for code, name in _FORMS.items() if code in there}
    channels = {name: titles.get(name, name) for name in sorted({*titles, *(name for name, _ in by_channel)})}
    return Report(
        name=ReportName.VOLUMES,
        title=TITLE,
        year=period.year,
        until=period.until,
        sheets=(
            _table("按形式", "form", "形式", names, by_form, period, totals=True),
            # One document is seen on several channels: their sum would count it several times.
            _table("按渠道", "channel", "渠道", channels, by_channel, period, totals=False),
        ),
        notes=_NOTES,
    )


def _table(
    caption: str,
    key: str,
    head: str,
    names: Mapping[str, str],
    counts: Counter[tuple[str, int]],
    period: Period,
    *,
    totals: bool,
) -> Sheet:
    def row(name: str, of: Mapping[int, int], **which: str) -> tuple[Cell, ...]:
        months = (cells.counted(of[month], Figure.PUBLISHED, period, month=month, **which) for month in _MONTHS)
        return (cells.text(name), *months, cells.counted(sum(of.values()), Figure.PUBLISHED, period, **which))

    rows = [row(name, {month: counts[code, month] for month in _MONTHS}, **{key: code}) for code, name in names.items()]
    if totals:
        rows.append(row("合计", {month: sum(counts[code, month] for code in names) for month in _MONTHS}))
    return Sheet(caption=caption, head=(head, *_HEAD), rows=tuple(rows))
