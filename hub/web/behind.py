"""The documents behind a report's number: a page of them, or as many as are ever saved."""

from collections.abc import Mapping
from datetime import date
from typing import cast

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.commands.act import Hub
from hub.core.deadlines import Calendar
from hub.core.reports import cells, lives, timeliness, worked
from hub.store import calendars, engine
from hub.store.reports import behind, releases, shelves
from hub.store.reports import normative as register
from hub.store.reports.told import MOST, PAGE, Limits, TooMuchError
from hub.web import reports
from hub.web.route import Ask
from schemas import words
from schemas.columns import COLUMNS
from schemas.entry import BEIJING
from schemas.release import Kind
from schemas.report import Figure, Line, Period, Report, ReportName, Span, Which
from schemas.standing import StandingKind

_CALLED = {
    Figure.ISSUED: "本年制发的行政规范性文件",
    Figure.ENDED: "本年废止、失效和撤回的行政规范性文件",
    Figure.VALID: "现行有效的行政规范性文件",
    Figure.BEFORE: "上年末现行有效的行政规范性文件",
    Figure.ODD: "使算式对不上的文件",
    Figure.PUBLISHED: "本年发布的文件",
    Figure.PUNCTUAL: "在时限内公开的文件",
    Figure.LATE: "超过时限才公开的文件",
    Figure.WAITING: "超过时限仍未公开的文件",
    Figure.NEEDED: "应当解读的政策文件",
    Figure.READ: "已经解读的政策文件",
    Figure.PUNCTUAL_READING: "按时解读的政策文件",
    Figure.MISSING: "没有解读的政策文件",
    Figure.LATE_READING: "超时解读的政策文件",
    Figure.SHAPED: "有这种形式解读的文件",
    Figure.LISTED: "栏目中的文件",
}


async def api_documents(ask: Ask) -> Report:
    return await documents(ask.hub, ReportName(ask.names["report"]), cast("Which", ask.page))


async def documents(hub: Hub, name: ReportName, which: Which, *, whole: bool = False) -> Report:
    """The documents behind a number: a page of them, or with `whole` as many as are ever saved.

    Raises HubError as `report` does.
    """
    limit = MOST if whole else PAGE
    async with hub.engine.connect() as connection:
        today = (await engine.now(connection)).astimezone(BEIJING).date()
        period = reports.period_of(which.year, today, which.unit or "")
        try:
            found = await _behind(connection, hub, period, which, today, limit + 1)
        except (DBAPIError, TooMuchError) as error:
            raise reports.translated(error) from error
    lines = found[:limit]
    title = f"{period.year} 年：{_CALLED[which.figure]}{_narrowed(which, reports.titles(hub))}"
    following = cells.query(which, lines[-1].release) if len(found) > limit else ""
    return cells.documents(name, title, period, lines, following)


async def _behind(
    connection: AsyncConnection, hub: Hub, period: Period, which: Which, today: date, limit: int
) -> list[Line]:
    page = {"after": which.after, "limit": limit}
    if which.figure is Figure.LISTED:
        return await shelves.lines(connection, reports.site_of(hub), which.column or "", **page)
    if which.figure in register.FIGURES:
        judged = lives.behind(await register.lives(connection, period), which.figure, period, which.ending)
        # What nobody spoke about ends by its own last day alone.
        is_asked = which.ending in {None, StandingKind.EXPIRED}
        plain = await register.lines(connection, period, which.figure, **page) if is_asked else []
        return register.page(plain, judged, **page)
    calendar = await calendars.every(connection)
    limits = reports.limits_of(hub.rules, today, calendar)
    due = await _due(connection, hub, period, which.figure, limits, calendar)
    return await behind.lines(connection, period, which, due=due, limits=limits, limit=limit)


async def _due(
    connection: AsyncConnection, hub: Hub, period: Period, figure: Figure, limits: Limits, calendar: Calendar
) -> Mapping[str, date]:
    """For each limit and day on which it began, the last day that is in time."""
    if figure in {Figure.LATE_READING, Figure.PUNCTUAL_READING}:
        starts = [one.start for one in await releases.readings(connection, period)]
        found = worked.dues(starts, hub.rules.interpretation_days, calendar)
        return {start.isoformat(): last for start, last in found.items()}
    spans: list[Span] = []
    if figure in {Figure.LATE, Figure.PUNCTUAL}:
        spans = await releases.took(connection, period, limits)
    elif figure is Figure.WAITING:
        spans = await releases.waiting(connection, limits, period.unit)
    dues = timeliness.dues(spans, calendar, hub.rules)
    return {f"{kind}:{start.isoformat()}": last for (kind, start), last in dues.items()}


def _narrowed(which: Which, titles: Mapping[str, str]) -> str:
    parts = (
        words.word(which.form) if isinstance(which.form, Kind) else which.form and "政策解读",
        which.kind and words.word(which.kind),
        which.reading and words.word(which.reading),
        which.channel and titles.get(which.channel, which.channel),
        which.unit,
        which.month and f"{which.month} 月",
        which.ending and words.word(which.ending),
        which.column and which.column in COLUMNS and COLUMNS[which.column].name,
    )
    said = "，".join(str(one) for one in parts if one)
    return f"（{said}）" if said else ""
