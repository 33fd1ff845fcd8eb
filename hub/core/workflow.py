"""Who may do what to a release, and when. Every door to a channel asks `refusal`: command, schedule and worker."""

from collections.abc import Iterable

from hub.core import checks
from schemas.edition import Edition
from schemas.errors import ErrorCode, HubError
from schemas.person import LEVEL_DUTY, Duty, Person
from schemas.release import Disclosure, Secrecy
from schemas.review import Decision, Level, Review
from schemas.words import word

#: What must have been approved before a level is asked. Secrecy may come at any time before the final word.
BEFORE: dict[Level, tuple[Level, ...]] = {
    Level.FIRST: (),
    Level.SECRECY: (),
    Level.SECOND: (Level.FIRST,),
    Level.FINAL: (Level.FIRST, Level.SECOND, Level.SECRECY),
}


def require(person: Person, *duties: Duty) -> None:
    """Raise HubError(FORBIDDEN) unless the person carries one of the duties and is not disabled."""
    if person.disabled_at or not person.duties.intersection(duties):
        raise HubError(ErrorCode.FORBIDDEN, duty="”或“".join(map(word, duties)))


def approvals(edition: Edition, reviews: Iterable[Review]) -> dict[Level, str]:
    """Return level → reviewer, counting only approvals that name this edition's digest."""
    return {r.level: r.reviewer for r in reviews if r.digest == edition.digest and r.decision is Decision.APPROVE}


def missing(edition: Edition, reviews: Iterable[Review]) -> tuple[Level, ...]:
    """The levels that have not approved this edition, in their order."""
    done = approvals(edition, reviews)
    return tuple(level for level in BEFORE if level not in done)


def check_review(
    person: Person, level: Level, edition: Edition, *, authors: Iterable[str], reviews: Iterable[Review]
) -> None:
    """Raise HubError unless this person may decide on this level of this edition now.

    The author cannot review, one person cannot hold two levels, and the order of levels is kept
    (三审制度; 国办发〔2018〕123号 先审后发).
    """
    require(person, LEVEL_DUTY[level])
    if person.id in set(authors):
        raise HubError(ErrorCode.OWN_WORK)
    done = approvals(edition, reviews)
    if level in done:
        raise HubError(ErrorCode.REVIEWED_ALREADY, level=word(level))
    if person.id in done.values():
        raise HubError(ErrorCode.SECOND_LEVEL)
    for earlier in BEFORE[level]:
        if earlier not in done:
            raise HubError(ErrorCode.OUT_OF_ORDER, level=word(level), before=word(earlier))


def refusal(edition: Edition, *, authors: Iterable[str], reviews: Iterable[Review]) -> HubError | None:
    """Return why this edition must not reach any channel, or None. The last gate, asked again before each commit."""
    return _unfit(edition) or _unreviewed(set(authors), approvals(edition, reviews))


def _unfit(edition: Edition) -> HubError | None:
    meta = edition.metadata
    if meta.secrecy is not Secrecy.NONE:
        return HubError(ErrorCode.CLASSIFIED, mark=word(meta.secrecy))
    if meta.disclosure is not Disclosure.OPEN:
        return HubError(ErrorCode.NOT_OPEN, disclosure=word(meta.disclosure))
    stopping = checks.blocking(edition)
    return HubError(ErrorCode.BLOCKED, findings="".join(f.message for f in stopping)) if stopping else None


def _unreviewed(authors: set[str], done: dict[Level, str]) -> HubError | None:
    lacking = [word(level) for level in BEFORE if level not in done]
    if lacking:
        return HubError(ErrorCode.NOT_REVIEWED, levels="、".join(lacking))
    if len(set(done.values())) < len(done):
        return HubError(ErrorCode.SECOND_LEVEL)
    return HubError(ErrorCode.OWN_WORK) if authors & set(done.values()) else None
