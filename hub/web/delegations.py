"""The API's side of 授权代办: what was lent, lending and taking back. The rules are `hub.commands.delegating`'s."""

from typing import cast

from hub.commands import delegating
from hub.store import delegations
from hub.web.route import Ask
from hub.web.shapes.bureau import Delegations
from schemas.delegation import Delegation, Offer
from schemas.person import Duty


async def list_delegations(ask: Ask) -> Delegations:
    """One's own, given and received; administrators see everybody's, as in the console."""
    is_admin = Duty.ADMINISTRATOR in ask.person.own_duties
    async with ask.hub.engine.connect() as connection:
        found = await delegations.listed(connection, person=None if is_admin else ask.person.id)
    return Delegations(delegations=tuple(found))


async def give_delegation(ask: Ask) -> Delegation:
    return await delegating.give(ask.hub, ask.person, cast("Offer", ask.form))


async def revoke_delegation(ask: Ask) -> Delegation:
    return await delegating.revoke(ask.hub, ask.person, int(ask.names["delegation"]))
