"""What a standing would do on each channel, told before the act: what is done there, by whom, and what cannot be."""

from hub import holding
from hub.commands import opening
from hub.commands.act import Hub
from hub.core import standing as rules
from hub.store import deliveries, publications
from schemas.delivery import FINAL, Delivery
from schemas.publication import Publication
from schemas.standing import Prospect, StandingKind


async def outlook(hub: Hub, release: int, kind: StandingKind) -> tuple[Prospect, ...]:
    """What this standing would do on each channel where the release is, or may be, public: told before the act.

    Raises HubError(NOT_FOUND).
    """
    async with hub.engine.connect() as connection:
        await opening.release(connection, release)
        found = await deliveries.of_release(connection, release)
        shown = await publications.of_release(connection, release)
    public = rules.places(found, keeping(hub))
    return tuple(_prospect(hub, name, editions, kind, found, shown) for name, editions in sorted(public.items()))


def _prospect(
    hub: Hub,
    name: str,
    public: tuple[int, ...],
    kind: StandingKind,
    found: list[Delivery],
    shown: list[Publication],
) -> Prospect:
    channel = hub.channels.get(name)
    told = holding.ability(channel, kind)
    there = [one for one in found if one.channel == name]
    return Prospect(
        channel=name,
        kind=channel.settings.kind if channel else "",
        can=told.can,
        words=told.words,
        editions=public,
        addresses={one.document: one.address for one in shown if one.channel == name and one.withdrawn_at is None},
        called_off=sum(rules.is_called_off(one, kind) for one in there),
        ahead=sum(one.state not in FINAL and one.intended_at is not None for one in there),
    )


def keeping(hub: Hub) -> set[str]:
    """The channels where a correction stands beside what it corrects."""
    return holding.keeping(hub.channels)
