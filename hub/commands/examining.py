"""检查一个版本: the rules of `hub.core.checks`, and what each channel would refuse, leave out or change, before review.

A channel is asked by having it render the edition as it would be published now. Nothing is sent.
"""

import asyncio

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from channels import bounded
from channels.contract import Channel, ChannelError
from hub.commands import knowing
from hub.commands.act import Hub
from hub.core import checks, planning
from hub.core.checks import Finding, Severity
from hub.core.checks.finding import found
from hub.store import engine, offices, releases, standings
from schemas import addresses, words
from schemas.delivery import Action, Reaction
from schemas.edition import Edition
from schemas.parcel import Parcel
from schemas.release import Disclosure, Secrecy

_log = structlog.get_logger()

#: Bodies of more bytes than this together are not rendered while somebody writes them: what is asked after every pause
#: in typing would cost more than it tells.
LIGHT_BYTES = 1_000_000
_GRAVITY = tuple(Severity)


async def examine(hub: Hub, edition: Edition, *, is_final: bool = False) -> tuple[Finding, ...]:
    """Return every finding, the gravest first. `is_final`: submitted, or about to be; then no size is too large."""
    await knowing.look(hub, edition.documents)
    async with hub.engine.connect() as connection:
        known = await knowing.known(connection, edition)
        phrases = await offices.phrases(connection)
    # Every check reads every line: of a long text that is more than the event loop should lose.
    told = [*await asyncio.to_thread(checks.findings, edition, phrases, hub.rules, known)]
    if _is_to_be_rendered(edition, is_final=is_final):
        told += await by_channels(hub, edition)
    return tuple(sorted(told, key=lambda one: _GRAVITY.index(one.severity)))


async def by_channels(hub: Hub, edition: Edition) -> list[Finding]:
    """What each channel would refuse, leave out or change. What is not open goes to none."""
    if not _is_to_be_rendered(edition, is_final=True):
        return []
    async with hub.engine.connect() as connection:
        parcels = await _parcels(connection, hub, edition)
    return [one for name, parcel in parcels.items() for one in await _of_channel(hub.channels[name], parcel)]


def _is_to_be_rendered(edition: Edition, *, is_final: bool) -> bool:
    """What is not open goes to no channel, and that is said already."""
    is_open = edition.metadata.disclosure is Disclosure.OPEN and edition.metadata.secrecy is Secrecy.NONE
    return is_open and (is_final or sum(len(one.body.encode()) for one in edition.documents) <= LIGHT_BYTES)


async def _of_channel(channel: Channel, parcel: Parcel) -> list[Finding]:
    """Why it could never take it, or what its readers would miss or see otherwise, in the channel's own words."""
    title = words.channel(channel.settings.name, channel.settings.kind)
    try:
        remarks = (await bounded.render(channel, parcel)).remarks
    except ChannelError as error:
        if error.trouble.reaction is not Reaction.CONTENT:
            return []  # not the editor's business
        return [found("channel_refuses", "policy", f"{title}不能接收这一版：{error.trouble.detail.rstrip('。')}。")]
    except Exception as error:  # noqa: BLE001 - a bug of a channel stops nobody from writing
        _log.warning("channel.unrenderable", channel=channel.settings.name, reason=type(error).__name__)
        return []
    told = [found("channel_cuts", "policy", f"{title}：{one.words}。") for one in remarks if one.is_loss]
    changes = "；".join(one.words for one in remarks if not one.is_loss)
    return [*told, found("channel_changes", "policy", f"{title}：{changes}。")] if changes else told


async def _parcels(connection: AsyncConnection, hub: Hub, edition: Edition) -> dict[str, Parcel]:
    """The edition for each channel, as a worker would pack it if it were published now."""
    release, now = await releases.find(connection, edition.release), await engine.now(connection)
    standing = await standings.current(connection, edition.release)
    if standing and not standing.governs(edition.number):
        standing = None
    parcel = Parcel(
        key="",
        action=Action.PUBLISH,
        edition=edition,
        planned_at=now,
        official_at=release.official_at if release else None,
        addresses={one.name: hub.public_url + addresses.path(edition.release, one.name) for one in edition.documents},
        notice=standing.notice() if standing else None,
    )
    said = standing.id if standing else None
    keys = {name: planning.key(edition.release, edition.number, name, Action.PUBLISH, said) for name in hub.channels}
    return {name: parcel.model_copy(update={"key": key}) for name, key in sorted(keys.items())}
