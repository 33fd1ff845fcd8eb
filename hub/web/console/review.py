"""审核: the text as it will be read, what changed since one last read it, who said what; and the decision.

A decision binds to the number and digest that stood on the page. If there is a newer edition by then it is refused, and
the page shows what is different.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from hub.commands import examining, reviewing
from hub.commands.commenting import OVER, READERS
from hub.core import workflow
from hub.core.redline import Change
from hub.core.redline.changes import LABELS
from hub.store import comments, editions, releases
from hub.web.console import chain, reading
from hub.web.console.chain import Past
from hub.web.console.room import Answer, Moved, Page, Visit, ways
from hub.web.forms import ReviewForm
from schemas.edition import Edition
from schemas.errors import ErrorCode, HubError
from schemas.person import LEVEL_DUTY
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
class Turn:
    """Which levels the person may decide on now, each with in whose stead; or why there are none."""

    levels: tuple[tuple[Level, str], ...]
    why: str = ""
    is_superior: bool = False  #: a signer about to decide on another level, and so not to sign


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
        release = await found(connection, visit.release)
        known = await chain.past(connection, release.id)
        edition = await editions.find(connection, release.id, release.edition or 0)
        if edition is None:
            return Page("review_none.html", {"release": release})
        threads = await comments.of_release(connection, release.id)
        since = await _since(connection, visit, edition, known)
    links = chain.links(release, known)
    leaves = await reading.leaves(edition, threads)
    turn = _turn(visit, release, edition, known)
    values = {
        "release": release,
        "edition": edition,
        "facts": facts(edition.metadata),
        "leaves": leaves,
        "names": [(leaf.document.name, leaf.heading) for leaf in leaves],
        "findings": await examining.examine(visit.hub, edition, is_final=True),
        "links": links,
        "since": since,
        "turn": turn,
        "levels": [(level, f"{word(level)}（代{stead}）" if stead else word(level)) for level, stead in turn.levels],
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
    await reviewing.review(
        visit.hub,
        visit.person,
        visit.release,
        form.level,
        form.decision,
        note=form.note,
        edition=form.edition,
        digest=form.digest,
    )
    said = f"{word(form.level)}：已{word(form.decision)}第 {form.edition} 版。"
    return Moved(f"/releases/{visit.release}/review", said=said)


async def found(connection: AsyncConnection, number: int) -> Release:
    """The release. Raises HubError(NOT_FOUND)."""
    release = await releases.find(connection, number)
    if release is None:
        raise HubError(ErrorCode.NOT_FOUND, what=f"编号为 {number} 的政策发布")
    return release


def facts(metadata: Metadata) -> list[tuple[str, str]]:
    """公文要素 as a table reads: label and words."""
    return [(label, _read(getattr(metadata, name))) for name, label in LABELS.items()]


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


def _turn(visit: Visit, release: Release, edition: Edition, known: Past) -> Turn:
    if release.state is not ReleaseState.IN_REVIEW:
        return Turn((), f"现在是“{word(release.state)}”，没有待作的结论。")
    authors = next((one.authors for one in known.covers if one.number == edition.number), ())
    reviews = known.of(edition.number)
    levels, refusals = [], []
    for level in workflow.BEFORE:
        try:
            giver = workflow.check_review(visit.person, level, edition, authors=authors, reviews=reviews)
        except HubError as error:
            refusals += [error.message] if LEVEL_DUTY[level] in visit.person.duties else []
        else:
            levels.append((level, known.name(giver) if giver else ""))
    why = refusals[0] if refusals else "您没有审核职责，可以查看和批注。"
    is_superior = visit.has(workflow.SUPERIOR) and any(level is not Level.FINAL for level, _ in levels)
    return Turn(tuple(levels), "" if levels else why, is_superior=is_superior)


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
