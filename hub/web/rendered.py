"""A release as one channel would show it: packed as a worker would pack it, rendered by the channel, sent nowhere."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from channels import bounded
from channels.contract import Channel, ChannelError, Covered, Scenic
from hub.commands import opening, reviewing
from hub.commands.act import Hub
from hub.core import planning, workflow
from hub.store import deliveries, editions, publications, releases, standings
from schemas import addresses, text
from schemas.delivery import Action, Delivery, DeliveryState, Reaction
from schemas.edition import Edition
from schemas.errors import ErrorCode, HubError
from schemas.parcel import Parcel, RenderedFile, Rendering
from schemas.release import Release, ReleaseState

#: These will never leave, or have given way.
GONE = frozenset({DeliveryState.CANCELLED, DeliveryState.SUPERSEDED})


@dataclass(frozen=True)
class Packed:
    """What the channel is given. `delivery` is the one that carries these very bytes, None while nobody has planned it.

    `earlier` is what the channel was last given before: another edition, as if it went out now.
    """

    release: Release
    channel: Channel
    parcel: Parcel
    delivery: Delivery | None
    earlier: Parcel | None


@dataclass(frozen=True)
class Rendered:
    """The channel's own rendering with what its readers see beside it.

    `is_timeless` says whether the bytes would be the same at any other planned time.
    """

    packed: Packed
    rendering: Rendering
    scenery: tuple[RenderedFile, ...]
    earlier: Rendering | None
    is_timeless: bool


async def pack(hub: Hub, public_url: str, number: int, name: str, *, at: datetime | None = None) -> Packed:
    """Pack a release's newest edition, or the one that a draft would become. `at` is when it may be planned for.

    Raises HubError: NOT_FOUND, NO_CHANNEL, INVALID for a draft without a policy.
    """
    channel = hub.channels.get(name)
    if channel is None:
        raise HubError(ErrorCode.NO_CHANNEL, channel=text.one_line(name)[:100])
    async with hub.engine.connect() as connection:
        release = await opening.release(connection, number)
        edition = await subject(connection, release)
        going = [one for one in await deliveries.of_release(connection, number) if one.channel == name]
        delivery = next((one for one in reversed(going) if _carries(one, edition)), None)
        parcel = await _parcel(connection, release, edition, delivery, public_url, channel, at or release.updated_at)
        earlier = await _earlier(connection, going, parcel, public_url)
    return Packed(release, channel, parcel, delivery, earlier)


async def subject(connection: AsyncConnection, release: Release) -> Edition:
    """The edition that the release is now: the next one while it is a draft, its newest one otherwise."""
    number = release.edition or 0
    if release.state is ReleaseState.DRAFT:
        return reviewing.snapshot(release, number + 1)
    edition = await editions.find(connection, release.id, number)
    if edition is None:
        raise HubError(ErrorCode.NOT_FOUND, what=f"第 {number} 版")
    return edition


async def carried(connection: AsyncConnection, delivery: Delivery, public_url: str, hub: Hub) -> Parcel:
    """The parcel of one delivery that has left, as its worker packed it. Raises HubError(NOT_FOUND, NO_CHANNEL)."""
    channel = hub.channels.get(delivery.channel)
    if channel is None:
        raise HubError(ErrorCode.NO_CHANNEL, channel=delivery.channel)
    release = await releases.find(connection, delivery.release)
    edition = await editions.find(connection, delivery.release, delivery.edition)
    if release is None or edition is None:
        raise HubError(ErrorCode.NOT_FOUND, what=f"第 {delivery.edition} 版")
    return await _parcel(connection, release, edition, delivery, public_url, channel, delivery.planned_at)


def check(packed: Packed) -> None:
    """Raise ChannelError(BUG), as channels do, for what is not open.

    The original of a public version (区分处理) reaches no renderer, not even to be looked at.
    """
    if refused := workflow.closed(packed.parcel.edition.metadata):
        raise ChannelError(Reaction.BUG, refused.code, refused.message)


async def render(packed: Packed) -> Rendered:
    """Have the channel render it, within a time. Raises ChannelError when it could never take this edition."""
    check(packed)
    made = await bounded.call(packed.channel, lambda: _render(packed))
    return replace(made, scenery=(*made.scenery, *await cover(packed)))


async def cover(packed: Packed) -> tuple[RenderedFile, ...]:
    """The picture that stands for the whole there, in each of its shapes; none where it cannot be had."""
    if not isinstance(packed.channel, Covered):
        return ()
    try:
        return await packed.channel.cover(packed.parcel)
    except ChannelError:
        return ()  # a picture that is not taken any more: the rest is shown


def _render(packed: Packed) -> Rendered:
    channel, parcel = packed.channel, packed.parcel
    rendering = channel.render(parcel)
    later = parcel.model_copy(update={"planned_at": parcel.planned_at + timedelta(days=1)})
    return Rendered(
        packed=packed,
        rendering=rendering,
        scenery=channel.scenery(parcel) if isinstance(channel, Scenic) else (),
        earlier=_try(channel, packed.earlier),
        is_timeless=packed.delivery is not None or channel.render(later).sha256 == rendering.sha256,
    )


def _try(channel: Channel, parcel: Parcel | None) -> Rendering | None:
    """What was sent before may be more than the channel would take today: then there is nothing to compare with."""
    try:
        return channel.render(parcel) if parcel else None
    except ChannelError:
        return None


def _carries(delivery: Delivery, edition: Edition) -> bool:
    return delivery.edition == edition.number and delivery.digest == edition.digest and delivery.state not in GONE


async def _parcel(
    connection: AsyncConnection,
    release: Release,
    edition: Edition,
    delivery: Delivery | None,
    public_url: str,
    channel: Channel,
    at: datetime,
) -> Parcel:
    """The parcel as `workers.parcels` packs it; where nobody has planned it, as if it were planned for `at`."""
    action = delivery.action if delivery else Action.PUBLISH
    planned_at = delivery.planned_at if delivery else at
    standing = await standings.find(connection, delivery.standing) if delivery and delivery.standing else None
    if delivery is None:
        current = await standings.current(connection, release.id)
        standing = current if current and current.governs(edition.number) else None
    receipt = await publications.receipt(connection, delivery) if delivery and action is Action.WITHDRAW else None
    # What learnt the official time on its way would have changed its bytes; some leave only when they know it.
    knows = action is Action.ANNOTATE or channel.traits.after_official
    known = release.official_at and (knows or release.official_at < planned_at)
    return Parcel(
        key=planning.key(release.id, edition.number, channel.settings.name, action, standing.id if standing else None),
        action=action,
        edition=edition,
        planned_at=planned_at,
        official_at=release.official_at if known else None,
        addresses={d.name: public_url + addresses.path(edition.release, d.name) for d in edition.documents},
        notice=standing.notice() if standing else None,
        published=receipt,
        choice=delivery.choice if delivery else "",
        cover=delivery.cover if delivery else "",
    )


async def _earlier(
    connection: AsyncConnection, going: Sequence[Delivery], parcel: Parcel, public_url: str
) -> Parcel | None:
    """The edition that the channel took before this one, packed as if it went out now."""
    before = [one for one in going if one.edition < parcel.edition.number and one.action is Action.PUBLISH]
    taken = next((one for one in reversed(before) if one.intended_at or one.accepted_at), None)
    edition = await editions.find(connection, taken.release, taken.edition) if taken else None
    if edition is None:
        return None
    places = {d.name: public_url + addresses.path(edition.release, d.name) for d in edition.documents}
    return parcel.model_copy(update={"edition": edition, "addresses": places, "action": Action.PUBLISH})
