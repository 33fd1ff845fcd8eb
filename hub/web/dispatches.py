"""The API's side of 签收, for units whose own systems take in what they are told."""

from hub.commands import dispatching
from hub.store import dispatches
from hub.web.route import Ask
from hub.web.shapes.bureau import Dispatches
from schemas.dispatch import Dispatch


async def list_dispatches(ask: Ask) -> Dispatches:
    async with ask.hub.engine.connect() as connection:
        waiting = await dispatches.of_unit(connection, ask.person.unit, is_open=True)
    return Dispatches(dispatches=tuple(waiting))


async def list_release_dispatches(ask: Ask) -> Dispatches:
    async with ask.hub.engine.connect() as connection:
        return Dispatches(dispatches=tuple(await dispatches.of_release(connection, ask.release)))


async def acknowledge_dispatch(ask: Ask) -> Dispatch:
    return await dispatching.acknowledge(ask.hub, ask.person, int(ask.names["dispatch"]))
