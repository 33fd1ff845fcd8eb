"""The package that a person carries to a channel, as the console gives it."""

from hub.store import deliveries
from hub.web import packages
from hub.web.console import progress
from hub.web.console.room import Room, Visit
from hub.web.route import Raw
from schemas.errors import ErrorCode, HubError
from schemas.person import Duty

PACKAGE = f"{progress.PATH}/{{delivery:[1-9][0-9]{{0,14}}}}/package"


async def give(visit: Visit) -> Raw:
    """The package. Raises HubError: NOT_FOUND before it is handed over, BLOCKED where it cannot be made any more."""
    number = int(visit.names["delivery"])
    async with visit.hub.engine.connect() as connection:
        found = await deliveries.find(connection, number)
    if found is None or found.release != visit.release:
        raise HubError(ErrorCode.NOT_FOUND, what="这份资料包")
    return packages.answer(await packages.package(visit.hub, visit.person, visit.desk.public_url, number))


ROOMS = (Room("GET", PACKAGE, give, frozenset({Duty.PUBLISHER})),)
