"""The API's side of units: what they are, and which one somebody acts for."""

from typing import TYPE_CHECKING, cast

from hub.commands import units
from hub.store import offices, tenants
from hub.web.route import Ask
from hub.web.shapes.bureau import Acting, UnitLine, UnitLines

if TYPE_CHECKING:
    from hub.web.forms import UnitForm


async def list_units(ask: Ask) -> UnitLines:
    async with ask.hub.engine.connect() as connection:
        found = await offices.units(connection)
        charges = await tenants.charges(connection)
        contacts = await tenants.contacts(connection)
    lines = tuple(
        UnitLine(
            **one.model_dump(),
            charges=tuple(charge for charge in charges if charge.unit == one.name),
            contact=contacts[one.name],
        )
        for one in found
    )
    return UnitLines(units=lines)


async def act_for(ask: Ask) -> Acting:
    unit = cast("UnitForm", ask.form).unit
    await units.act_for(ask.hub, ask.person, unit)
    return Acting(unit=unit)
