"""What is kept from people of other units, at both doors: one rule for the console and the API (`hub.core.tenancy`)."""

from hub.commands.act import Hub
from hub.core import tenancy
from hub.store import tenants
from schemas.errors import ErrorCode, HubError
from schemas.office import Scope
from schemas.person import Person


def scope(hub: Hub, person: Person) -> Scope:
    """What lists leave out for the person."""
    return tenancy.scope(person, hub.rules)


async def check(hub: Hub, person: Person, release: int, delivery: str | None = None) -> None:
    """Raise HubError(NOT_FOUND) for a release that is kept from the person, or a delivery of it: as if it were not.

    Asks the store only where something is hidden from the person at all.
    """
    asked = scope(hub, person)
    if not asked.hidden or not (release or delivery):
        return
    async with hub.engine.connect() as connection:
        number = release or await tenants.release_of(connection, int(delivery or 0))
        if number is None or not await tenants.is_hidden(connection, number, asked):
            return
    raise HubError(ErrorCode.NOT_FOUND, what=f"编号为 {release or delivery} 的政策发布或投递")
