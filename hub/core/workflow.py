"""Who may do what to a release, and when. Every door to a channel asks `refusal`: command, schedule and worker."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from hub.core import checks
from schemas.edition import Edition
from schemas.errors import ErrorCode, HubError
from schemas.person import LEVEL_DUTY, Duty, Person
from schemas.release import Disclosure, Metadata, Secrecy
from schemas.review import Decision, Level, Review
from schemas.rulebook import USUAL, Rulebook
from schemas.words import word

#: What must have been approved before a level is asked. Secrecy may come at any time before the final word.
BEFORE: dict[Level, tuple[Level, ...]] = {
    Level.FIRST: (),
    Level.SECRECY: (),
    Level.SECOND: (Level.FIRST,),
    Level.FINAL: (Level.FIRST, Level.SECOND, Level.SECRECY),
}
#: Who decides where a reviewer would not: besides the level's own people, whoever signs.
SUPERIOR = Duty.SIGNER
#: These say why: somebody else must act on it.
REASONED = frozenset({Decision.RETURN, Decision.ESCALATE})


def require(person: Person, *duties: Duty) -> None:
    """Raise HubError(FORBIDDEN) unless the person carries one of the duties and is not disabled."""
    if person.disabled_at or not person.duties.intersection(duties):
        if person.barred.intersection(duties):
            raise HubError(ErrorCode.ISSUED_BY_OTHERS, duty="”或“".join(map(word, duties)))
        raise HubError(ErrorCode.FORBIDDEN, duty="”或“".join(map(word, duties)))


def levels(edition: Edition) -> tuple[Level, ...]:
    """The levels that must approve this edition: all, or those that its fast lane (应急发布) asks."""
    return edition.chain or tuple(BEFORE)


def approvals(edition: Edition, reviews: Iterable[Review]) -> dict[Level, Review]:
    """Return level → its approval, counting only those that name this edition's digest."""
    return {r.level: r for r in reviews if r.digest == edition.digest and r.decision is Decision.APPROVE}


def missing(edition: Edition, reviews: Iterable[Review]) -> tuple[Level, ...]:
    """The levels that have not approved this edition, in their order."""
    done = approvals(edition, reviews)
    return tuple(level for level in levels(edition) if level not in done)


def escalated(edition: Edition, reviews: Iterable[Review]) -> dict[Level, frozenset[str]]:
    """Return level → everyone behind an escalation of it in this edition: none of them decides on it any more."""
    found: dict[Level, frozenset[str]] = defaultdict(frozenset)
    for one in reviews:
        if one.digest == edition.digest and one.decision is Decision.ESCALATE:
            found[one.level] |= one.people
    return dict(found)


def check_review(
    person: Person, level: Level, edition: Edition, *, authors: Iterable[str], reviews: Iterable[Review]
) -> str | None:
    """Raise HubError unless this person may decide on this level of this edition now.

    Return in whose stead: None for a duty of one's own, else who has lent it. The author cannot review, nobody is
    behind two levels, who escalated a level does not decide on it, and the order of levels is kept (三审制度;
    国办发〔2018〕123号 先审后发). Where a duty is lent, all of this holds for both persons.
    """
    authors, reviews = frozenset(authors), tuple(reviews)
    wanted = _duties(level, edition, reviews)
    require(person, *wanted)
    first: HubError | None = None
    for giver in steads(person, wanted):
        objection = _objection({person.id, giver or person.id}, level, edition, authors, reviews)
        if objection is None:
            return giver
        first = first or objection
    assert first is not None  # noqa: S101 - whoever carries a duty carries it for somebody
    raise first


def check_reason(decision: Decision, note: str) -> None:
    """Raise HubError(INVALID) where somebody else must act on a decision that does not say why."""
    if decision in REASONED and not note.strip():
        detail = f"请写明{word(decision)}的理由"
        raise HubError(ErrorCode.INVALID, detail=detail, fields={"note": detail})


def open_levels(
    person: Person, edition: Edition, *, authors: Iterable[str], reviews: Iterable[Review]
) -> tuple[Level, ...]:
    """The levels of this edition that wait for this person now, in their order."""
    authors, reviews = tuple(authors), tuple(reviews)

    def may(level: Level) -> bool:
        try:
            check_review(person, level, edition, authors=authors, reviews=reviews)
        except HubError:
            return False
        return True

    return tuple(level for level in levels(edition) if may(level))


def refusal(
    edition: Edition, *, authors: Iterable[str], reviews: Iterable[Review], rules: Rulebook = USUAL
) -> HubError | None:
    """Return why this edition must not reach any channel, or None. The last gate, asked again before each commit."""
    return _unfit(edition, rules) or unapproved(edition, authors=authors, reviews=reviews)


def unapproved(edition: Edition, *, authors: Iterable[str], reviews: Iterable[Review]) -> HubError | None:
    """Return why nobody may see this edition, or None: what it says of itself, and who approved it.

    The checks are not asked. An edition that is public already keeps its marks to come, such as 已废止, although the
    checks have become sharper since.
    """
    return closed(edition.metadata) or _unreviewed(edition, frozenset(authors), tuple(reviews))


def steads(person: Person, wanted: tuple[Duty, ...]) -> Iterator[str | None]:
    """In whose stead the person could decide, their own duties before lent ones."""
    if person.own_duties.intersection(wanted):
        yield None
    for duty in wanted:
        yield from person.givers(duty)


def closed(metadata: Metadata) -> HubError | None:
    """Why a text of this 公开属性 and this mark is shown to no channel at all, not even to be previewed."""
    if metadata.secrecy is not Secrecy.NONE:
        return HubError(ErrorCode.CLASSIFIED, mark=word(metadata.secrecy))
    if metadata.disclosure is not Disclosure.OPEN:
        return HubError(ErrorCode.NOT_OPEN, disclosure=word(metadata.disclosure))
    return None


def _duties(level: Level, edition: Edition, reviews: tuple[Review, ...]) -> tuple[Duty, ...]:
    """The duties that may decide on the level, its own first."""
    own = LEVEL_DUTY[level]
    return (own, SUPERIOR) if level in escalated(edition, reviews) and own is not SUPERIOR else (own,)


def _objection(
    people: set[str], level: Level, edition: Edition, authors: frozenset[str], reviews: tuple[Review, ...]
) -> HubError | None:
    if people & authors:
        return HubError(ErrorCode.OWN_WORK)
    done = approvals(edition, reviews)
    if level in done:
        return HubError(ErrorCode.REVIEWED_ALREADY, level=word(level))
    if people & _people(done):
        return HubError(ErrorCode.SECOND_LEVEL)
    if people & escalated(edition, reviews).get(level, frozenset()):
        return HubError(ErrorCode.ESCALATED, level=word(level))
    return _untimely(level, edition, done)


def _untimely(level: Level, edition: Edition, done: Mapping[Level, Review]) -> HubError | None:
    """Why the level is not asked now: not at all before publication, or only after others."""
    if level not in levels(edition):
        return HubError(ErrorCode.COUNTERSIGNED_LATER, level=word(level))
    for earlier in BEFORE[level]:
        if earlier in levels(edition) and earlier not in done:
            return HubError(ErrorCode.OUT_OF_ORDER, level=word(level), before=word(earlier))
    return None


def _people(done: Mapping[Level, Review]) -> frozenset[str]:
    return frozenset().union(*(one.people for one in done.values()))


def _unfit(edition: Edition, rules: Rulebook) -> HubError | None:
    if refused := closed(edition.metadata):
        return refused
    stopping = checks.blocking(edition, rules)
    return HubError(ErrorCode.BLOCKED, findings="".join(f.message for f in stopping)) if stopping else None


def _unreviewed(edition: Edition, authors: frozenset[str], reviews: tuple[Review, ...]) -> HubError | None:
    done = approvals(edition, reviews)
    lacking = [word(level) for level in levels(edition) if level not in done]
    if lacking:
        return HubError(ErrorCode.NOT_REVIEWED, levels="、".join(lacking))
    if len(_people(done)) < sum(len(one.people) for one in done.values()):
        return HubError(ErrorCode.SECOND_LEVEL)
    for level, people in escalated(edition, reviews).items():
        if people & done[level].people:
            return HubError(ErrorCode.ESCALATED, level=word(level))
    return HubError(ErrorCode.OWN_WORK) if authors & _people(done) else None
