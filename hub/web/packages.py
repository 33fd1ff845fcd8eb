"""The package that a person carries to a channel: made again from what was approved, the same bytes every time."""

from collections.abc import Mapping

from channels.contract import Channel, ChannelError, Handed
from hub.commands import steering
from hub.commands.act import Hub
from hub.core import workflow
from hub.store import deliveries
from hub.web import rendered
from hub.web.forms import HandedForm
from hub.web.preview import SANDBOX
from hub.web.route import Ask, Raw
from hub.web.shapes.deliveries import DeliveryNow
from schemas.delivery import Delivery
from schemas.errors import ErrorCode, HubError
from schemas.parcel import RenderedFile
from schemas.person import Duty, Person

POLICY = "policy"


def carrier(channel: Channel | None, one: Delivery) -> Handed | None:
    """Who makes the package of a delivery that was handed over, at its time and after its last approval; else None."""
    if channel is None or not isinstance(channel, Handed):
        return None
    return channel if one.intended_at is not None else None


async def package(hub: Hub, person: Person, public_url: str, number: int) -> RenderedFile:
    """Return the package of a delivery.

    Raises HubError: FORBIDDEN, NOT_FOUND before it is handed over, BLOCKED where it cannot be made any more.
    """
    workflow.require(person, Duty.PUBLISHER)
    async with hub.engine.connect() as connection:
        found = await deliveries.find(connection, number)
        maker = carrier(hub.channels.get(found.channel), found) if found else None
        if found is None or maker is None:
            raise HubError(ErrorCode.NOT_FOUND, what="这份资料包")
        parcel = await rendered.carried(connection, found, public_url, hub)
    try:
        return await maker.bundle(parcel)
    except ChannelError as error:
        raise HubError(ErrorCode.BLOCKED, findings=error.trouble.detail) from error


async def handed(hub: Hub, person: Person, number: int, *, addresses: Mapping[str, str], evidence: str) -> Delivery:
    """Say that the package was put there, and where the public finds it. Our own look decides then (law 5).

    Addresses that an earlier delivery of the release made known there need not be said again. Durable on return.
    Raises HubError as `steering.settle` does, and INVALID for a channel that nobody carries anything to.
    """
    async with hub.engine.connect() as connection:
        found = await deliveries.find(connection, number)
    if found is not None and carrier(hub.channels.get(found.channel), found) is None:
        raise HubError(ErrorCode.INVALID, detail="这条投递没有交给人员办理，不能登记办理结果")
    return await steering.settle(hub, person, number, addresses=addresses, evidence=evidence)


async def get_package(ask: Ask) -> Raw:
    made = await package(ask.hub, ask.person, ask.desk.public_url, int(ask.names["delivery"]))
    return answer(made)


async def hand_delivery(ask: Ask) -> DeliveryNow:
    form, number = ask.filled(HandedForm), int(ask.names["delivery"])
    told = await handed(ask.hub, ask.person, number, addresses=form.addresses, evidence=form.evidence)
    return DeliveryNow.of(told)


def answer(made: RenderedFile) -> Raw:
    """The package as a download."""
    headers = {"Content-Disposition": f'attachment; filename="{made.name}"', "Content-Security-Policy": SANDBOX}
    return Raw(made.body, made.media, headers=headers)
