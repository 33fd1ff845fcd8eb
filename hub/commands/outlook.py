"""What a standing would do on each channel, told before the act: what is done there, by whom, and what cannot be."""

from channels.contract import Ability, Channel
from hub.commands.act import Hub
from hub.core import standing as rules
from hub.store import deliveries, publications, releases
from schemas.delivery import FINAL, Delivery
from schemas.errors import ErrorCode, HubError
from schemas.publication import Publication
from schemas.standing import Can, Prospect, StandingKind

GONE = Ability(Can.NO, "该渠道已不在设置中，须由人员到该渠道后台处理")


async def outlook(hub: Hub, release: int, kind: StandingKind) -> tuple[Prospect, ...]:
    """What this standing would do on each channel where the release is, or may be, public: told before the act.

    Raises HubError(NOT_FOUND).
    """
    async with hub.engine.connect() as connection:
        if await releases.find(connection, release) is None:
            raise HubError(ErrorCode.NOT_FOUND, what=f"编号为 {release} 的政策发布")
        found = await deliveries.of_release(connection, release)
        shown = await publications.of_release(connection, release)
    public = rules.places(found, keeping(hub))
    return tuple(_prospect(hub, name, editions, kind, found, shown) for name, editions in sorted(public.items()))


def ability(channel: Channel | None, kind: StandingKind) -> Ability:
    """What the channel says of such a standing."""
    if channel is None:
        return GONE
    return channel.traits.withdraw if kind is StandingKind.WITHDRAWN else channel.traits.annotate


def _prospect(
    hub: Hub,
    name: str,
    public: tuple[int, ...],
    kind: StandingKind,
    found: list[Delivery],
    shown: list[Publication],
) -> Prospect:
    channel = hub.channels.get(name)
    told = ability(channel, kind)
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
    return {name for name, channel in hub.channels.items() if channel.traits.keeps_editions}
