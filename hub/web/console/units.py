"""管理：单位. Each with who answers for it and who acts for it; and, for everybody, which one they act for."""

from urllib.parse import quote

from sqlalchemy.ext.asyncio import AsyncConnection

from hub.commands import offices
from hub.commands import units as commands
from hub.store import catalogue, tenants
from hub.store import offices as stored
from hub.store import people as accounts
from hub.web.console.room import Answer, Moved, Page, Room, Visit, ways
from schemas.errors import ErrorCode, HubError
from schemas.office import Appointment, Charge, Contact, Membership, Part, Unit, UnitKind
from schemas.person import Duty
from schemas.words import word

PATH = "/admin/units"
OWN = "/me/unit"
_ONE = PATH + "/{unit:[^/]{1,900}}"
_ADMIN = frozenset({Duty.ADMINISTRATOR})
#: Who says who acts for a unit, besides the administrator.
HEADS = (Part.LEADER, Part.HEAD)


async def show_all(visit: Visit) -> Page:
    async with visit.hub.engine.connect() as connection:
        units = await stored.units(connection)
        heads = await tenants.charges(connection)
    values = {"units": units, "kinds": _kinds(), "heads": {(one.unit, one.part.value): one.name for one in heads}}
    return Page("units.html", values)


async def put(visit: Visit) -> Answer:
    unit = visit.posted.filled(Unit)
    await offices.put_unit(visit.hub, visit.person, unit)
    return Moved(_place(unit.name) if visit.posted.get("stay") else PATH, said=f"“{unit.name}”已保存。")


async def show(visit: Visit) -> Page:
    name = visit.names["unit"]
    async with visit.hub.engine.connect() as connection:
        unit = await stored.unit(connection, name)
        if unit is None:
            raise HubError(ErrorCode.NOT_FOUND, what=f"名为“{name[:50]}”的单位")
        others = [one.name for one in await stored.units(connection) if one.name != name and not one.is_closed]
        asked = await tenants.members(connection, name)
        everybody = [one for one in await accounts.every(connection) if not one.disabled_at]
        values = {
            "unit": unit,
            "place": _place(name),
            "kinds": _kinds(),
            "others": [(one, one) for one in others],
            "charges": await tenants.charges(connection, name),
            "parts": [(part.value, word(part)) for part in Part],
            "contact": await tenants.contact(connection, name),
            "asked": await _named(connection, asked),
            "own": [one for one in everybody if (one.home or one.unit) == name],
            "able": [(one.login, f"{one.name}（{one.unit}）") for one in everybody if (one.home or one.unit) != name],
        }
    return Page("unit.html", values)


async def appoint(visit: Visit) -> Answer:
    made = visit.posted.filled(Appointment)
    await commands.appoint(visit.hub, visit.person, visit.names["unit"], made)
    return Moved(_here(visit), said=f"{made.name}自 {made.since} 起任{word(made.part)}，已记入日志。")


async def put_contact(visit: Visit) -> Answer:
    await commands.put_contact(visit.hub, visit.person, visit.names["unit"], visit.posted.filled(Contact))
    return Moved(_here(visit), said="对外联系方式已保存，一分钟内见于网站的公开指南栏目。")


async def ask(visit: Visit) -> Answer:
    await commands.ask(visit.hub, visit.person, visit.names["unit"], visit.posted.get("login"))
    return Moved(_here(visit), said="已请其代办，本人在“本人账号”中选择代表哪个单位。")


async def dismiss(visit: Visit) -> Answer:
    await commands.dismiss(visit.hub, visit.person, visit.names["unit"], visit.posted.get("login"))
    return Moved(_here(visit), said="已结束代办。")


async def show_own(visit: Visit) -> Page:
    """Which unit one acts for; and for whoever answers for a unit, who acts for it."""
    person = visit.person
    async with visit.hub.engine.connect() as connection:
        belonging = await tenants.belonging(connection, person.id)
        headed = [one for one in await tenants.charges(connection) if one.person == person.id and one.part in HEADS]
        members = {one: await _named(connection, await tenants.members(connection, one)) for one in _units(headed)}
    units = [person.home or person.unit, *(one.unit for one in belonging)]
    return Page("own_unit.html", {"units": units, "members": members, "titles": {one.unit: one for one in headed}})


async def choose(visit: Visit) -> Answer:
    unit = visit.posted.get("unit")
    await commands.act_for(visit.hub, visit.person, unit)
    return Moved(OWN, said=f"现在代表{unit}办理：新起草的文件、签收和存量文件都算该单位的。")


async def ask_own(visit: Visit) -> Answer:
    await commands.ask(visit.hub, visit.person, visit.posted.get("unit"), visit.posted.get("login"))
    return Moved(OWN, said="已请其代办。")


async def dismiss_own(visit: Visit) -> Answer:
    await commands.dismiss(visit.hub, visit.person, visit.posted.get("unit"), visit.posted.get("login"))
    return Moved(OWN, said="已结束代办。")


async def _named(connection: AsyncConnection, asked: list[Membership]) -> list[tuple[str, str, Membership]]:
    """Login, name and since when, of those who were asked."""
    logins = {one.id: one.login for one in await accounts.every(connection)} if asked else {}
    names = await catalogue.names(connection, {one.person for one in asked})
    return [(logins[one.person], names[one.person], one) for one in asked]


def _units(headed: list[Charge]) -> list[str]:
    return list(dict.fromkeys(one.unit for one in headed))


def _kinds() -> list[tuple[str, str]]:
    return [(kind.value, word(kind)) for kind in UnitKind]


def _place(name: str) -> str:
    return f"{PATH}/{quote(name, safe='')}"


def _here(visit: Visit) -> str:
    return _place(visit.names["unit"])


ROOMS = (
    *ways(PATH, show_all, put, Duty.ADMINISTRATOR),
    Room("GET", _ONE, show, _ADMIN),
    Room("POST", f"{_ONE}/appoint", appoint, _ADMIN, again=show),
    Room("POST", f"{_ONE}/contact", put_contact, _ADMIN, again=show),
    Room("POST", f"{_ONE}/ask", ask, _ADMIN, again=show),
    Room("POST", f"{_ONE}/dismiss", dismiss, _ADMIN, again=show),
    *ways(OWN, show_own, choose),
    Room("POST", f"{OWN}/ask", ask_own, again=show_own),
    Room("POST", f"{OWN}/dismiss", dismiss_own, again=show_own),
)
