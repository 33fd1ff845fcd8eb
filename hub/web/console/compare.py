"""花脸稿: any two editions of a release, word by word, in one line or side by side; no script needed."""

import asyncio
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy.ext.asyncio import AsyncConnection

from hub.commands import opening
from hub.core.redline.page import redline
from hub.core.redline.sides import Row, rows
from hub.store import editions
from hub.web.console import chain, downloads, reading
from hub.web.console.chain import Past
from hub.web.console.room import Page, Room, Visit
from hub.web.route import Raw
from schemas.edition import Edition
from schemas.errors import ErrorCode, HubError
from schemas.release import Document

_RELEASE = "/releases/{release:[1-9][0-9]{0,14}}"
#: Longer bodies (both together) are compared in the office: the page would take minutes to read and seconds to make.
MAX_LETTERS = 2_400_000


@dataclass(frozen=True)
class Sheet:
    """One document of either edition, compared."""

    heading: str
    title_old: str
    title_new: str
    html: str  #: in one line; empty where it is shown side by side, or the same
    rows: tuple[Row, ...]
    is_changed: bool
    is_too_long: bool = False


async def show(visit: Visit) -> Page:
    async with visit.hub.engine.connect() as connection:
        release = await opening.release(connection, visit.release)
        known = await chain.past(connection, release.id)
        old, new = await _chosen(connection, visit, known)
    is_sided = visit.query.get("view") == "sides"
    values = {
        "release": release,
        "old": old,
        "new": new,
        "numbers": [cover.number for cover in known.covers],
        "approved": known.approved_before(new.number),
        "view": "sides" if is_sided else "line",
        "changes": [one for one in await reading.differences(old, new) if one.label not in {"正文", "附件"}],
        "files": reading.files(old, new),
        "sheets": await asyncio.to_thread(sheets, old, new, is_sided=is_sided),
    }
    return Page("compare.html", values)


async def file(visit: Visit) -> Raw:
    """The bytes of an attachment or a picture as an edition froze it, whatever became of the release since."""
    number, digest = int(visit.names["edition"]), visit.names["sha256"]
    async with visit.hub.engine.connect() as connection:
        edition = await editions.find(connection, visit.release, number)
    held = [one for d in (edition.documents if edition else ()) for one in (*d.images, *d.attachments)]
    return await downloads.given(visit, next((one for one in held if one.sha256 == digest), None))


async def _chosen(connection: AsyncConnection, visit: Visit, known: Past) -> tuple[Edition, Edition]:
    """The two editions that were asked for: the newest against the one before it, unless told otherwise."""
    newest = known.covers[0].number if known.covers else 0
    to = _number(visit.query.get("to", ""), newest)
    start = visit.query.get("from", "")
    since = known.approved_before(to) if start == "approved" else _number(start, to - 1)
    old = await editions.find(connection, visit.release, since)
    new = await editions.find(connection, visit.release, to)
    if old is None or new is None:
        what = "可以对照的另一版（只有一版时没有花脸稿）" if newest else "已提交的版本"
        raise HubError(ErrorCode.NOT_FOUND, what=what)
    return old, new


def _number(given: str, otherwise: int) -> int:
    return int(given) if given.isascii() and given.isdigit() and len(given) < 7 else otherwise  # noqa: PLR2004


def sheets(old: Edition, new: Edition, *, is_sided: bool) -> tuple[Sheet, ...]:
    """Compare every document of both, those that came or went included."""
    before, after = ({one.name: one for one in edition.documents} for edition in (old, new))
    return tuple(
        _sheet(before.get(name), after.get(name), is_sided=is_sided) for name in dict.fromkeys([*after, *before])
    )


def _sheet(old: Document | None, new: Document | None, *, is_sided: bool) -> Sheet:
    known = new or old
    assert known is not None  # noqa: S101 - the name is of one of them
    a, b = old.body if old else "", new.body if new else ""
    is_too_long = len(a) + len(b) > MAX_LETTERS and a != b
    marked = "" if a == b or is_too_long else _redline(a, b)
    return Sheet(
        heading=reading.heading(known),
        title_old=old.title if old else "",
        title_new=new.title if new else "",
        html="" if is_sided else marked,
        rows=rows(marked) if is_sided else (),
        is_changed=a != b,
        is_too_long=is_too_long,
    )


@lru_cache(maxsize=16)
def _redline(old: str, new: str) -> str:
    """Editions never change, and several people look at the same two within an hour."""
    return redline(old, new)


ROOMS = (
    Room("GET", _RELEASE + "/redline", show),
    Room("GET", _RELEASE + "/editions/{edition:[1-9][0-9]{0,5}}/files/{sha256:[0-9a-f]{64}}", file),
)
