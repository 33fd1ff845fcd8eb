"""复查: whether what was published is still there; a person may have it looked at now, or take note of a loss."""

from hub.commands import watching
from hub.store import catalogue, engine, watches
from hub.web.console import channel_view, release
from hub.web.console.room import Answer, Moved, Page, Room, Visit
from schemas.person import Duty

PATH = "/releases/{release:[1-9][0-9]{0,14}}/watched"
#: Who may do something about it.
MENDERS = (Duty.PUBLISHER, Duty.ADMINISTRATOR)


async def show(visit: Visit) -> Page:
    async with visit.hub.engine.connect() as connection:
        case = await release.read(connection, visit.release, visit.hub)
        found = await watches.of_release(connection, visit.release)
        names = await catalogue.names(connection, {one.known_by for one in found if one.known_by})
        now = await engine.now(connection)
    values = {
        "release": case.release,
        "watches": found,
        "titles": channel_view.called(visit.hub),
        "names": names,
        "now": now,
        "may": visit.has(*MENDERS),
    }
    return Page("watched.html", values)


async def look(visit: Visit) -> Answer:
    count = await watching.look_again(visit.hub, visit.person, visit.release)
    said = f"{count} 个渠道将在一分钟内复查，各渠道当日复查次数用完的顺延到次日。" if count else "没有需要复查的渠道。"
    return Moved(f"/releases/{visit.release}/watched", said=said)


async def note(visit: Visit) -> Answer:
    channel = visit.posted.get("channel")
    await watching.note(visit.hub, visit.person, visit.release, channel, why=visit.posted.get("why"))
    called = channel_view.called(visit.hub).get(channel, channel)
    return Moved(f"/releases/{visit.release}/watched", said=f"已登记{called}被移除的处置，工作台不再提示。")


ROOMS = (
    Room("GET", PATH, show),
    Room("POST", f"{PATH}/look", look, frozenset(MENDERS), again=show),
    Room("POST", f"{PATH}/note", note, frozenset(MENDERS), again=show),
)
