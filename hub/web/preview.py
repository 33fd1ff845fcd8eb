"""What a channel would be given: rendered by the channel itself, shown in a sandbox, sent nowhere."""

import asyncio

from sqlalchemy.ext.asyncio import AsyncConnection

from channels.contract import ChannelError
from hub.commands import reviewing
from hub.core import planning
from hub.store import editions, releases
from hub.web.route import Ask, Raw
from hub.web.shapes import Preview, PreviewFile
from schemas import addresses, canonical, text
from schemas.delivery import Action
from schemas.edition import Edition
from schemas.errors import ErrorCode, HubError
from schemas.parcel import Parcel, Rendering
from schemas.release import Release, ReleaseState

#: No script, no form, no origin of ours; pictures and styles only from the page's own bytes.
SANDBOX = "sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'"


async def list_files(ask: Ask) -> Preview:
    edition, rendering = await _render(ask)
    files = tuple(
        PreviewFile(name=f.name, media=f.media, size=len(f.body), sha256=canonical.digest(f.body))
        for f in rendering.files
    )
    return Preview(
        channel=ask.names["channel"],
        edition=edition.number,
        digest=edition.digest,
        sha256=rendering.sha256,
        files=files,
    )


async def get_file(ask: Ask) -> Raw:
    """One file's bytes. The name is compared with those that were rendered and opens nothing."""
    _, rendering = await _render(ask)
    file = next((f for f in rendering.files if f.name == ask.names["file"]), None)
    if file is None:
        raise HubError(ErrorCode.NOT_FOUND, what="这个预览文件")
    return Raw(file.body, file.media, headers={"Content-Security-Policy": SANDBOX})


async def subject(connection: AsyncConnection, release: Release) -> Edition:
    """The edition that the release is now: the next one while it is a draft, its newest one otherwise."""
    number = release.edition or 0
    if release.state is ReleaseState.DRAFT:
        return reviewing.snapshot(release, number + 1)
    edition = await editions.find(connection, release.id, number)
    if edition is None:
        raise HubError(ErrorCode.NOT_FOUND, what=f"第 {number} 版")
    return edition


async def _render(ask: Ask) -> tuple[Edition, Rendering]:
    name = ask.names["channel"]
    channel = ask.hub.channels.get(name)
    if channel is None:
        raise HubError(ErrorCode.NO_CHANNEL, channel=text.one_line(name)[:100])
    async with ask.hub.engine.connect() as connection:
        release = await releases.find(connection, ask.release)
        if release is None:
            raise HubError(ErrorCode.NOT_FOUND, what=f"编号为 {ask.release} 的政策发布")
        edition = await subject(connection, release)
    parcel = Parcel(
        key=planning.key(edition.release, edition.number, name, Action.PUBLISH),
        action=Action.PUBLISH,
        edition=edition,
        planned_at=release.updated_at,
        official_at=release.official_at,
        addresses={d.name: ask.desk.public_url + addresses.path(edition.release, d.name) for d in edition.documents},
    )
    try:
        return edition, await asyncio.to_thread(channel.render, parcel)
    except ChannelError as error:
        raise HubError(ErrorCode.BLOCKED, findings=error.trouble.detail) from error
