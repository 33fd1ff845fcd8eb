"""送达与签收: what a unit was told and must acknowledge; for the bureau, which unit has not."""

from hub.commands import dispatching, opening
from hub.core import dispatching as rules
from hub.store import calendars, catalogue, desks, dispatches, engine, people
from hub.web.console.room import Answer, Moved, Page, Room, Visit
from schemas.dispatch import Dispatch
from schemas.person import Duty

PATH = "/dispatches"
#: These see which units have acknowledged.
WATCHERS = frozenset({Duty.PUBLISHER, Duty.SIGNER, Duty.ADMINISTRATOR, Duty.AUDITOR})
ACKNOWLEDGED = 50


async def show(visit: Visit) -> Page:
    receives, watches = visit.has(Duty.RECEIVER), visit.has(*WATCHERS)
    async with visit.hub.engine.connect() as connection:
        waiting = await dispatches.of_unit(connection, visit.person.unit, is_open=True) if receives else []
        done = await dispatches.of_unit(connection, visit.person.unit, is_open=False) if receives else []
        tallies = await dispatches.tallies(connection) if watches else []
        items = await desks.some(
            connection, {one.release for one in [*waiting, *done]} | {one.release for one in tallies}
        )
        calendar, now = await calendars.every(connection), await engine.now(connection)
        names = await catalogue.names(connection, {one.acknowledged_by for one in done if one.acknowledged_by})
    values = {
        "waiting": waiting,
        "done": done[:ACKNOWLEDGED],
        "tallies": tallies,
        "items": items,
        "names": names,
        "late": {one.id for one in waiting if rules.is_late(one, now, calendar)},
        "receives": receives,
        "watches": watches,
    }
    return Page("dispatches.html", values)


async def acknowledge(visit: Visit) -> Answer:
    done = await dispatching.acknowledge(visit.hub, visit.person, int(visit.names["dispatch"]))
    return Moved(PATH, said=f"已代{done.unit}签收，时间记入发布日志。")


async def show_release(visit: Visit) -> Page:
    async with visit.hub.engine.connect() as connection:
        item = (await desks.some(connection, {visit.release})).get(visit.release)
        if item is None:
            raise opening.missing(visit.release)
        told = await dispatches.of_release(connection, visit.release)
        calendar, now = await calendars.every(connection), await engine.now(connection)
        staff = {one.id: one.name for one in await people.every(connection)}
    values = {
        "item": item,
        "news": _by_news(told),
        "staff": staff,
        "late": {one.id for one in told if rules.is_late(one, now, calendar)},
        "missing": sum(one.is_open for one in told),
        "urges": visit.has(Duty.PUBLISHER),
    }
    return Page("dispatched.html", values)


async def urge(visit: Visit) -> Answer:
    units = await dispatching.urge(visit.hub, visit.person, visit.release)
    said = f"已催办 {units} 个未签收的单位。" if units else "各单位都已签收，无须催办。"
    return Moved(f"/releases/{visit.release}/dispatches", said=said)


def _by_news(told: list[Dispatch]) -> list[list[Dispatch]]:
    """One list for each piece of news, the latest first."""
    found: dict[int, list[Dispatch]] = {}
    for one in told:
        found.setdefault(one.seq, []).append(one)
    return [found[seq] for seq in sorted(found, reverse=True)]


_RELEASE = "/releases/{release:[1-9][0-9]{0,14}}/dispatches"
ROOMS = (
    Room("GET", PATH, show, WATCHERS | {Duty.RECEIVER}),
    Room(
        "POST",
        PATH + "/{dispatch:[1-9][0-9]{0,14}}/acknowledge",
        acknowledge,
        frozenset({Duty.RECEIVER}),
        again=show,
    ),
    Room("GET", _RELEASE, show_release, WATCHERS),
    Room("POST", _RELEASE + "/urge", urge, frozenset({Duty.PUBLISHER}), again=show_release),
)
