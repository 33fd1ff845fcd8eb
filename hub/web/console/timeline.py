"""审计·时间线: one release from its first draft to the last sighting, and what of it only the database says."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from hub.commands import opening
from hub.core import chronicle
from hub.store import attempts, catalogue, deliveries, dossier, editions, journal, log, publications
from hub.store.dossier import Kept
from hub.web.console import audit, channel_view, entries
from hub.web.console.entries import Line
from hub.web.console.room import Page, Room, Visit
from schemas import canonical
from schemas.delivery import Delivery
from schemas.entry import EntryType
from schemas.publication import Publication
from schemas.release import Release
from schemas.review import Review

#: Entries that one page shows; the rest is in the log browser, in order.
SHOWN = 1500
#: What a worker's step met, by the name of the event.
OUTCOMES = {
    "Prepared": "已准备",
    "Intended": "已记录意图",
    "Accepted": "渠道已接收",
    "Seen": "已见证",
    "Unseen": "还没有看到",
    "Absent": "查明没有收到",
    "Troubled": "遇到问题",
    "Released": "放回",
    "Superseded": "让位于新版本",
    "Withdrawn": "让位于撤回",
}
#: These tell of what holds of the release, whatever its edition.
STANDING = frozenset(
    {
        EntryType.STANDING_PROPOSED,
        EntryType.STANDING_CONFIRMED,
        EntryType.STANDING_DECLINED,
        EntryType.STANDING_FOLLOWED,
    }
)


@dataclass
class Chapter:
    """What happened to one edition: acts of people, then each channel's way. Number 0 is not submitted yet."""

    number: int
    acts: list[Line] = field(default_factory=list)
    ways: dict[str, list[Line]] = field(default_factory=lambda: defaultdict(list))
    kept: Kept | None = None

    @property
    def logged(self) -> str:
        """The digest under which the log knows the edition."""
        return next((line.entry.digest for line in self.acts if line.entry and line.entry.digest), "")

    @property
    def computed(self) -> str:
        """The digest of the bytes in the database, as they are now."""
        return canonical.digest(self.kept.content) if self.kept else ""


@dataclass(frozen=True)
class Rest:
    """What only the database says."""

    names: dict[str, str]
    reviews: Sequence[Review]
    publications: Sequence[Publication]
    deliveries: Sequence[tuple[Delivery, Sequence[dict[str, Any]]]]


async def show(visit: Visit) -> Page:
    async with visit.hub.engine.connect() as connection:
        release = await opening.release(connection, visit.release)
        found = await journal.of_release(connection, visit.release, limit=SHOWN + 1)
        lines = await entries.lines(connection, found[:SHOWN])
        kept = await dossier.editions(connection, visit.release)
        rest = await _rest(connection, release, kept, lines)
        signed = await log.checkpoint(connection)
    chapters, standing = told(lines, kept)
    values = {
        "release": release,
        "chapters": chapters,
        "standing": standing,
        "rest": rest,
        "signed": signed,
        "is_cut": len(found) > SHOWN,
        "titles": channel_view.called(visit.hub),
        "official": next((one for one in lines if one.entry and one.entry.type == EntryType.RELEASE_OFFICIAL), None),
    }
    words = {"exact": entries.exact, "word": chronicle.word, "document": chronicle.document, "outcomes": OUTCOMES}
    return Page("timeline.html", values | words | {"people": actors(lines)})


def told(lines: Iterable[Line], kept: Iterable[Kept]) -> tuple[list[Chapter], list[Line]]:
    """Put entries into chapters by edition, in the order of the log; and what was said of the release's standing.

    Writing belongs to the edition that it became: entries without a number wait for the next one that has one.
    """
    chapters: dict[int, Chapter] = {}
    standing: list[Line] = []
    writing: list[Line] = []
    for line in lines:
        entry = line.entry
        if entry and entry.type in STANDING:
            standing.append(line)
        elif entry is None or not entry.edition:
            writing.append(line)
        else:
            chapter = chapters.setdefault(entry.edition, Chapter(entry.edition))
            if entry.channel:
                chapter.ways[entry.channel].append(line)
            else:
                chapter.acts += [*writing, line]
                writing = []
    for one in kept:
        chapters.setdefault(one.number, Chapter(one.number)).kept = one
    ordered = [chapters[number] for number in sorted(chapters)]
    return ordered + ([Chapter(0, acts=writing)] if writing else []), standing


def actors(lines: Iterable[Line]) -> list[tuple[str, str, int]]:
    """Name, id and number of acts of everybody in these entries, in the order of their first act."""
    counted: dict[tuple[str, str], int] = {}
    for line in lines:
        counted[line.actor, line.who] = counted.get((line.actor, line.who), 0) + 1
    return [(name, who, count) for (name, who), count in counted.items()]


async def _rest(connection: AsyncConnection, release: Release, kept: Sequence[Kept], lines: Sequence[Line]) -> Rest:
    reviews = [one for k in kept for one in await editions.reviews(connection, release.id, k.number)]
    going = await deliveries.of_release(connection, release.id)
    people = {*release.authors, *(r.reviewer for r in reviews), *(a for k in kept for a in k.authors)}
    return Rest(
        names=await catalogue.names(connection, people | {line.who for line in lines}),
        reviews=reviews,
        publications=await publications.of_release(connection, release.id),
        deliveries=[(one, await attempts.of_delivery(connection, one.id)) for one in going],
    )


ROOMS = (Room("GET", "/audit/releases/{release:[1-9][0-9]{0,14}}", show, audit.READERS),)
