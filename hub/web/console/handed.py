"""The package that a person carries to a channel: made again from what was approved, the same bytes every time."""

from channels.contract import Channel, ChannelError, Handed
from hub.store import deliveries
from hub.web import rendered
from hub.web.console import progress
from hub.web.console.room import Room, Visit
from hub.web.preview import SANDBOX
from hub.web.route import Raw
from schemas.delivery import Delivery
from schemas.errors import ErrorCode, HubError
from schemas.person import Duty

PACKAGE = f"{progress.PATH}/{{delivery:[1-9][0-9]{{0,14}}}}/package"


def is_ready(channel: Channel | None, one: Delivery) -> bool:
    """Whether there is a package to fetch: the delivery was handed over, at its time and after its last approval."""
    return channel is not None and isinstance(channel, Handed) and one.intended_at is not None


async def give(visit: Visit) -> Raw:
    """The package. Raises HubError: NOT_FOUND before it is handed over, BLOCKED where it cannot be made any more."""
    number = int(visit.names["delivery"])
    async with visit.hub.engine.connect() as connection:
        found = await deliveries.find(connection, number)
        channel = visit.hub.channels.get(found.channel) if found else None
        if found is None or channel is None or found.release != visit.release or not is_ready(channel, found):
            raise HubError(ErrorCode.NOT_FOUND, what="这份资料包")
        parcel = await rendered.carried(connection, found, visit.desk.public_url, visit.hub)
    assert isinstance(channel, Handed)  # noqa: S101 - it is ready
    try:
        made = await channel.bundle(parcel)
    except ChannelError as error:
        raise HubError(ErrorCode.BLOCKED, findings=error.trouble.detail) from error
    headers = {"Content-Disposition": f'attachment; filename="{made.name}"', "Content-Security-Policy": SANDBOX}
    return Raw(made.body, made.media, headers=headers)


ROOMS = (Room("GET", PACKAGE, give, frozenset({Duty.PUBLISHER})),)
