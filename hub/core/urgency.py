"""应急发布, the fast lane: what may ask for it, which levels it is spared, and who must countersign by when. Pure.

Law 2 stays: nothing is public before the last approval of its chain, and nobody approves their own work. A shorter
chain is part of the edition, so it is what the approvals of that edition bind to.
"""

from collections.abc import Iterable
from datetime import datetime

from hub.core import deadlines, workflow
from hub.core.deadlines import Calendar, Deadline
from schemas import text
from schemas.entry import BEIJING
from schemas.errors import ErrorCode, HubError
from schemas.person import LEVEL_DUTY, Person
from schemas.release import Metadata
from schemas.review import Level, Review
from schemas.rulebook import Rulebook
from schemas.urgency import Countersign, Urgency, Verdict
from schemas.words import word

#: These say why: somebody else must act on it.
REASONED = frozenset({Verdict.CORRECT, Verdict.WITHDRAW})


def admits(metadata: Metadata, rules: Rulebook) -> bool:
    """Whether the kind of document may go the fast lane at all."""
    return metadata.kind in rules.urgent_kinds


def reason(metadata: Metadata, given: str, rules: Rulebook) -> str:
    """The reason as it is kept. Raises HubError: NOT_URGENT for a kind that may not, INVALID for one too short."""
    if not admits(metadata, rules):
        may = "、".join(map(word, rules.urgent_kinds)) or "没有一类"
        raise HubError(ErrorCode.NOT_URGENT, detail=f"类别“{word(metadata.kind)}”不在可以应急发布之列（{may}）")
    said = text.one_line(given)
    if len(said) < rules.urgent_reason:
        detail = f"应急发布的理由至少写 {rules.urgent_reason} 个字，说明何事紧急、为何不能等通常程序"
        raise HubError(ErrorCode.INVALID, detail=detail, fields={"urgent": detail})
    return said


def owing(urgency: Urgency, signs: Iterable[Countersign]) -> tuple[Level, ...]:
    """The levels that have still to countersign. None before it is published: then there is nothing to sign for."""
    done = {one.level for one in signs}
    return tuple(level for level in urgency.skipped if level not in done) if urgency.published_at else ()


def due(published_at: datetime, now: datetime, calendar: Calendar, days: int) -> Deadline:
    """By when it must be countersigned, as seen now."""
    start, today = (at.astimezone(BEIJING).date() for at in (published_at, now))
    return deadlines.within(start, days, today, calendar).model_copy(update={"act": "补签"})


def check_countersign(
    person: Person,
    level: Level,
    urgency: Urgency,
    *,
    authors: Iterable[str],
    reviews: Iterable[Review],
    signs: Iterable[Countersign],
) -> str | None:
    """Raise HubError unless this person may countersign this level now.

    Return in whose stead: None for a duty of one's own, else who has lent it. As in a review, nobody signs for their
    own work and nobody is behind two levels of an edition, before or after its publication.
    """
    wanted = (LEVEL_DUTY[level],)
    workflow.require(person, *wanted)
    signs = tuple(signs)
    if urgency.published_at is None:
        raise HubError(ErrorCode.COUNTERSIGNED_LATER, level=word(level))
    if level not in owing(urgency, signs):
        raise HubError(ErrorCode.REVIEWED_ALREADY, level=word(level))
    authors = frozenset(authors)
    behind = frozenset[str]().union(*(one.people for one in reviews), *(one.people for one in signs))
    first: HubError | None = None
    for giver in workflow.steads(person, wanted):
        people = {person.id, giver or person.id}
        if not people & (authors | behind):
            return giver
        first = first or HubError(ErrorCode.OWN_WORK if people & authors else ErrorCode.SECOND_LEVEL)
    assert first is not None  # noqa: S101 - whoever carries a duty carries it for somebody
    raise first


def check_note(verdict: Verdict, note: str) -> None:
    """Raise HubError(INVALID) for an objection that does not say why."""
    if verdict in REASONED and not note.strip():
        detail = "有异议的，请写明理由"
        raise HubError(ErrorCode.INVALID, detail=detail, fields={"note": detail})
