"""Which picture stands for a release where a channel shows one: the channel's own, or one of the edition's."""

from collections.abc import Mapping

from channels.contract import ChannelError, Covered
from hub.commands.act import Hub
from hub.store import editions, engine, releases
from schemas.delivery import Action
from schemas.edition import Edition
from schemas.errors import ErrorCode, HubError
from schemas.parcel import Parcel


async def check(hub: Hub, release: int, covers: Mapping[str, str]) -> None:
    """Return when each channel takes the picture that was chosen for it. Raises HubError(INVALID) with the reason."""
    async with hub.engine.connect() as connection:
        found, now = await releases.find(connection, release), await engine.now(connection)
        edition = await editions.find(connection, release, found.edition) if found and found.edition else None
    if edition is None:
        return  # the command says so, in better words
    parcel = Parcel(key="", action=Action.PUBLISH, edition=edition, planned_at=now, official_at=None, addresses={})
    for name, sha256 in covers.items():
        if why := await refusal(hub, name, parcel.model_copy(update={"cover": sha256})):
            raise HubError(ErrorCode.INVALID, detail=why, fields={"covers": why})


async def refusal(hub: Hub, name: str, parcel: Parcel) -> str:
    """Why the channel does not take the picture `parcel.cover`; empty when it does."""
    channel = hub.channels.get(name)
    if channel is None or not isinstance(channel, Covered):
        return f"渠道 {name[:50]} 不显示封面，不能给它选"
    if parcel.cover not in pictures(parcel.edition):
        return "选作封面的图片不在这一版的正文中，请重新选择"
    try:
        await channel.cover(parcel)
    except ChannelError as error:
        return error.trouble.detail
    return ""


def pictures(edition: Edition) -> list[str]:
    """The digests of the edition's pictures in their order, each once."""
    return list(dict.fromkeys(one.sha256 for document in edition.documents for one in document.images))
