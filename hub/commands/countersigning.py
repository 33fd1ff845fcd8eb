"""补签: the levels that an urgent edition was spared say their word once it is published. Nothing waits for it.

Whoever objects asks for a correction or proposes the withdrawal, which a signer confirms as always.
"""

from hub.commands import standing
from hub.commands.act import Acting, Hub, act
from hub.core import urgency as rules
from hub.core import workflow
from hub.store import delegations, deliveries, editions, engine, standings, urgencies
from hub.store.urgencies import Kept
from schemas import text
from schemas.edition import Edition
from schemas.entry import EntryType
from schemas.errors import ErrorCode, HubError
from schemas.person import LEVEL_DUTY, Person
from schemas.release import Release, ReleaseState
from schemas.review import Level
from schemas.standing import Proposal, StandingKind
from schemas.urgency import Countersign, Verdict
from schemas.words import word

MAX_NOTE = 500


async def countersign(
    hub: Hub,
    person: Person,
    release: int,
    level: Level,
    verdict: Verdict,
    *,
    edition: int,
    digest: str | None = None,
    note: str = "",
) -> Countersign:
    """Say a skipped level's word on an edition. Durable on return; saying it twice raises REVIEWED_ALREADY.

    WITHDRAW proposes the withdrawal in the same transaction, unless one waits already; the note is its public reason.
    CORRECT lays it on its authors' desks until another edition is submitted. `digest` is of what the person has read.
    Raises HubError: FORBIDDEN, NOT_FOUND for an edition that went the usual way, COUNTERSIGNED_LATER before its
    publication, REVIEWED_ALREADY, OWN_WORK, SECOND_LEVEL, NEWER_EDITION, INVALID without the reason that others need,
    STATE for a withdrawal of what is not public.
    """
    workflow.require(person, LEVEL_DUTY[level])
    rules.check_note(verdict, note)
    async with act(hub, person) as acting:
        before = await acting.release(release)
        frozen, kept = await _hurried(acting, release, edition)
        _refuse_another(frozen, digest, read=edition)
        stead = await _stead(acting, before, level, kept)
        made = Countersign(
            release=release,
            edition=edition,
            digest=frozen.digest,
            level=level,
            verdict=verdict,
            signer=person.id,
            note=text.one_line(note)[:MAX_NOTE],
            at=await engine.now(acting.connection),
            on_behalf_of=stead,
        )
        await _sign(acting, hub, before, made)
    return made


async def _sign(acting: Acting, hub: Hub, before: Release, made: Countersign) -> None:
    await urgencies.sign(acting.connection, made)
    proposed = await _propose(acting, hub, made) if made.verdict is Verdict.WITHDRAW else None
    _log(acting, before, made, proposed)


def _refuse_another(frozen: Edition, digest: str | None, *, read: int) -> None:
    if digest not in {None, frozen.digest}:
        raise HubError(ErrorCode.NEWER_EDITION, read=read, edition=frozen.number)


async def _hurried(acting: Acting, release: int, number: int) -> tuple[Edition, Kept]:
    kept = await urgencies.find(acting.connection, release, number)
    frozen = await editions.find(acting.connection, release, number)
    if kept is None or frozen is None:
        raise HubError(ErrorCode.NOT_FOUND, what=f"应急发布的第 {number} 版")
    return frozen, kept


async def _stead(acting: Acting, release: Release, level: Level, kept: Kept) -> str | None:
    """In whose stead the person signs, None for a duty of their own. What was lent is asked again, and held."""
    person, of = acting.person, kept.urgency
    if person.lent:
        person = await delegations.effective(acting.connection, person, lock=True)
    person = await acting.within(release, person)
    # Whoever has written in a later correction by now takes no part in judging what it corrects.
    authors = {*await editions.authors(acting.connection, of.release, of.edition), *release.authors}
    reviews = await editions.reviews(acting.connection, of.release, of.edition)
    return rules.check_countersign(person, level, of, authors=authors, reviews=reviews, signs=kept.signs)


async def _propose(acting: Acting, hub: Hub, made: Countersign) -> int:
    """The number of the withdrawal that waits for a signer now."""
    for one in await standings.of_release(acting.connection, made.release):
        if one.is_open and one.kind is StandingKind.WITHDRAWN:
            return one.id
    sent = await deliveries.of_release(acting.connection, made.release)
    if not any(one.intended_at or one.accepted_at for one in sent):
        advice = "还没有在任何渠道公开：请告知发布员取消投递，或在公开以后再提议撤回。"
        raise HubError(ErrorCode.STATE, state=word(ReleaseState.PUBLISHING), advice=advice)
    proposal = Proposal(kind=StandingKind.WITHDRAWN, reason=made.note)
    return (await standing.put(acting, hub, made.release, proposal)).id


def _log(acting: Acting, release: Release, made: Countersign, proposed: int | None) -> None:
    data: dict[str, object] = {"level": made.level, "verdict": made.verdict, "for": made.on_behalf_of}
    if proposed is not None:
        data["standing"] = proposed
    acting.log(EntryType.RELEASE_COUNTERSIGNED, release, edition=made.edition, digest=made.digest, data=data)
