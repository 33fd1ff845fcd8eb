"""管理：the working-day calendar, set phrases, templates, and the settings as they are in effect."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from hub.commands import offices
from hub.core import daybook, outline
from hub.store import calendars
from hub.store import offices as stored
from hub.web.console.room import Answer, Moved, Page, Room, Visit, ways
from schemas import workdays
from schemas.entry import BEIJING
from schemas.errors import ErrorCode, HubError
from schemas.office import Phrase
from schemas.person import Duty

ADMIN = Duty.ADMINISTRATOR
_YEAR = "{year:20[0-9]{2}}"


async def show(visit: Visit) -> Page:
    year = datetime.now(BEIJING).year
    async with visit.hub.engine.connect() as connection:
        known = {one: await _certainty(connection, one) for one in (year, year + 1)}
        own = await stored.template(connection, offices.INTERPRETATION) is not None
        counts = {"units": len(await stored.units(connection)), "phrases": len(await stored.phrases(connection))}
    return Page("admin.html", {"years": known, "own_template": own, **counts})


async def _certainty(connection: AsyncConnection, year: int) -> workdays.Certainty:
    return workdays.certainty(year, is_entered=bool(await calendars.of_year(connection, year)))


async def show_year(visit: Visit) -> Page:
    year = int(visit.names["year"])
    async with visit.hub.engine.connect() as connection:
        days = await calendars.of_year(connection, year)
        certainty = await _certainty(connection, year)
    known = [(day, worked, "调休上班" if worked else "节假日") for day, worked in workdays.of_year(year).items()]
    # Days by law alone are shown and not offered: saved as they stand they would pass for the notice.
    offered = known if certainty is workdays.Certainty.ANNOUNCED else []
    lines = [(day.day, day.is_working, day.name) for day in days] or offered
    text = "\n".join(f"{day} {'班' if worked else '休'} {name}" for day, worked, name in lines)
    values = {"year": year, "certainty": certainty, "text": text, "source": days[0].source if days else ""}
    values["lawful"] = [day for day, _, _ in known] if certainty is workdays.Certainty.BY_LAW else []
    return Page("calendar.html", values)


async def put_year(visit: Visit) -> Answer:
    year, days = int(visit.names["year"]), daybook.read(visit.posted.get("days"), visit.posted.get("source"))
    await offices.put_year(visit.hub, visit.person, year, days)
    return Moved(f"/admin/calendar/{year}", said=f"{year} 年的工作日历已保存，期限随即按它重新计算。")


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
    *ways(f"/admin/calendar/{_YEAR}", show_year, put_year, ADMIN),
    *ways("/admin/phrases", show_phrases, put_phrase, ADMIN),
    Room("POST", "/admin/phrases/remove", remove_phrase, _ADMIN, again=show_phrases),
    *ways("/admin/template", show_template, put_template, ADMIN),
    Room("POST", "/admin/template/drop", drop_template, _ADMIN, again=show_template),
    Room("GET", "/admin/settings", show_settings, _ADMIN),
)
