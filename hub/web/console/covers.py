"""封面: the picture that stands for a release on a channel that shows one, chosen where it is published."""

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote

from channels.contract import ChannelError, Covered
from hub.commands import covering
from hub.web import rendered
from hub.web.console import channel_view
from hub.web.console.room import Room, Visit
from hub.web.rendered import Packed
from hub.web.route import Raw
from schemas.edition import Edition
from schemas.errors import ErrorCode, HubError
from schemas.person import Duty

#: Before the channel's name, in the fields that say which picture.
FIELD = "cover-"
OWN = "own"
#: Pictures that are offered: the first of the texts.
MOST = 12
_ONE = "{cover:own|[0-9a-f]{64}}/{shape:[a-z.-]{1,40}}"
PATH = f"/releases/{{release:[1-9][0-9]{{0,14}}}}/cover/{channel_view.NAME}/{_ONE}"
_IMAGE = re.compile(r"<img\b[^<>]*>")
_ALT = re.compile(r'\balt="([^"]*)"')


@dataclass(frozen=True)
class Face:
    """One picture that may be chosen."""

    sha256: str  #: empty: the channel's own
    words: str
    refusal: str
    shapes: tuple[str, ...]  #: where it can be seen, as readers would see it


async def faces(visit: Visit, name: str) -> list[Face]:
    """What may be chosen for the channel, its own first; empty where it shows none, or where there is no other."""
    packed = await _packed(visit, name)
    known = covering.pictures(packed.parcel.edition)[:MOST]
    if not isinstance(packed.channel, Covered) or not known:
        return []
    alts = _alts(packed)
    found = [await _face(visit, packed, "", "由系统绘制")]
    for number, sha256 in enumerate(known, 1):
        words = f"图 {number}：{alts[sha256]}" if alts.get(sha256) else f"图 {number}（没有替代文字）"
        found.append(await _face(visit, packed, sha256, words))
    return found


def asked(visit: Visit, names: Sequence[str]) -> dict[str, str]:
    """Channel → the picture that was chosen for it, of those named; a channel's own is not in it."""
    said = {name: visit.posted.get(FIELD + name) for name in names if FIELD + name in visit.posted.fields}
    return {name: sha256 for name, sha256 in said.items() if sha256}


def sentences(visit: Visit, edition: Edition | None, chosen: Mapping[str, str]) -> list[str]:
    """What is told of them before somebody confirms."""
    known = covering.pictures(edition) if edition else []
    titles = channel_view.called(visit.hub)
    numbers = {name: known.index(one) + 1 for name, one in chosen.items() if one in known}
    return [f"{titles[name]}的封面用正文中的图 {number}。" for name, number in numbers.items()]


async def give(visit: Visit) -> Raw:
    """One shape of one picture."""
    cover = visit.names["cover"]
    packed = await _packed(visit, visit.names["channel"])
    try:
        made = await _shapes(packed, "" if cover == OWN else cover)
    except ChannelError:
        made = {}
    if visit.names["shape"] not in made:
        raise HubError(ErrorCode.NOT_FOUND, what="这张图片")
    return Raw(made[visit.names["shape"]], "image/jpeg")


async def _packed(visit: Visit, name: str) -> Packed:
    return await rendered.pack(visit.hub, visit.desk.public_url, visit.release, name)


async def _shapes(packed: Packed, sha256: str) -> dict[str, bytes]:
    if not isinstance(packed.channel, Covered):
        return {}
    rendered.check(packed)
    made = await packed.channel.cover(packed.parcel.model_copy(update={"cover": sha256}))
    return {one.name: one.body for one in made}


async def _face(visit: Visit, packed: Packed, sha256: str, words: str) -> Face:
    name = packed.channel.settings.name
    base = f"/releases/{visit.release}/cover/{quote(name, safe='')}/{sha256 or OWN}/"
    face = Face(sha256, words, "", ())
    try:
        return replace(face, shapes=tuple(base + shape for shape in await _shapes(packed, sha256)))
    except ChannelError as error:
        return replace(face, refusal=error.trouble.detail)


def _alts(packed: Packed) -> dict[str, str]:
    """Picture → what its text says of it."""
    found: dict[str, str] = {}
    for document in packed.parcel.edition.documents:
        for image in _IMAGE.findall(document.body):
            said = _ALT.search(image)
            for one in document.images:
                if one.sha256 in image:
                    found.setdefault(one.sha256, html.unescape(said[1]) if said else "")
    return found


ROOMS = (Room("GET", PATH, give, frozenset({Duty.PUBLISHER})),)
