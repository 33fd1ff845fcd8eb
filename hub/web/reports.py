"""Reports put together from the store: one way for the console, the API and every form they are saved in."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, cast

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.commands.act import Hub
from hub.core.deadlines import DISCLOSURE_DAYS, Calendar
from hub.core.reports import cells, interpretation, lives, normative, shelves, timeliness, volumes, worked
from hub.store import calendars, engine
from hub.store.catalogue import QUERY_CANCELED
from hub.store.reports import behind, releases
from hub.store.reports import normative as register
from hub.store.reports import shelves as stored
from hub.store.reports.told import MOST, PAGE, TooMuchError
from hub.web.route import Ask
from schemas import words
from schemas.entry import BEIJING
from schemas.errors import ErrorCode, HubError
from schemas.release import Kind
from schemas.report import Figure, Line, Period, Report, ReportName, Which

if TYPE_CHECKING:
    from hub.web.forms import YearPage

#: The kind of channel whose columns are measured: the bureau's own site.
SITE = "website"
TITLES = {
    ReportName.NORMATIVE: normative.TITLE,
    ReportName.VOLUMES: volumes.TITLE,
    ReportName.TIMELINESS: timeliness.TITLE,
    ReportName.INTERPRETATION: interpretation.TITLE,
    ReportName.COLUMNS: shelves.TITLE,
}
_CALLED = {
    Figure.ISSUED: "本年制发的行政规范性文件",
    Figure.ENDED: "本年废止、失效和撤回的行政规范性文件",
    Figure.VALID: "现行有效的行政规范性文件",
    Figure.BEFORE: "上年末现行有效的行政规范性文件",
    Figure.ODD: "使算式对不上的文件",
    Figure.PUBLISHED: "本年发布的文件",
    Figure.LATE: "超过 20 个工作日才公开的文件",
    Figure.WAITING: "超过 20 个工作日仍未公开的文件",
    Figure.NEEDED: "应当解读的政策文件",
    Figure.MISSING: "没有解读的政策文件",
    Figure.LATE_READING: "超时解读的政策文件",
}


async def api_report(ask: Ask) -> Report:
    page = cast("YearPage", ask.page)
    return await report(ask.hub, ReportName(ask.names["report"]), page.year, published=page.published)


async def api_documents(ask: Ask) -> Report:
    return await documents(ask.hub, ReportName(ask.names["report"]), cast("Which", ask.page))


async def report(hub: Hub, name: ReportName, year: int | None, *, published: int | None = None) -> Report:
    """The report of a year, this one unless told.

    `published` is what the bureau's own last report had as 现行有效. Raises HubError: INVALID for a year that has not
    begun, UNAVAILABLE when the store needs too long.
    """
    async with hub.engine.connect() as connection:
        today = (await engine.now(connection)).astimezone(BEIJING).date()
        period = _period(year, today)
        try:
            match name:
                case ReportName.NORMATIVE:
                    return await _normative(connection, period, today, published)
                case ReportName.VOLUMES:
                    return volumes.report(await releases.volumes(connection, period), period, _titles(hub))
                case ReportName.TIMELINESS:
                    return await _timeliness(connection, period, today)
                case ReportName.INTERPRETATION:
                    calendar = await calendars.every(connection)
                    spans = await releases.readings(connection, period)
                    return interpretation.report(spans, period, calendar, hub.rules.interpretation_days)
                case ReportName.COLUMNS:
                    return await _columns(connection, hub, _period(None, today), today)
        except (DBAPIError, TooMuchError) as error:
            raise _translated(error) from error


def _period(year: int | None, today: date) -> Period:
    try:
        return Period.of(year or today.year, today)
    except ValueError:
        fields = {"year": f"应为 1990 至 {today.year} 年"}
        raise HubError(ErrorCode.INVALID, detail=f"年份应在 1990 至 {today.year} 之间", fields=fields) from None


def _translated(error: DBAPIError | TooMuchError) -> Exception:
    if isinstance(error, TooMuchError):
        return HubError(ErrorCode.UNAVAILABLE, detail="文件过多，超出统计的上限；不给出不完整的数")
    if getattr(error.orig, "sqlstate", None) != QUERY_CANCELED:
        return error
    return HubError(ErrorCode.UNAVAILABLE, detail="统计用时过长，请稍后再试")


def _titles(hub: Hub) -> dict[str, str]:
    return {name: words.channel(name, channel.settings.kind) for name, channel in hub.channels.items()}


async def _normative(connection: AsyncConnection, period: Period, today: date, published: int | None) -> Report:
    told = await register.lives(connection, period)
    account = lives.account(await register.counts(connection, period), told, period)
    # The register says what holds now: a year that is over has nothing to be compared with.
    now = await register.registered(connection) if period.until == today else None
    unlisted = await register.unlisted(connection, period)
    return normative.report(account, period, registered=now, unlisted=unlisted, published=published)


async def _timeliness(connection: AsyncConnection, period: Period, today: date) -> Report:
    calendar = await calendars.every(connection)
    public = await releases.took(connection, period)
    late = await releases.waiting(connection, _cutoff(today, calendar)) if period.until == today else []
    return timeliness.report(public, late, period, calendar)


async def _columns(connection: AsyncConnection, hub: Hub, period: Period, today: date) -> Report:
    site = next((name for name, one in sorted(hub.channels.items()) if one.settings.kind == SITE), "")
    found = await stored.shelves(connection, site)
    titles = _titles(hub)
    seen = {titles[name]: day for name, day in (await stored.seen(connection, titles)).items()}
    return shelves.report(found, seen, hub.rules, period, today)


def _cutoff(today: date, calendar: Calendar) -> date:
    return worked.cutoff(today, DISCLOSURE_DAYS, calendar)


async def documents(hub: Hub, name: ReportName, which: Which, *, whole: bool = False) -> Report:
    """The documents behind a number: a page of them, or with `whole` as many as are ever saved.

    Raises HubError as `report` does.
    """
    limit = MOST if whole else PAGE
    async with hub.engine.connect() as connection:
        today = (await engine.now(connection)).astimezone(BEIJING).date()
        period = _period(which.year, today)
        try:
            found = await _behind(connection, hub, period, which, today, limit + 1)
        except (DBAPIError, TooMuchError) as error:
            raise _translated(error) from error
    lines = found[:limit]
    title = f"{period.year} 年：{_CALLED[which.figure]}{_narrowed(which, _titles(hub))}"
    following = cells.query(which, lines[-1].release) if len(found) > limit else ""
    return cells.documents(name, title, period, lines, following)


async def _behind(
    connection: AsyncConnection, hub: Hub, period: Period, which: Which, today: date, limit: int
) -> list[Line]:
    if which.figure in register.FIGURES:
        judged = lives.behind(await register.lives(connection, period), which.figure, period)
        plain = await register.lines(connection, period, which.figure, after=which.after, limit=limit)
        return register.page(plain, judged, after=which.after, limit=limit)
    calendar = await calendars.every(connection)
    cutoff = _cutoff(today, calendar)
    due = await _due(connection, hub, period, which.figure, cutoff, calendar)
    return await behind.lines(connection, period, which, due=due, cutoff=cutoff, limit=limit)


async def _due(
    connection: AsyncConnection, hub: Hub, period: Period, figure: Figure, cutoff: date, calendar: Calendar
) -> Mapping[date, date]:
    """For each day that a clock started on, the last day that is in time."""
    if figure is Figure.LATE_READING:
        starts = [one.start for one in await releases.readings(connection, period)]
        return worked.dues(starts, hub.rules.interpretation_days, calendar)
    spans = []
    if figure is Figure.LATE:
        spans = await releases.took(connection, period)
    elif figure is Figure.WAITING:
        spans = await releases.waiting(connection, cutoff)
    return worked.dues((one.start for one in spans), DISCLOSURE_DAYS, calendar)


def _narrowed(which: Which, titles: Mapping[str, str]) -> str:
    parts = (
        words.word(which.form) if isinstance(which.form, Kind) else which.form and "政策解读",
        which.kind and words.word(which.kind),
        which.channel and titles.get(which.channel, which.channel),
        which.unit,
        which.month and f"{which.month} 月",
    )
    said = "，".join(str(one) for one in parts if one)
    return f"（{said}）" if said else ""
