"""What a standing sets going, whoever made it: the release points at it, and every channel is told, in one transaction.

People confirm one (`hub.commands.standing`); an act of time carries out what people approved (`workers.days`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from channels.contract import Ability, Channel, Handed
from hub.core import journal
from hub.core import standing as rules
from hub.core.delivery import decide
from hub.store import deliveries, releases, waking
from schemas import events
from schemas.delivery import MOVING, Action, Delivery, DeliveryState
from schemas.entry import Act
from schemas.events import Event
from schemas.release import Release, ReleaseState
from schemas.standing import Can, Standing, StandingKind

GONE = Ability(Can.NO, "该渠道已不在设置中，须由人员到该渠道后台处理")
#: These wait for a person, and nobody looks at them any more.
STOPPED = frozenset({DeliveryState.HELD, DeliveryState.FAILED})


@dataclass(frozen=True)
class Place:
    """A release, locked, with its deliveries, and where it is, or may be, public."""

    release: Release
    found: Sequence[Delivery]
    public: Mapping[str, tuple[int, ...]]


@dataclass(frozen=True)
class Held:
    """What is to be logged behind the standing's own entry, and which channels are to be rung after the commit."""

    acts: tuple[Act, ...]
    rings: frozenset[str]


def ability(channel: Channel | None, kind: StandingKind) -> Ability:
    """What the channel says of such a standing."""
    if channel is None:
        return GONE
    return channel.traits.withdraw if kind is StandingKind.WITHDRAWN else channel.traits.annotate


def keeping(channels: Mapping[str, Channel]) -> set[str]:
    """The channels where a correction stands beside what it corrects."""
    return {name for name, channel in channels.items() if channel.traits.keeps_editions}


def carries(channel: Channel, standing: Standing) -> bool:
    """Whether the channel takes a delivery for it: the hub does it all, or makes it ready and a person carries it.

    Where nothing is said above the text, nobody is called and nothing is sent that cannot be changed in place.
    """
    can = ability(channel, standing.kind).can
    if standing.is_quiet:
        return can is Can.YES and channel.traits.editable
    return can is Can.YES or (can is Can.BY_HAND and isinstance(channel, Handed))


async def place(connection: AsyncConnection, channels: Mapping[str, Channel], release: Release) -> Place:
    """Lock the deliveries of a release that is locked."""
    found = await deliveries.of_release(connection, release.id, lock=True)
    return Place(release, found, rules.places(found, keeping(channels)))


async def hold(
    connection: AsyncConnection,
    channels: Mapping[str, Channel],
    there: Place,
    made: Standing,
    *,
    who: str,
    now: datetime,
) -> Held:
    """Let a confirmed standing hold. What has not left is called off and goes again behind it; what has is awaited.

    The caller logs the standing itself first, then these acts, in this transaction.
    """
    await _point(connection, there.release, made)
    called_off, acts = await _call_off(connection, there.found, made, who, now)
    rings = await _send(connection, channels, there, made, now)
    replanned = [rules.again(one, made, now=now) for one in called_off]
    await deliveries.add(connection, [one for one in replanned if one])
    return Held(tuple(acts), frozenset(rings))


async def _point(connection: AsyncConnection, before: Release, made: Standing) -> None:
    """Point the release at what holds now. What a withdrawal voids must be written and reviewed anew."""
    is_void = made.kind is StandingKind.WITHDRAWN and before.state in rules.VOIDED
    state = ReleaseState.DRAFT if is_void else before.state
    await releases.change(connection, before, state=state, standing=made.id)


async def _call_off(
    connection: AsyncConnection, found: Sequence[Delivery], made: Standing, who: str, now: datetime
) -> tuple[list[Delivery], list[Act]]:
    """Take out of the queue what has not left. What was taken and never seen gives way to a withdrawal."""
    called_off, acts = [], []
    for one in found:
        if rules.is_called_off(one, made.kind):
            acts.append(await _change(connection, one, events.Cancelled(), made, who, now))
            called_off.append(one)
        elif made.kind is StandingKind.WITHDRAWN and one.receipt and one.state in STOPPED:
            acts.append(await _change(connection, one, events.Withdrawn(), made, who, now))
    return called_off, acts


async def _change(
    connection: AsyncConnection, before: Delivery, event: Event, made: Standing, who: str, now: datetime
) -> Act:
    after = decide(before, event, now=now, dice=0.0)
    await deliveries.save(connection, before, after)
    return journal.by_hand(before, after, who=who, why=made.kind)


async def _send(
    connection: AsyncConnection, channels: Mapping[str, Channel], there: Place, made: Standing, now: datetime
) -> set[str]:
    able = {name for name, channel in channels.items() if carries(channel, made)}
    digests = {one.edition: one.digest for one in there.found if one.action is Action.PUBLISH}
    planned = rules.follow(made, there.public, able, keeping(channels), digests=digests, at=now)
    await deliveries.add(connection, planned)
    # What is on its way is looked at now: the new word waits behind it.
    await waking.hasten(connection, [one.id for one in there.found if one.state in MOVING and one.intended_at])
    return {one.channel for one in planned}
