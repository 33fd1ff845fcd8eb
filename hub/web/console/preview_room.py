"""预览: a release as each channel will show it, from the channel's own renderer, before anything leaves.

A new kind of channel needs nothing here: its files are shown by their media type, or by `preview_<kind>.html`.
"""

from datetime import datetime
from typing import Any
from urllib.parse import quote

from channels.contract import ChannelError
from hub.store import engine
from hub.web import rendered
from hub.web.console import channel_view, framed, previewed
from hub.web.console.entries import exact
from hub.web.console.room import Page, Room, Visit
from hub.web.preview import SANDBOX, name_of
from hub.web.rendered import Packed, Rendered
from hub.web.route import Raw
from schemas.delivery import Reaction, Trouble
from schemas.entry import BEIJING
from schemas.errors import ErrorCode, HubError
from schemas.parcel import RenderedFile

FRAME = {"Content-Security-Policy": f"{SANDBOX}; frame-ancestors 'self'"}
#: For which something may be planned.
YEARS = range(2000, 2200)
#: What to do about a channel that refuses.
ADVICE = {
    Reaction.CONTENT: "请修改内容后重新提交审核；只是这个渠道不能接收的，可以在发布时不选它。",
    Reaction.CONFIGURATION: "请管理员核对这个渠道的设置。",
    Reaction.BUG: "公开属性或密级不允许发布，或者是系统的差错。请先核对公开属性；无误的，请告诉管理员。",
}
OTHERWISE = "请稍后再试；仍不行的，请告诉管理员。"


async def show(visit: Visit) -> Page:
    """All channels at a glance: which can take it, which not and why."""
    at = await _at(visit)
    found = [await _tried(visit, name, at) for name in _names(visit)]
    if not found:
        raise HubError(ErrorCode.NOT_FOUND, what="任何渠道：还没有配置渠道，请联系管理员")
    first, _, _ = found[0]
    values = {"found": found, "release": first.release, "edition": first.parcel.edition, "at": _spelt(at)}
    return Page(
        "preview.html", values | {"titles": channel_view.called(visit.hub), "advice": ADVICE, "otherwise": OTHERWISE}
    )


async def show_one(visit: Visit) -> Page:
    at = await _at(visit)
    name = visit.names["channel"]
    packed, made, trouble = await _tried(visit, name, at)
    values = {
        "release": packed.release,
        "edition": packed.parcel.edition,
        "packed": packed,
        "kind": packed.channel.settings.kind,
        "name": name,
        "names": _names(visit),
        "titles": channel_view.called(visit.hub),
        "at": _spelt(at),
        "trouble": trouble,
        "advice": ADVICE.get(trouble.reaction, OTHERWISE) if trouble else "",
        "made": made,
    }
    return Page("preview_channel.html", values | (await _of_rendering(visit, made, at) if made else {}))


async def _of_rendering(visit: Visit, made: Rendered, at: datetime) -> dict[str, Any]:
    base = f"/releases/{visit.release}/preview/{quote(visit.names['channel'], safe='')}"
    spelt = "" if made.packed.delivery else _spelt(at)
    return {
        "files": [previewed.Shown(file, name_of(file), base, spelt) for file in made.rendering.files],
        "scenery": {name_of(one): f"{base}/scene/{quote(name_of(one))}" for one in made.scenery},
        "changes": previewed.changes(made),
        "documents": previewed.documents(made),
        "logged": await previewed.logged(visit.hub.engine, made),
        "planned": exact(made.packed.parcel.planned_at)[:16],
    }


async def give_frame(visit: Visit) -> Raw:
    """A page, or a part of a file that is one, in a document of its own that runs nothing and asks for nothing."""
    made, file = await _file(visit)
    try:
        text = framed.part(file, visit.query.get("part", ""))
    except (KeyError, ValueError):
        raise HubError(ErrorCode.NOT_FOUND, what="预览文件中的这一部分") from None
    pictures = await previewed.pictures(visit.hub.engine, made, visit.desk.public_url)
    data = framed.page(text, scenery=made.scenery, pictures=pictures)
    return Raw(data, "text/html; charset=utf-8", headers=FRAME)


async def give_raw(visit: Visit) -> Raw:
    """A file's exact bytes, to be kept."""
    _, file = await _file(visit)
    kept = "".join(c if c.isascii() and (c.isalnum() or c in ".-_") else "-" for c in name_of(file).rpartition("/")[2])
    headers = {"Content-Disposition": f'attachment; filename="{kept}"', "Content-Security-Policy": SANDBOX}
    return Raw(file.body, "application/octet-stream", headers=headers)


async def give_scene(visit: Visit) -> Raw:
    """A picture that the channel's readers see beside the rendering."""
    _, made, _ = await _tried(visit, visit.names["channel"], await _at(visit))
    scenery = made.scenery if made else ()
    one = next(
        (one for one in scenery if name_of(one) == visit.names["file"] and one.media in previewed.PICTURES), None
    )
    if one is None:
        raise HubError(ErrorCode.NOT_FOUND, what="这张图片")
    return Raw(one.body, one.media)


async def _tried(visit: Visit, name: str, at: datetime) -> tuple[Packed, Rendered | None, Trouble | None]:
    packed = await rendered.pack(visit.hub, visit.desk.public_url, visit.release, name, at=at)
    try:
        return packed, await rendered.render(packed), None
    except ChannelError as error:
        return packed, None, error.trouble


async def _file(visit: Visit) -> tuple[Rendered, RenderedFile]:
    _, made, _ = await _tried(visit, visit.names["channel"], await _at(visit))
    files = made.rendering.files if made else ()
    file = next((one for one in files if name_of(one) == visit.names["file"]), None)
    if made is None or file is None:
        raise HubError(ErrorCode.NOT_FOUND, what="这个预览文件")
    return made, file


def _names(visit: Visit) -> list[str]:
    """The channels, the authoritative ones first."""
    return sorted(visit.hub.channels, key=lambda name: (not visit.hub.channels[name].settings.authoritative, name))


async def _at(visit: Visit) -> datetime:
    """The time for which it is shown: the one asked for, or this minute."""
    try:
        asked = datetime.fromisoformat(visit.query.get("at", "")).replace(tzinfo=BEIJING)
        if asked.year in YEARS:
            return asked
    except ValueError:
        pass  # What is no time is no wish.
    async with visit.hub.engine.connect() as connection:
        now = await engine.now(connection)
    return now.astimezone(BEIJING).replace(second=0, microsecond=0)


def _spelt(at: datetime) -> str:
    """As the browser's field for a time spells it."""
    return at.astimezone(BEIJING).strftime("%Y-%m-%dT%H:%M")


_ALL = "/releases/{release:[1-9][0-9]{0,14}}/preview"
_ONE = f"{_ALL}/{channel_view.NAME}"
ROOMS = (
    Room("GET", _ALL, show),
    Room("GET", _ONE, show_one),
    Room("GET", _ONE + "/frame/{file:.+}", give_frame),
    Room("GET", _ONE + "/raw/{file:.+}", give_raw),
    Room("GET", _ONE + "/scene/{file:.+}", give_scene),
)
