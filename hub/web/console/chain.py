"""审核链: level by level who decided what, when and in what words; and what of it no longer counts.

Any page may show it: `{% from "chain.html" import chain %}`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from hub.core import workflow
from hub.store import editions, people
from schemas.edition import Edition
from schemas.errors import HubError
from schemas.person import LEVEL_DUTY, Person
from schemas.release import Release, ReleaseState
from schemas.review import Decision, Level, Review
from schemas.words import word

#: So many editions a page shows, and so many decisions of theirs; the log has the rest.
MAX_EDITIONS = 20
_MAX_REVIEWS = 200
#: So many of those who may decide are named.
_NAMED = 4


@dataclass(frozen=True)
class Said:
    """One decision as it is read."""

    decision: Decision
    who: str
    stead: str  #: for whom; empty for a duty of one's own
    at: datetime
    note: str


@dataclass(frozen=True)
class Step:
    """One level of one edition."""

    level: Level
    said: tuple[Said, ...]
    is_done: bool
    waits: str  #: for whom or for what, empty where there is nothing to wait for


@dataclass(frozen=True)
class Link:
    """One edition of the chain. `void` says why its approvals no longer count, empty while they do."""

    number: int
    digest: str
    authors: str
    frozen_at: datetime
    steps: tuple[Step, ...]
    void: str


@dataclass(frozen=True)
class Past:
    """What was read of a release's editions and decisions, both newest first."""

    covers: tuple[editions.Frozen, ...]
    reviews: tuple[Review, ...]
    staff: Mapping[str, Person]

    def of(self, number: int) -> tuple[Review, ...]:
        """The decisions on one edition in the order in which they were made."""
        return tuple(one for one in reversed(self.reviews) if one.edition == number)

    def name(self, person: str) -> str:
        found = self.staff.get(person)
        return f"{found.name}（{found.unit}）" if found and found.unit else found.name if found else person

    def approved_before(self, number: int) -> int:
        """The newest edition under this one that every level approved; 0 when there is none."""
        whole = (
            cover.number
            for cover in self.covers
            if cover.number < number and not workflow.missing(_stub(cover), self.of(cover.number))
        )
        return next(whole, 0)


async def past(connection: AsyncConnection, release: int) -> Past:
    """Read what the chain is made of."""
    return Past(
        covers=tuple(await editions.covers(connection, release, limit=MAX_EDITIONS)),
        reviews=tuple(await editions.history(connection, release, limit=_MAX_REVIEWS)),
        staff={one.id: one for one in await people.every(connection)},
    )


def links(release: Release, known: Past) -> tuple[Link, ...]:
    """The chain, the newest edition first."""
    return tuple(_link(release, cover, known) for cover in known.covers)


def _link(release: Release, cover: editions.Frozen, known: Past) -> Link:
    reviews = known.of(cover.number)
    void = _void(release, cover.number, reviews)
    edition = _stub(cover)
    return Link(
        number=cover.number,
        digest=cover.digest,
        authors="、".join(known.name(one) for one in cover.authors),
        frozen_at=cover.frozen_at,
        steps=tuple(_step(level, edition, cover, reviews, known, is_open=not void) for level in workflow.BEFORE),
        void=void,
    )


def _stub(cover: editions.Frozen) -> Edition:
    """The edition by its name alone: the rules compare digests, and texts would be megabytes."""
    edition = Edition.model_construct(number=cover.number, chain=cover.chain)  # type: ignore[call-arg]
    edition.__dict__["digest"] = cover.digest
    return edition


def _void(release: Release, number: int, reviews: Iterable[Review]) -> str:
    if any(one.decision is Decision.RETURN for one in reviews):
        return "因退回修改失效"
    is_current = number == release.edition and release.state is not ReleaseState.DRAFT
    return "" if is_current else "因修改失效"


def _step(
    level: Level,
    edition: Edition,
    cover: editions.Frozen,
    reviews: tuple[Review, ...],
    known: Past,
    *,
    is_open: bool,
) -> Step:
    done = workflow.approvals(edition, reviews)
    said = tuple(_said(one, known) for one in reviews if one.level is level)
    is_done = level in done
    if level not in workflow.levels(edition):
        return Step(level=level, said=said, is_done=False, waits="应急发布，不经这一级，发布后补签")
    waits = _waits(level, edition, cover, reviews, known) if is_open and not is_done else ""
    return Step(level=level, said=said, is_done=is_done, waits=waits)


def _said(one: Review, known: Past) -> Said:
    stead = known.name(one.on_behalf_of) if one.on_behalf_of else ""
    return Said(decision=one.decision, who=known.name(one.reviewer), stead=stead, at=one.at, note=one.note)


def _waits(level: Level, edition: Edition, cover: editions.Frozen, reviews: tuple[Review, ...], known: Past) -> str:
    lacking = [word(one) for one in workflow.BEFORE[level] if one in workflow.missing(edition, reviews)]
    if lacking:
        return f"待{'、'.join(lacking)}通过"
    able = [one.name for one in known.staff.values() if _may(one, level, edition, cover, reviews)]
    if not able:
        return f"没有可以办理的{word(LEVEL_DUTY[level])}，请联系管理员"
    return f"待{'、'.join(able[:_NAMED])}{'等' if len(able) > _NAMED else ''}办理"


def _may(one: Person, level: Level, edition: Edition, cover: editions.Frozen, reviews: tuple[Review, ...]) -> bool:
    try:
        workflow.check_review(one, level, edition, authors=cover.authors, reviews=reviews)
    except HubError:
        return False
    return True
