"""文件: the list of releases, filtered and paged, and the same as a table for spreadsheets."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from urllib.parse import urlencode

from hub.store import catalogue, offices, urgencies
from hub.store.catalogue import ReleaseLine, TooBroadError, Wanted
from hub.web import tabular, walls
from hub.web.console import channel_view
from hub.web.console.room import Page, Room, Visit
from hub.web.route import Raw
from schemas import text
from schemas.entry import BEIJING, stamp
from schemas.errors import ErrorCode, HubError
from schemas.person import Duty
from schemas.release import ReleaseState
from schemas.words import word

PAGE = 50
#: Lines of an export; whoever needs more narrows the list to a year.
EXPORT = 5000
MAX_WORDS = 100
YEARS = 20
COLUMNS = (
    *("编号", "标题", "发文字号", "状态", "效力", "版本", "成文日期", "正式发布时间", "正式发布渠道", "最近修改"),
    "单位",
)


async def show(visit: Visit) -> Page:
    wanted = _wanted(visit)
    found = await _found(visit, wanted, limit=PAGE + 1)
    lines = found[:PAGE]
    following = _query(visit, before=lines[-1].id) if len(found) > PAGE else ""
    values = {
        "lines": lines,
        "query": visit.query,
        "years": range(datetime.now(BEIJING).year, datetime.now(BEIJING).year - YEARS, -1),
        "states": [(state.value, word(state)) for state in ReleaseState],
        "following": following,
        "is_first": not visit.query.get("before"),
        "first": _query(visit),
        "is_filtered": wanted != Wanted(scope=wanted.scope),
        "urgent": await _urgent(visit, lines),
        "titles": channel_view.called(visit.hub),
        "units": await _units(visit),
        "most": EXPORT,
        "writes": visit.has(Duty.EDITOR),
    }
    return Page("releases.html", values)


async def _urgent(visit: Visit, lines: list[ReleaseLine]) -> set[int]:
    async with visit.hub.engine.connect() as connection:
        return await urgencies.urgent(connection, [one.id for one in lines])


async def _units(visit: Visit) -> list[tuple[str, str]]:
    """The units that the list may be narrowed to; none in a bureau that has not listed any."""
    async with visit.hub.engine.connect() as connection:
        return [(one.name, one.name) for one in await offices.units(connection)]


async def export(visit: Visit) -> Raw:
    lines = await _found(visit, _wanted(visit), limit=EXPORT)
    data = tabular.csv(_rows(lines, channel_view.called(visit.hub)), is_first=True)
    name = f"releases-{datetime.now(BEIJING):%Y%m%d-%H%M}.csv"
    return Raw(data, tabular.CSV, headers={"Content-Disposition": f'attachment; filename="{name}"'})


async def _found(visit: Visit, wanted: Wanted, *, limit: int) -> list[ReleaseLine]:
    before = visit.query.get("before", "")
    cursor = int(before) if before.isascii() and before.isdigit() and len(before) < 16 else None  # noqa: PLR2004
    async with visit.hub.engine.connect() as connection:
        try:
            return await catalogue.search(connection, wanted, before=cursor, limit=limit)
        except TooBroadError:
            seconds = catalogue.SEARCH_SECONDS
            detail = f"{seconds} 秒内没有查完，请加上年份，或换用更少见的字词"
            raise HubError(ErrorCode.UNAVAILABLE, detail=detail) from None


def _wanted(visit: Visit) -> Wanted:
    """What the address asks for; what makes no sense in it is passed over."""
    query = visit.query
    state, year = query.get("state", ""), query.get("year", "")
    return Wanted(
        words=text.one_line(query.get("q", ""))[:MAX_WORDS],
        state=ReleaseState(state) if state in set(ReleaseState) else None,
        year=int(year) if year.isascii() and year.isdigit() and len(year) == 4 else None,  # noqa: PLR2004
        author=visit.person.id if query.get("mine") else None,
        unit=text.one_line(query.get("unit", ""))[:MAX_WORDS] or None,
        scope=walls.scope(visit.hub, visit.person),
    )


def _query(visit: Visit, **more: object) -> str:
    """The list's address with these filters."""
    kept = {name: visit.query[name] for name in ("q", "state", "year", "mine", "unit") if visit.query.get(name)}
    asked = urlencode(kept | more)
    return f"?{asked}" if asked else ""


def _rows(lines: list[ReleaseLine], titles: Mapping[str, str]) -> Iterator[tuple[str, ...]]:
    yield COLUMNS
    for line in lines:
        channel = line.official_channel or ""
        yield (
            str(line.id),
            line.title,
            line.doc_no or "",
            word(line.state),
            word(line.standing) if line.standing else "",
            str(line.edition or ""),
            str(line.signed_on),
            stamp(line.official_at) if line.official_at else "",
            titles.get(channel, channel),
            stamp(line.updated_at)[:19].replace("T", " "),
            line.unit or "",
        )


ROOMS = (
    Room("GET", "/releases", show),
    Room("GET", "/releases/export", export),
)
