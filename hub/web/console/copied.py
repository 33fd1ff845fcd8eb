"""照抄对照: what an interpretation has of its policy word for word, side by side, with the figures."""

from hub.commands import opening, reviewing
from hub.core.checks import copying
from hub.web.console import margin
from hub.web.console.room import Page, Room, Visit
from schemas.errors import ErrorCode, HubError

#: So many runs are shown; more say nothing more.
SHOWN = 50


async def show(visit: Visit) -> Page:
    name = visit.names["document"]
    async with visit.hub.engine.connect() as connection:
        release = await opening.release(connection, visit.release)
    edition = reviewing.snapshot(release, (release.edition or 0) + 1)
    found = copying.compare(edition, name)
    if found is None:
        raise HubError(ErrorCode.NOT_FOUND, what=f"名为 {name} 的解读")
    values = {
        "release": release,
        "name": name,
        "heading": margin.headings(release)[name],
        "found": found,
        "pairs": found.pairs[:SHOWN],
        "rules": visit.hub.rules,
    }
    return Page("copied.html", values)


ROOMS = (Room("GET", "/releases/{release:[1-9][0-9]{0,14}}/copied/{document:interpretation-[1-9][0-9]?}", show),)
