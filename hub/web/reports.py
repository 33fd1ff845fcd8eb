"""Reports put together from the store: one way for the console, the API and every form they are saved in."""

from datetime import date
from typing import TYPE_CHECKING, cast

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.commands.act import Hub
from hub.core import limits
from hub.core.deadlines import DISCLOSURE_DAYS, Calendar
from hub.core.reports import hurried, interpretation, lives, normative, shelves, timeliness, volumes, worked
from hub.store import calendars, desks, engine, urgencies
from hub.store.catalogue import QUERY_CANCELED
from hub.store.reports import normative as register
from hub.store.reports import releases
from hub.store.reports import shelves as stored
from hub.store.reports.told import MOST, Limits, TooMuchError
from hub.web.route import Ask
from schemas import words
from schemas.entry import BEIJING
from schemas.errors import ErrorCode, HubError
from schemas.release import Kind
from schemas.report import Period, Report, ReportName
from schemas.rulebook import Rulebook

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


async def api_report(ask: Ask) -> Report:
    page = cast("YearPage", ask.page)
    return await report(
        ask.hub, ReportName(ask.names["report"]), page.year, published=page.published, unit=page.unit or ""
    )


async def report(
    hub: Hub, name: ReportName, year: int | None, *, published: int | None = None, unit: str = ""
) -> Report:
    """The report of a year, this one unless told; of one unit's releases, or of all.

    `published` is what the bureau's own last report had as 现行有效. Raises HubError: INVALID for a year that has not
    begun, UNAVAILABLE when the store needs too long.
    """
    async with hub.engine.connect() as connection:
        today = (await engine.now(connection)).astimezone(BEIJING).date()
        period = period_of(year, today, unit)
        try:
            match name:
                case ReportName.NORMATIVE:
                    return await _normative(connection, period, today, published)
                case ReportName.VOLUMES:
                    return volumes.report(await releases.volumes(connection, period), period, titles(hub))
                case ReportName.TIMELINESS:
                    return await _timeliness(connection, hub, period, today)
                case ReportName.INTERPRETATION:
                    calendar = await calendars.every(connection)
                    spans = await releases.readings(connection, period)
                    forms = await releases.forms(connection, period)
                    return interpretation.report(spans, period, calendar, hub.rules.interpretation_days, forms)
                case ReportName.COLUMNS:
                    return await _columns(connection, hub, period_of(None, today), today)
        except (DBAPIError, TooMuchError) as error:
            raise translated(error) from error


def period_of(year: int | None, today: date, unit: str = "") -> Period:
    """The year that is asked for. Raises HubError(INVALID) for one that has not begun."""
    try:
        return Period.of(year or today.year, today, unit)
    except ValueError:
        fields = {"year": f"应为 1990 至 {today.year} 年"}
        raise HubError(ErrorCode.INVALID, detail=f"年份应在 1990 至 {today.year} 之间", fields=fields) from None


def translated(error: DBAPIError | TooMuchError) -> Exception:
    if isinstance(error, TooMuchError):
        return HubError(ErrorCode.UNAVAILABLE, detail="文件过多，超出统计的上限；不给出不完整的数")
    if getattr(error.orig, "sqlstate", None) != QUERY_CANCELED:
        return error
    return HubError(ErrorCode.UNAVAILABLE, detail="统计用时过长，请稍后再试")


def titles(hub: Hub) -> dict[str, str]:
    return {name: words.channel(name, channel.settings.kind) for name, channel in hub.channels.items()}


async def _normative(connection: AsyncConnection, period: Period, today: date, published: int | None) -> Report:
    told = await register.lives(connection, period)
    account = lives.account(await register.counts(connection, period), told, period)
    # The register says what holds now, of the whole bureau: a year that is over has nothing to be compared with.
    is_whole = period.until == today and not period.unit
    now = await register.registered(connection) if is_whole else None
    unlisted = await register.unlisted(connection, period)
    return normative.report(account, period, registered=now, unlisted=unlisted, published=published)


async def _timeliness(connection: AsyncConnection, hub: Hub, period: Period, today: date) -> Report:
    calendar = await calendars.every(connection)
    known = limits_of(hub.rules, today, calendar)
    public = await releases.took(connection, period, known)
    late = await releases.waiting(connection, known, period.unit) if period.until == today else []
    made = timeliness.report(public, late, period, calendar, hub.rules)
    return made if period.unit else await _hurried(connection, hub, made, period)


def limits_of(rules: Rulebook, today: date, calendar: Calendar) -> Limits:
    """What the store must know of the limits."""
    found = {kind.value: one for kind in Kind if (one := limits.special(kind, rules))}
    return Limits(
        since={kind: one.since for kind, one in found.items()},
        cutoffs={kind: worked.cutoff_of(one, today, calendar) for kind, one in found.items()},
        cutoff=worked.cutoff(today, DISCLOSURE_DAYS, calendar),
    )


async def _hurried(connection: AsyncConnection, hub: Hub, report: Report, period: Period) -> Report:
    """With what went the fast lane (应急发布) that year, and whether it was countersigned in time."""
    kept = await urgencies.between(connection, period.begins_at, period.ends_at, limit=MOST)
    found = [(one.urgency, one.signs) for one in kept]
    if not found:
        return report
    items = await desks.some(connection, {one.release for one, _ in found})
    titles = {number: item.title for number, item in items.items()}
    asked = (await engine.now(connection), await calendars.every(connection), hub.rules.countersign_days)
    sheet = hurried.sheet(found, titles, period, *asked)
    sheets = (*report.sheets, *([sheet] if sheet else []))
    return report.model_copy(update={"sheets": sheets, "told": (*report.told, *hurried.told(found, *asked))})


async def _columns(connection: AsyncConnection, hub: Hub, period: Period, today: date) -> Report:
    found = await stored.shelves(connection, site_of(hub))
    called = titles(hub)
    seen = {called[name]: day for name, day in (await stored.seen(connection, called)).items()}
    return shelves.report(found, seen, hub.rules, period, today)


def site_of(hub: Hub) -> str:
    """The channel whose columns are measured."""
    return next((name for name, one in sorted(hub.channels.items()) if one.settings.kind == SITE), "")
