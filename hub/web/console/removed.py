"""What was taken out of an original (区分处理) and why, beside what is public: for those whose duty it is to see it."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from hub.commands import opening
from hub.core import redaction
from hub.core.redaction import Piece
from hub.store import derivations, editions
from hub.web import walls
from hub.web.console import margin
from hub.web.console.room import Page, Room, Visit
from hub.web.redaction import LOOKERS
from schemas.derivation import PASSAGE_MARK, WORDS_MARK, Derivation, Removal
from schemas.edition import Edition
from schemas.errors import ErrorCode, HubError
from schemas.release import Document, Release

#: What templates say of the marks.
MARKS = {"passage_mark": PASSAGE_MARK, "words_mark": WORDS_MARK}


@dataclass(frozen=True)
class Row:
    """One passage of the original: what stands there, cut where something is taken out."""

    number: int
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class Side:
    """One document of the original beside its public version."""

    heading: str
    title: tuple[Piece, ...]
    rows: tuple[Row, ...]
    version: Document | None


async def show(visit: Visit) -> Page:
    """A public version beside its original, with what was taken out and why."""
    async with visit.hub.engine.connect() as connection:
        release = await opening.release(connection, visit.release)
        made, origin = await _origin(connection, visit)
    values = {
        "release": release,
        "made": made,
        "sides": sides(release, origin, made.removals, release.documents),
        "elsewhere": [
            (one, words)
            for one, words in zip(made.removals, redaction.words(origin, made.removals), strict=True)
            if one.part != "body"
        ],
        **MARKS,
    }
    return Page("removed.html", values)


def sides(
    release: Release, origin: Edition, removals: tuple[Removal, ...], versions: tuple[Document, ...]
) -> list[Side]:
    """Every document of the original beside the one that was made of it."""
    names = margin.headings(release)
    return [
        Side(
            heading=names.get(one.name, one.name),
            title=redaction.pieces(one.title, [r for r in removals if (r.document, r.part) == (one.name, "title")]),
            rows=tuple(_rows(one, [r for r in removals if (r.document, r.part) == (one.name, "body")])),
            version=next((version for version in versions if version.name == one.name), None),
        )
        for one in origin.documents
    ]


def _rows(document: Document, removals: list[Removal]) -> list[Row]:
    found = []
    for block in redaction.blocks(document.body):
        here = [
            one.model_copy(update={"start": one.start - block.start, "end": one.end - block.start})
            for one in removals
            if one.start < block.end and one.end > block.start
        ]
        found.append(Row(block.number, redaction.pieces(block.words, here)))
    return found


async def _origin(connection: AsyncConnection, visit: Visit) -> tuple[Derivation, Edition]:
    made = await derivations.find(connection, visit.release)
    origin = await editions.find(connection, made.origin, made.origin_edition) if made else None
    if made is None or origin is None:
        raise HubError(ErrorCode.NOT_FOUND, what="原件：这份文件不是区分处理后的公开版本")
    await walls.check(visit.hub, visit.person, made.origin)
    return made, origin


ROOMS = (Room("GET", "/releases/{release:[1-9][0-9]{0,14}}/removed", show, LOOKERS),)
