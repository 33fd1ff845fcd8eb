"""What was officially public of a release, and when: read from the log, which says it, and from nothing else."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from hub.core.chronicle.entry import Entry
from hub.store import log, standings
from schemas.entry import EntryType
from schemas.review import Decision
from schemas.standing import Standing, StandingKind


@dataclass(frozen=True)
class Shown:
    """One edition that we saw on an authoritative channel, by the first such sighting of its policy."""

    number: int
    digest: str
    at: datetime
    channel: str
    address: str
    is_withdrawn: bool  #: its text is no longer for the public


@dataclass(frozen=True)
class Approval:
    """One level that approved an edition: the office that it was, never the person."""

    level: str  #: `schemas.review.Level`
    at: datetime


@dataclass(frozen=True)
class Past:
    """All that the log says of the public side of one release."""

    release: int
    entries: tuple[Entry, ...]
    shown: tuple[Shown, ...]  #: oldest first
    standing: Standing | None  #: what holds now

    @property
    def official(self) -> Entry | None:
        """The entry of the official time."""
        return next((one for one in self.entries if one.type == EntryType.RELEASE_OFFICIAL), None)

    @property
    def newest(self) -> Shown | None:
        """The newest edition that is still public."""
        return next((one for one in reversed(self.shown) if not one.is_withdrawn), None)

    def edition(self, number: int) -> Shown | None:
        """The edition with this number, where it was ever public."""
        return next((one for one in self.shown if one.number == number), None)

    def approvals(self, number: int, digest: str) -> list[Approval]:
        """The levels that approved this edition with this digest, in order."""
        return [
            Approval(one.get("level"), one.at)
            for one in self.entries
            if one.type == EntryType.RELEASE_REVIEWED
            and (one.edition, one.digest, one.get("decision")) == (number, digest, Decision.APPROVE)
        ]


async def past(connection: AsyncConnection, release: int) -> Past:
    """Read it. A release that was never public has nothing shown; one that does not exist has no entries either."""
    found = tuple(Entry.read(body) for _, body in await log.of_release(connection, release))
    said = await standings.of_release(connection, release)
    voided = max((one.edition or 0 for one in said if one.serial and one.kind is StandingKind.WITHDRAWN), default=0)
    current = max((one for one in said if one.serial), key=lambda one: one.serial or 0, default=None)
    return Past(release, found, tuple(_shown(found, voided)), current)


def _shown(entries: tuple[Entry, ...], voided: int) -> list[Shown]:
    first: dict[int, Entry] = {}
    for one in entries:
        is_ours = one.type == EntryType.SIGHTING and one.data.get("authoritative") is True
        if is_ours and one.edition is not None and one.get("document") == "policy":
            first.setdefault(one.edition, one)
    return [
        Shown(number, one.digest, one.at, one.channel, one.get("address"), number <= voided)
        for number, one in sorted(first.items())
    ]
