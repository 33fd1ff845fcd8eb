"""An auditor may look into every room that only shows, and acts in none: all rooms there are, walked through."""

import re

from hub.app import House
from hub.store import log
from hub.web.console.room import Room
from hub.web.console.rooms import ROOMS
from schemas.person import Duty, Person
from tests import making
from tests.console.conftest import Enter

#: What everybody does with their own account, and reading the log once more, are no acts upon what is published.
OWN = ("/login", "/logout", "/me", "/audit/verify")
PART = re.compile(r"\{(\w+):?((?:[^{}]|\{[^{}]*\})*)\}")
#: Something for each part of an address; whatever is left has no meaning for the walk.
FILLED = {"channel": "website", "document": "policy", "name": "policy", "edition": "1", "file": "zcwj/1001.html"}


def address(room: Room, release: int) -> str:
    """The room's address with something in each of its places."""
    return PART.sub(lambda part: str(release) if part[1] == "release" else FILLED.get(part[1], "1"), room.path)


def is_open(room: Room) -> bool:
    return not room.duties or Duty.AUDITOR in room.duties


async def test_an_auditor_sees_what_shows(house: House, staff: dict[str, Person], enter: Enter) -> None:
    release = (await making.approved(house, staff)).release
    clerk = await enter("auditor")
    seen = 0
    for room in ROOMS:
        if room.method == "GET" and not room.is_open:
            sheet = await clerk.get(address(room, release))
            assert sheet.status < 500 or sheet.status == 503, (room.path, sheet.status, sheet.words[:300])
            assert (sheet.status == 403) <= (not is_open(room) or "write" in room.handler.__module__), room.path
            seen += sheet.status == 200
    assert seen > 10


async def test_an_auditor_acts_in_no_room(house: House, staff: dict[str, Person], enter: Enter) -> None:
    release = (await making.approved(house, staff)).release
    clerk = await enter("auditor")
    token = str((await clerk.get("/")).form("/logout").find("input")["value"])  # type: ignore[index]
    async with house.engine.connect() as connection:
        before = await log.size(connection)
    walked = 0
    for room in ROOMS:
        if room.method == "POST" and not room.path.startswith(OWN):
            sheet = await clerk.post(address(room, release), {"_token": [token]})
            assert sheet.status in {400, 403, 404, 409, 422}, (room.path, sheet.status, sheet.words[:200])
            walked += 1
    async with house.engine.connect() as connection:
        assert await log.size(connection) == before
    assert walked
