"""审核: the text as it will be read, what changed since one last read it, who said what; and the decision.

A decision binds to the number and digest that stood on the page. If there is a newer edition by then it is refused, and
the page shows what is different.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from hub.commands import examining, opening
from hub.commands.commenting import OVER, READERS
from hub.core import relations
from hub.core.redline.changes import LABELS, Change
from hub.store import comments, derivations, editions, urgencies
from hub.web import decisions
from hub.web.console import chain, reading, turn
from hub.web.console.chain import Past
from hub.web.console.room import Answer, Moved, Page, Visit, ways
from hub.web.forms import ReviewForm
from schemas import filled
from schemas.edition import Edition
from schemas.errors import ErrorCode, HubError
from schemas.release import Metadata, Release, ReleaseState
from schemas.review import Decision, Level, Review
from schemas.words import word

PATH = "/releases/{release:[1-9][0-9]{0,14}}/review"
#: decision → what it does, in the order of the form.
EFFECTS = {
    Decision.APPROVE: "本环节通过。意见可以不填。",
    Decision.RETURN: "退给起草人修改，本版已有的同意全部失效，改好后重新审核。须写明理由。",
    Decision.ESCALATE: "自己不作结论，交签发人或同一环节的其他人决定。须写明理由；提请后您不能再就本版本环节作结论。",
}
_MAX_CHANGES = 8


@dataclass(frozen=True)
class Since:
    """What changed since an edition that the person knows."""

    number: int
    told: str
    changes: tuple[Change, ...]

    @property
    def more(self) -> int:
        return len(self.changes) - _MAX_CHANGES

    @property
    def first(self) -> tuple[Change, ...]:
        return self.changes[:_MAX_CHANGES]


async def show(visit: Visit) -> Page:
    async with visit.hub.engine.connect() as connection:
        release = await opening.release(connection, visit.release)
        known = await chain.past(connection, release.id)
        edition = await editions.find(connection, release.id, release.edition or 0)
        if edition is None:
            return Page("review_none.html", {"release": release})
        threads = await comments.of_release(connection, release.id)
        since = await _since(connection, visit, edition, known)
        made = await derivations.find(connection, release.id)
        urgent = await urgencies.find(connection, release.id, edition.number)
    links = chain.links(release, known)
    leaves = await reading.leaves(edition, threads)
    whose = turn.turn(visit, release, edition, known)
    values = {
        "release": release,
        "edition": edition,
        "facts": facts(edition.metadata),
        "leaves": leaves,
        "names": [(leaf.document.name, leaf.heading) for leaf in leaves],
        "findings": await examining.examine(visit.hub, edition, is_final=True),
        "links": links,
        "since": since,
        "turn": whose,
        "made": made,
        "urgent": urgent.urgency if urgent else None,
        "levels": [(level, f"{word(level)}（代{stead}）" if stead else word(level)) for level, stead in whose.levels],
        "escalations": _escalations(release, links[0]),
        "effects": [(one, word(one), told) for one, told in EFFECTS.items()],
        "approved": known.approved_before(edition.number),
        **remarking(visit, release),
    }
    await _bookmark(visit, edition)
    return Page("review.html", values)


async def decide(visit: Visit) -> Answer:
    form = visit.posted.filled(ReviewForm)
    if form.digest is None:
        raise HubError(ErrorCode.INVALID, detail="缺少所审版本的摘要，请重新打开本页")
    await decisions.review(visit.hub, visit.person, visit.release, form)
    said = f"{word(form.level)}：已{word(form.decision)}第 {form.edition} 版。"
    return Moved(f"/releases/{visit.release}/review", said=said)


def facts(metadata: Metadata) -> list[tuple[str, str]]:
    """公文要素 as a table reads: label and words; of each relation what it will set going."""
    plain = [(label, _read(getattr(metadata, name))) for name, label in LABELS.items() if name != "relations"]
    told = [(LABELS["relations"], relations.consequence(one, metadata)) for one in metadata.relations]
    own = [(one.label, filled.read(said)) for one, said in filled.filled(metadata)]
    return [*plain, *told, *own]


def _read(value: Any) -> str:
    match value:
        case StrEnum():
            return word(value)
        case date():
            return f"{value.year}年{value.month}月{value.day}日"
        case tuple():
            return "、".join(value)
        case _:
            return value or ""


def remarking(visit: Visit, release: Release) -> dict[str, Any]:
    """What the comments' template wants to know: whether this person may say something, and settle what others said."""
    can = not visit.person.disabled_at and visit.has(*READERS) and release.state not in OVER
    return {"can_comment": can, "comments_path": f"/releases/{release.id}/comments"}


async def _since(connection: AsyncConnection, visit: Visit, edition: Edition, known: Past) -> Since | None:
    """Compare with what the person knows: what their refused decision was about, else what they decided on or read."""
    posted = visit.posted.get("edition")
    mine = [one for one in known.reviews if visit.person.id in one.people and one.edition < edition.number]
    number = await comments.last_read(connection, visit.person.id, edition.release, before=edition.number)
    if posted.isdecimal() and 0 < int(posted) < edition.number:
        number, told = int(posted), f"您刚才看的是第 {posted} 版"
    elif mine and mine[0].edition >= number:
        number, told = mine[0].edition, f"您上次办理的是第 {mine[0].edition} 版（{_did(mine[0])}）"
    elif number:
        told = f"您上次看的是第 {number} 版"
    else:
        number, told = edition.number - 1, "您没有看过以前的版本"
    before = await editions.find(connection, edition.release, number)
    return Since(number, told, await reading.differences(before, edition)) if before else None


def _did(review: Review) -> str:
    return f"{word(review.level)}{word(review.decision)}"


def _escalations(release: Release, newest: chain.Link) -> list[tuple[Level, chain.Said]]:
    """What was put to a superior in the newest edition and is still open."""
    if release.state is not ReleaseState.IN_REVIEW:
        return []
    return [
        (step.level, said)
        for step in newest.steps
        if not step.is_done
        for said in step.said
        if said.decision is Decision.ESCALATE
    ]


async def _bookmark(visit: Visit, edition: Edition) -> None:
    async with visit.hub.engine.begin() as connection:
        await comments.read(connection, visit.person.id, edition.release, edition.number)


ROOMS = ways(PATH, show, decide)
