"""管理：units, the working-day calendar, set phrases, templates, and the settings as they are in effect."""

import re
from datetime import date, datetime

from hub.commands import offices
from hub.core import outline
from hub.store import calendars
from hub.store import offices as stored
from hub.web.console.room import Answer, Moved, Page, Room, Visit, ways
from schemas.entry import BEIJING
from schemas.errors import ErrorCode, HubError
from schemas.office import Day, Phrase, Unit
from schemas.person import Duty

ADMIN = Duty.ADMINISTRATOR
#: `2026-10-01 休 国庆节`: a day, whether it is worked, and why it differs.
_LINE = re.compile(r"(\d{4}-\d{1,2}-\d{1,2})\s+([休班])\s+(\S.*)")
_YEAR = "{year:20[0-9]{2}}"


async def show(visit: Visit) -> Page:
    year = datetime.now(BEIJING).year
    async with visit.hub.engine.connect() as connection:
        known = {one: bool(await calendars.of_year(connection, one)) for one in (year, year + 1)}
        own = await stored.template(connection, offices.INTERPRETATION) is not None
        counts = {"units": len(await stored.units(connection)), "phrases": len(await stored.phrases(connection))}
    return Page("admin.html", {"years": known, "own_template": own, **counts})


async def show_units(visit: Visit) -> Page:
    async with visit.hub.engine.connect() as connection:
        return Page("units.html", {"units": await stored.units(connection)})


async def put_unit(visit: Visit) -> Answer:
    unit = visit.posted.filled(Unit)
    await offices.put_unit(visit.hub, visit.person, unit)
    return Moved("/admin/units", said=f"“{unit.name}”已保存。")


async def show_year(visit: Visit) -> Page:
    year = int(visit.names["year"])
    async with visit.hub.engine.connect() as connection:
        days = await calendars.of_year(connection, year)
    text = "\n".join(f"{day.day} {'班' if day.is_working else '休'} {day.name}" for day in days)
    return Page("calendar.html", {"year": year, "days": days, "text": text, "source": days[0].source if days else ""})


async def put_year(visit: Visit) -> Answer:
    year, source = int(visit.names["year"]), " ".join(visit.posted.get("source").split())[:200]
    lines = [line.strip() for line in visit.posted.get("days").splitlines() if line.strip()]
    days = [_day(number, line, source) for number, line in enumerate(lines, 1)]
    await offices.put_year(visit.hub, visit.person, year, days)
    return Moved(f"/admin/calendar/{year}", said=f"{year} 年的工作日历已保存，期限随即按它重新计算。")


def _day(number: int, line: str, source: str) -> Day:
    """The day of one line. Raises HubError(INVALID) that says which line is wrong."""
    words = f"第 {number} 行“{line[:40]}”应写作“2026-10-01 休 国庆节”"
    refused = HubError(ErrorCode.INVALID, detail=words, fields={"days": words})
    found = _LINE.fullmatch(line)
    if not found:
        raise refused
    try:
        year, month, day = map(int, found[1].split("-"))
        return Day(day=date(year, month, day), is_working=found[2] == "班", name=found[3][:100], source=source)
    except ValueError:
        raise refused from None


async def show_phrases(visit: Visit) -> Page:
    async with visit.hub.engine.connect() as connection:
        return Page("phrases.html", {"phrases": await stored.phrases(connection)})


async def put_phrase(visit: Visit) -> Answer:
    phrase = visit.posted.filled(Phrase)
    await offices.put_phrase(visit.hub, visit.person, phrase)
    return Moved("/admin/phrases", said=f"“{phrase.wrong}”已列入词库。")


async def remove_phrase(visit: Visit) -> Answer:
    wrong = visit.posted.get("wrong")
    await offices.remove_phrase(visit.hub, visit.person, wrong)
    return Moved("/admin/phrases", said=f"“{wrong[:40]}”已从词库删除。")


async def show_template(visit: Visit) -> Page:
    async with visit.hub.engine.connect() as connection:
        own = await stored.template(connection, offices.INTERPRETATION)
    return Page("template.html", {"body": own or outline.TEMPLATE, "is_own": own is not None})


async def put_template(visit: Visit) -> Answer:
    body = visit.posted.get("body").strip()
    if not body:
        raise HubError(ErrorCode.INVALID, detail="模板不能是空的", fields={"body": "必须填写"})
    await offices.put_template(visit.hub, visit.person, offices.INTERPRETATION, body)
    return Moved("/admin/template", said="解读模板已保存，以后新建的解读使用它。")


async def drop_template(visit: Visit) -> Answer:
    await offices.put_template(visit.hub, visit.person, offices.INTERPRETATION, None)
    return Moved("/admin/template", said="已恢复内置的解读模板。")


async def show_settings(visit: Visit) -> Page:
    return Page("settings.html", {"settings": visit.desk.shown})


_ADMIN = frozenset({ADMIN})
ROOMS = (
    Room("GET", "/admin", show, _ADMIN),
    *ways("/admin/units", show_units, put_unit, ADMIN),
    *ways(f"/admin/calendar/{_YEAR}", show_year, put_year, ADMIN),
    *ways("/admin/phrases", show_phrases, put_phrase, ADMIN),
    Room("POST", "/admin/phrases/remove", remove_phrase, _ADMIN, again=show_phrases),
    *ways("/admin/template", show_template, put_template, ADMIN),
    Room("POST", "/admin/template/drop", drop_template, _ADMIN, again=show_template),
    Room("GET", "/admin/settings", show_settings, _ADMIN),
)
