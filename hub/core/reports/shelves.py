"""Blank and stale columns, measured as an inspection does (国办秘函〔2019〕19号). Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum

from hub.core.reports import cells
from schemas.columns import ARCHIVE, COLUMNS, Column
from schemas.report import Cell, Figure, Period, Report, ReportName, Sheet, Shelf
from schemas.rulebook import Rulebook

TITLE = "栏目更新（空白和超期）"
_HEAD = ("栏目", "文件数", "最近更新", "已过天数", "时限（天）", "情况")
#: ColumnType → which limit holds; columns of other types need no regular news.
_NOTICE_TYPES = frozenset({"政策文件", "解读回应"})
_NEWS_TYPE, _NOTICES = "工作动态", "tzgg"


class Condition(StrEnum):
    """How a column is."""

    BLANK = "空白"
    STALE = "超期未更新"
    SOON = "临近超期"
    GOOD = "正常"


def limits(column: Column, rules: Rulebook) -> tuple[int, int] | None:
    """(days after which it is stale, days after which people are warned); None where no news is due."""
    if column.type in _NOTICE_TYPES or column.code == _NOTICES:
        return rules.notice_days, rules.notice_warns
    return (rules.news_days, rules.news_warns) if column.type == _NEWS_TYPE else None


def condition(newest: date | None, allowed: tuple[int, int] | None, today: date) -> Condition:
    """How a column with this newest document is today. The day of a limit is still in time."""
    if newest is None:
        return Condition.BLANK
    days = (today - newest).days
    if allowed and days > allowed[0]:
        return Condition.STALE
    return Condition.SOON if allowed and days >= allowed[1] else Condition.GOOD


def report(
    shelves: Sequence[Shelf], channels: Mapping[str, date | None], rules: Rulebook, period: Period, today: date
) -> Report:
    """Both tables as of today. `channels` are what people call them → the last day on which they showed news."""
    listed = [column for column in COLUMNS.values() if column.kinds and column is not ARCHIVE]
    by_code = {one.code: one for one in shelves}
    rows, tally = [], Counter[Condition]()
    for column in listed:
        shelf = by_code.get(column.code, Shelf(code=column.code, count=0, newest_on=None))
        allowed = limits(column, rules)
        how = condition(shelf.newest_on, allowed, today)
        tally[how] += 1
        listed_ = cells.counted(shelf.count, Figure.LISTED, period, column=column.code)
        rows.append(_row(column.name, shelf.newest_on, allowed, today, listed_))
    quick = (rules.news_days, rules.news_warns)
    seen = tuple(_row(name, newest, quick, today) for name, newest in channels.items())
    sheets = (
        Sheet(caption="网站栏目", head=_HEAD, rows=tuple(rows)),
        Sheet(caption="各渠道最近发布", head=("渠道", *_HEAD[2:]), rows=seen),
    )
    return Report(
        name=ReportName.COLUMNS,
        title=TITLE,
        year=period.year,
        until=today,
        sheets=sheets,
        told=_told(tally, rules),
        notes=_notes(rules),
    )


def _row(
    name: str, newest: date | None, allowed: tuple[int, int] | None, today: date, *counts: Cell
) -> tuple[Cell, ...]:
    return (
        cells.text(name),
        *counts,
        cells.text(newest.isoformat() if newest else "—"),
        cells.text((today - newest).days if newest else "—"),
        cells.text(allowed[0] if allowed else "不定期"),
        cells.text(condition(newest, allowed, today).value),
    )


def _told(tally: Counter[Condition], rules: Rulebook) -> tuple[str, ...]:
    lines = (
        (Condition.BLANK, "空白栏目", rules.blank_warns, rules.blank_stops),
        (Condition.STALE, "超期未更新的栏目", rules.stale_warns, rules.stale_stops),
    )
    told = []
    for one, name, warns, stops in lines:
        if tally[one] >= stops:
            told.append(f"{name} {tally[one]} 个，达到单项否决的 {stops} 个。")
        elif tally[one] >= warns:
            told.append(f"{name} {tally[one]} 个，达到 {stops} 个时检查单项否决。")
    return tuple(told)


def _notes(rules: Rulebook) -> tuple[str, ...]:
    return (
        "依据：政府网站与政务新媒体检查指标（国办秘函〔2019〕19号），数值在设置 rules 中，可以修改。",
        f"单项否决：空白栏目达到 {rules.blank_stops} 个，或超期未更新的栏目达到 {rules.stale_stops} 个。",
        f"时限：动态类栏目、首页和政务新媒体 {rules.news_days} 天，通知公告、政策文件类栏目 {rules.notice_days} 天。",
        "其他栏目没有规定更新时限，只看是否空白。",
        "按今天的情况统计，与所选年份无关。已撤回的文件不计。",
    )
