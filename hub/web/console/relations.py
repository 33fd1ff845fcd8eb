"""与其他文件的关系: what a document does to others, declared while it is written, and what became of it."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from hub.commands import drafting, searching
from hub.core import relations as rules
from hub.store import relations, releases, standings
from hub.store.relations import Said
from hub.web.console import write
from hub.web.console.room import Answer, Moved, Page, Room, Visit
from schemas.card import Card, Filters
from schemas.errors import ErrorCode, HubError
from schemas.person import Duty
from schemas.relation import Relation, RelationKind
from schemas.release import Metadata, ReleaseState, Role
from schemas.standing import Standing
from schemas.words import word

PATH = "/releases/{release:[1-9][0-9]{0,14}}/relations"
#: Documents that one search offers.
FOUND = 10
#: What each kind means, as it is offered.
OFFERED = (
    (RelationKind.REPEALS, "本文件明文废止该文件"),
    (RelationKind.REPLACES, "本文件代替该文件，该文件同时废止"),
    (RelationKind.AMENDS, "本文件修改该文件的部分内容"),
    (RelationKind.INTERPRETS, "本文件解释、说明该文件"),
    (RelationKind.CLARIFIES, "本文件澄清与该文件有关的不实或不完整信息"),
)


@dataclass(frozen=True)
class Line:
    """One relation between this document and another one, as it stands."""

    other: int
    title: str
    words: str  #: what it is, from this document's side
    due_on: date
    settled_at: datetime | None
    outcome: str


async def show(visit: Visit) -> Page:
    """What is declared, what can be added, and what is known of both directions."""
    release = await write.found(visit)
    asked = visit.query.get("q", "").strip()[:200]
    async with visit.hub.engine.connect() as connection:
        lines = await _lines(connection, visit.release)
        current = await standings.current(connection, visit.release)
    values = {
        "release": release,
        "is_open": release.state is ReleaseState.DRAFT and visit.has(Duty.EDITOR),
        "declared": [rules.consequence(one, release.metadata) for one in release.metadata.relations],
        "seen": drafting.digest(release.metadata),
        "kinds": [(kind.value, f"{word(kind)}：{about}") for kind, about in OFFERED],
        "asked": asked,
        "found": await _found(visit, asked) if asked else None,
        "lines": lines,
        "current": _told(current),
    }
    return Page("relations.html", values)


async def declare(visit: Visit) -> Answer:
    """Add a relation to one of our documents, by its number, or to one elsewhere, by title and address."""
    release = await write.found(visit)
    number = visit.posted.get("target").strip()
    if number and not (number.isascii() and number.isdigit() and len(number) <= 15):  # noqa: PLR2004 - as every address
        told = "应为本系统中文件的编号，如 1001"
        raise HubError(ErrorCode.INVALID, detail=told, fields={"target": told})
    more: dict[str, object] = {"release": int(number), "title": "", "address": ""} if number else {}
    made = visit.posted.filled(Relation, **more)
    await _save(visit, release.metadata, (*release.metadata.relations, made))
    return Moved(_place(visit), said="已写明。它是公文要素的一部分，随本文件一并审核。")


async def drop(visit: Visit) -> Answer:
    """Take one back that is declared and not yet reviewed."""
    release = await write.found(visit)
    place = visit.posted.get("place")
    kept = tuple(one for at, one in enumerate(release.metadata.relations) if str(at) != place)
    await _save(visit, release.metadata, kept)
    return Moved(_place(visit), said="已删去。")


async def _save(visit: Visit, metadata: Metadata, kept: tuple[Relation, ...]) -> None:
    changed = metadata.model_copy(update={"relations": kept})
    seen = visit.posted.get("seen") or None
    await drafting.edit(visit.hub, visit.person, visit.release, changed, seen=seen)


async def _found(visit: Visit, asked: str) -> list[Card]:
    """Public documents that bear these words or this number, this one left out."""
    try:
        found = await searching.find(visit.hub.engine, asked, Filters(role=Role.POLICY), limit=FOUND)
    except searching.TooLongError:
        return []
    return [hit.card for hit in found.hits if hit.card.release != visit.release]


async def _lines(connection: AsyncConnection, release: int) -> list[Line]:
    found = await relations.of_release(connection, release)
    return [await _line(connection, release, one) for one in found]


async def _line(connection: AsyncConnection, release: int, one: Said) -> Line:
    is_mine = one.release == release
    other = one.target if is_mine else one.release
    row = await releases.find(connection, other)
    title = row.metadata.title if row else str(other)
    words = f"{word(one.kind)}该文件" if is_mine else f"被该文件{word(one.kind)}"
    return Line(other, title, words, one.due_on, one.settled_at, one.outcome)


def _told(current: Standing | None) -> str:
    return f"{word(current.kind)}：{current.reason}" if current else ""


def _place(visit: Visit) -> str:
    return f"/releases/{visit.release}/relations"


ROOMS = (
    Room("GET", PATH, show),
    Room("POST", f"{PATH}/add", declare, write.EDITORS, again=show),
    Room("POST", f"{PATH}/drop", drop, write.EDITORS, again=show),
)
