"""`/compare/<release>`: what changed between a document and what it replaced, or between two editions of it.

Only what was officially public, and is not withdrawn, is shown. What is marked is kept by the two texts: editions never
change, and whoever looks next does not wait for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncConnection

from hub import official
from hub.core.redline.changes import Change, changes
from hub.core.redline.sides import Row
from hub.official import Past
from hub.store import editions, standings
from hub.web.keys import HUB
from hub.web.live import marked, page
from schemas import addresses
from schemas.edition import Edition
from schemas.errors import ErrorCode, HubError
from schemas.kinds import INSIDE
from schemas.release import Document, Role

_END = 2**53
_NUMBER_DIGITS = 6
#: The body's length is told by the redline itself.
_UNTOLD = frozenset({"正文"})


@dataclass(frozen=True)
class Sheet:
    """One text in both states. `html` is None where they are too long to be compared here."""

    title: str
    is_changed: bool
    html: str | None
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Way:
    """Something else that can be compared."""

    words: str
    query: str
    is_here: bool


def routes() -> list[web.RouteDef]:
    """Return it."""
    return [web.get("/compare/{release:[1-9][0-9]{0,15}}", show)]


async def show(request: web.Request) -> web.Response:
    """The page. Raises HubError(NOT_FOUND) where there is nothing public to be compared."""
    release = int(request.match_info["release"])
    if release >= _END:
        raise _nothing()
    async with request.app[HUB].engine.connect() as connection:
        past = await official.past(connection, release)
        others = await _others(connection, past)
        old, new = await _chosen(connection, request, past, others)
    is_sided = request.query.get("view") == "sides"
    return page.show(
        request,
        "compare.html",
        f"新旧对照：{new.metadata.title}",
        old=old,
        new=new,
        old_path=addresses.path(old.release, "policy"),
        new_path=addresses.path(new.release, "policy"),
        is_sided=is_sided,
        here=_query(old, new, past.release),
        ways=_ways(past, others, _query(old, new, past.release)),
        changes=_told(old, new),
        sheets=[await _sheet(a, b, old, new, is_sided=is_sided) for a, b in _pairs(old, new)],
    )


def _nothing() -> HubError:
    why = "这份文件没有公开过两个版本，也没有登记替代关系，或者其中之一已撤回"
    return HubError(ErrorCode.NOT_FOUND, what=f"可以对照的文本：{why}")


async def _others(connection: AsyncConnection, past: Past) -> tuple[int, ...]:
    """The releases that this one replaced or changes, newest first, then the one that replaced it."""
    before = await standings.in_place_of(connection, past.release)
    mine = await _frozen(connection, past, past.newest.number) if past.newest else None
    before += [one.release for one in mine.metadata.relations if one.release and one.kind.is_act] if mine else []
    named = past.standing.successor.release if past.standing and past.standing.successor else None
    return tuple(dict.fromkeys([*before, *([named] if named else [])]))


async def _chosen(
    connection: AsyncConnection, request: web.Request, past: Past, others: Sequence[int]
) -> tuple[Edition, Edition]:
    other, since, to = (_number(request.query.get(name, "")) for name in ("with", "from", "to"))
    public = [one.number for one in past.shown if not one.is_withdrawn]
    if other is None and since is None and to is None:
        # What replaced what is what most readers come for; corrections of one document come second.
        other = others[0] if others else None
    if other is not None:
        if other not in others:
            raise _nothing()
        return await _across(connection, past, other)
    end = to or max(public, default=0)
    start = since or max((one for one in public if one < end), default=0)
    if start == end or not {start, end} <= set(public):
        raise _nothing()
    return await _frozen(connection, past, start), await _frozen(connection, past, end)


async def _across(connection: AsyncConnection, past: Past, other: int) -> tuple[Edition, Edition]:
    """This document and another one, the one that is replaced first."""
    theirs = await official.past(connection, other)
    if past.newest is None or theirs.newest is None:
        raise _nothing()
    mine = await _frozen(connection, past, past.newest.number)
    others = await _frozen(connection, theirs, theirs.newest.number)
    named = past.standing.successor.release if past.standing and past.standing.successor else None
    return (mine, others) if named == other else (others, mine)


async def _frozen(connection: AsyncConnection, past: Past, number: int) -> Edition:
    one, shown = await editions.find(connection, past.release, number), past.edition(number)
    if one is None or shown is None or one.digest != shown.digest:
        raise _nothing()
    return one


def _number(given: str) -> int | None:
    is_one = given.isascii() and given.isdigit() and len(given) <= 2 * _NUMBER_DIGITS
    return int(given) if is_one else None


def _query(old: Edition, new: Edition, release: int) -> str:
    if old.release == new.release:
        return f"from={old.number}&to={new.number}"
    return f"with={old.release if new.release == release else new.release}"


def _ways(past: Past, others: Sequence[int], here: str) -> list[Way]:
    public = [one.number for one in past.shown if not one.is_withdrawn]
    pairs = pairwise(public)
    found = [(f"第{a}版与第{b}版", f"from={a}&to={b}") for a, b in pairs]
    found += [(f"与编号 {other} 的文件", f"with={other}") for other in others]
    return [Way(words, query, query == here) for words, query in found]


def _pairs(old: Edition, new: Edition) -> list[tuple[Document | None, Document | None]]:
    """Of one release every document; of two releases the policies: their interpretations explain other texts."""
    if old.release != new.release:
        return [(old.policy, new.policy)]
    before, after = ({one.name: one for one in edition.documents} for edition in (old, new))
    return [(before.get(name), after.get(name)) for name in dict.fromkeys([*after, *before])]


def _told(old: Edition, new: Edition) -> list[Change]:
    is_same = old.release == new.release
    found = (one for one in changes(old, new) if one.label not in _UNTOLD and one.place not in INSIDE)
    return [one for one in found if is_same or not one.place.startswith(Role.INTERPRETATION)]


async def _sheet(a: Document | None, b: Document | None, old: Edition, new: Edition, *, is_sided: bool) -> Sheet:
    before, after = a.body if a else "", b.body if b else ""
    title = (b or a or new.policy).title
    if before == after:
        return Sheet(title, is_changed=False, html="", rows=())
    found = await marked.compared(before, after)
    if found is None:
        return Sheet(title, is_changed=True, html=None, rows=())
    shown = marked.images([old, new])
    if is_sided:
        return Sheet(title, is_changed=True, html="", rows=marked.side_by_side(found, shown))
    return Sheet(title, is_changed=True, html=marked.in_line(found, shown), rows=())
