"""`/c/<release>`: the certificate of an official release, for people as a page and for programs as a tlog-proof.

A browser says that it takes `text/html` and gets the page; whoever does not (`curl`, scripts, `gongbu`) gets the proof,
as before there was a page. `/c/<release>.tlog-proof` is the proof for everybody, `/c/<release>.json` the edition's own
bytes, whose SHA-256 is the digest in the proof.
"""

from typing import Any

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncConnection

from channels import standing as words
from hub import evidence, official
from hub.core.chronicle.entry import Entry
from hub.log import proof
from hub.official import Past, Shown
from hub.store import editions
from hub.web import coding
from hub.web.keys import HUB, URL
from hub.web.live import page, square
from schemas import addresses
from schemas.edition import Edition
from schemas.entry import stamp
from schemas.errors import ErrorCode, HubError
from schemas.standing import Notice
from schemas.words import channel

#: A proof never changes: its checkpoint is the first that contains its entry.
_KEPT = "public, max-age=86400"
#: The first number that no release can have.
_END = 2**53
PATH = "/c/{release:[1-9][0-9]{0,15}}"


def routes() -> list[web.RouteDef]:
    """Return them: the file's own names before the page's."""
    return [
        web.get(PATH + ".tlog-proof", file),
        web.get(PATH + ".json", edition),
        web.get(PATH, show),
    ]


async def show(request: web.Request) -> web.Response:
    """The page, or the proof for whoever does not ask for a page."""
    if "text/html" not in request.headers.get("Accept", ""):
        return await file(request)
    async with request.app[HUB].engine.connect() as connection:
        found = await evidence.certified(connection, _release(request))
        past = await official.past(connection, _release(request))
        frozen = await _frozen(connection, found)
    own = f"/c/{past.release}"
    url = request.app[URL] + own
    fields = _fields(request, found, past, frozen)
    return page.show(
        request,
        "certificate.html",
        f"发布证明：{frozen.metadata.title}",
        headers=page.FRESH | {"Vary": "Accept"},
        canonical="" if fields["is_withdrawn"] else own,
        url=url,
        code=square.of(url),
        path=addresses.path(past.release, "policy"),
        **fields,
    )


async def file(request: web.Request) -> web.Response:
    """The proof as it is verified (C2SP tlog-proof)."""
    async with request.app[HUB].engine.connect() as connection:
        data = await evidence.certificate(connection, _release(request))
    said = {
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Disposition": f'inline; filename="{_release(request)}.tlog-proof"',
        "Cache-Control": _KEPT,
        "Vary": "Accept",
    }
    return coding.answer(request, data, headers=said)


async def edition(request: web.Request) -> web.Response:
    """The edition that was officially released, byte for byte as it was approved. Gone once it is withdrawn."""
    async with request.app[HUB].engine.connect() as connection:
        found = await evidence.certified(connection, _release(request))
        past = await official.past(connection, _release(request))
        frozen = await _frozen(connection, found)
    shown = past.edition(frozen.number)
    if shown is None or shown.is_withdrawn:
        raise HubError(ErrorCode.NOT_FOUND, what="这一版的原文数据：它已经撤回，不再公开")
    said = {"Content-Type": "application/json; charset=utf-8", "Cache-Control": "no-cache"}
    return coding.answer(request, frozen.encoded(), headers=said)


def _release(request: web.Request) -> int:
    """Raises HubError(NOT_FOUND) for a number that the store could not even look for."""
    number = int(request.match_info["release"])
    if number >= _END:
        raise HubError(ErrorCode.NOT_FOUND, what=f"编号为 {number} 的正式发布记录")
    return number


async def _frozen(connection: AsyncConnection, found: proof.Proof) -> Edition:
    """The edition that the entry names. Its digest is the entry's, or nothing is shown."""
    entry = Entry.read(found.extra)
    one = await editions.find(connection, entry.release or 0, entry.edition or 0)
    if one is None or one.digest != entry.digest:
        raise HubError(ErrorCode.UNAVAILABLE, detail="数据库中的版本与公开日志不符，请告知网站管理人员")
    return one


def _fields(request: web.Request, found: proof.Proof, past: Past, frozen: Edition) -> dict[str, Any]:
    entry = Entry.read(found.extra)
    notice = past.standing.notice() if past.standing else None
    return {
        "release": past.release,
        "edition": frozen,
        "at": entry.at,
        "stamp": stamp(entry.at),
        "channel": _channel(request, entry.channel),
        "address": entry.get("address"),
        "approvals": past.approvals(frozen.number, frozen.digest),
        "later": [one for one in past.shown if one.number > frozen.number],
        "newest": past.newest,
        "is_withdrawn": _is_withdrawn(past, frozen.number),
        "standing": _standing(past, frozen, notice),
        "index": found.index,
        "entry": found.extra.decode(),
        "checkpoint": found.checkpoint.decode(),
        "size": found.checkpoint.decode().split("\n")[1],
    }


def _channel(request: web.Request, name: str) -> str:
    one = request.app[HUB].channels.get(name)
    return channel(name, one.settings.kind if one else name)


def _is_withdrawn(past: Past, number: int) -> bool:
    shown: Shown | None = past.edition(number)
    return shown is not None and shown.is_withdrawn


def _standing(past: Past, frozen: Edition, notice: Notice | None) -> tuple[str, Notice] | None:
    """What holds now, in a sentence, and its notice; None for what was never spoken of."""
    if notice is None or past.standing is None:
        return None
    newest = past.newest
    if not past.standing.governs(newest.number if newest else frozen.number):
        return None
    return words.sentence(frozen.policy, notice), notice
