"""Submitting and reviewing: an edition is frozen, and four people decide on its digest."""

from hub.commands import hurrying, knowing, numbering, redacting
from hub.commands.act import Acting, Hub, act
from hub.core import checks, urgency, workflow
from hub.store import comments, delegations, editions, engine, releases
from schemas.edition import Edition
from schemas.entry import EntryType
from schemas.errors import ErrorCode, HubError
from schemas.person import Duty, Person
from schemas.release import Release, ReleaseState, Role
from schemas.review import Chain, Decision, Level, Review
from schemas.words import word


def snapshot(release: Release, number: int, chain: Chain = ()) -> Edition:
    """The edition that the release would be now. Raises HubError(INVALID) when there is no policy text yet.

    `chain` is of a fast lane; empty is the usual one.
    """
    if not release.documents or release.documents[0].role is not Role.POLICY:
        raise HubError(ErrorCode.INVALID, detail="还没有政策文件正文")
    return Edition(
        release=release.id, number=number, metadata=release.metadata, documents=release.documents, chain=chain
    )


async def submit(
    hub: Hub, person: Person, release: int, *, version: int | None = None, urgent: str | None = None
) -> Edition:
    """Freeze the release into its next edition and send it to review. Earlier approvals do not count for it.

    `urgent` is why it must go the fast lane (应急发布): fewer levels are asked, and the others countersign after its
    publication. Every check that stops others stops it too. Raises HubError: STATE unless it is a draft, BLOCKED when
    a check stops it, LEAKS for a public version that says what was taken out of it, NOT_URGENT for a kind that may not
    hurry, INVALID for a reason that says too little.
    """
    workflow.require(person, Duty.EDITOR)
    seen = await _look(hub, release)
    warned = () if urgent is None else await hurrying.warned(hub, seen)
    async with act(hub, person) as acting:
        before = await acting.release(release, version=version)
        workflow.require(await acting.within(before), Duty.EDITOR)
        _expect(before, ReleaseState.DRAFT, advice="请先修改内容，或等待审核结果。")
        before = await numbering.at_submission(acting, before)
        reason = None if urgent is None else urgency.reason(before.metadata, urgent, hub.rules)
        chain = () if reason is None else hub.rules.urgent_levels
        edition = snapshot(before, await editions.newest_number(acting.connection, release) + 1, chain)
        known = await knowing.known(acting.connection, edition)
        stopping = checks.entering(edition, hub.rules, known)
        if stopping:
            raise HubError(
                ErrorCode.BLOCKED,
                findings="".join(f.message for f in stopping),
                fields={f.place: f.message for f in stopping},
            )
        # Whoever edits a public version (区分处理) may write in again what was taken out of it.
        await redacting.check(acting.connection, edition)
        await numbering.take(acting, edition)
        await editions.freeze(acting.connection, edition, before.authors)
        await releases.change(acting.connection, before, state=ReleaseState.IN_REVIEW, edition=edition.number)
        told = {} if reason is None else await hurrying.keep(acting, hub, edition, known, reason, warned)
        _log(acting, EntryType.RELEASE_SUBMITTED, before, edition, **told)
    # Copies are made of it while people read (`workers.ahead`).
    await hub.bell.tell()
    return edition


async def _look(hub: Hub, release: int) -> Release | None:
    """Look into the files before anything is locked: what is in them takes a child process seconds to say."""
    async with hub.engine.connect() as connection:
        found = await releases.find(connection, release)
    await knowing.look(hub, found.documents if found else ())
    return found


async def review(
    hub: Hub,
    person: Person,
    release: int,
    level: Level,
    decision: Decision,
    *,
    note: str = "",
    edition: int | None = None,
    digest: str | None = None,
) -> Release:
    """Decide on the newest edition. The last approval makes it ready to publish; a return makes it a draft again.

    An escalation leaves the level open, for somebody else with its duty or a signer. `edition` and `digest` are what
    the person has read; another one by now raises HubError(NEWER_EDITION). Raises HubError: FORBIDDEN, OWN_WORK,
    SECOND_LEVEL, REVIEWED_ALREADY, ESCALATED, OUT_OF_ORDER, STATE, INVALID without the reason that others need.
    """
    workflow.check_reason(decision, note)
    async with act(hub, person) as acting:
        before = await acting.release(release)
        _expect(before, ReleaseState.IN_REVIEW, advice="只有审核中的版本可以审核。")
        frozen = await newest(acting, before)
        _expect_read(frozen, edition, digest)
        done = await editions.reviews(acting.connection, release, frozen.number)
        giver = await _stead(acting, before, level, frozen, done)
        made = Review(
            release=release,
            edition=frozen.number,
            digest=frozen.digest,
            level=level,
            decision=decision,
            reviewer=person.id,
            note=note,
            at=await engine.now(acting.connection),
            on_behalf_of=giver,
        )
        await editions.add_review(acting.connection, made)
        _log(acting, EntryType.RELEASE_REVIEWED, before, frozen, **await _told(acting, made))
        await _conclude(acting, before, frozen, (*done, made))
        return await acting.release(release)


async def newest(acting: Acting, release: Release) -> Edition:
    """The release's newest edition. Raises HubError(STATE) when it was never submitted."""
    edition = await editions.find(acting.connection, release.id, release.edition or 0)
    if edition is None:
        raise unsubmitted(release)
    return edition


def unsubmitted(release: Release) -> HubError:
    """What is said to who asks for the edition of a release that was never submitted."""
    return HubError(ErrorCode.STATE, state=word(release.state), advice="请先提交审核。")


async def _stead(
    acting: Acting, release: Release, level: Level, frozen: Edition, done: tuple[Review, ...]
) -> str | None:
    """In whose stead the person decides, None for a duty of their own. What was lent is asked again, and held."""
    person = acting.person
    if person.lent:
        person = await delegations.effective(acting.connection, person, lock=True)
    person = await acting.within(release, person)
    authors = await editions.authors(acting.connection, frozen.release, frozen.number)
    return workflow.check_review(person, level, frozen, authors=authors, reviews=done)


async def _told(acting: Acting, made: Review) -> dict[str, str | int | None]:
    """What the log says of a decision: for whom it was made, and with how many comments a text goes back."""
    told: dict[str, str | int | None] = {"level": made.level, "decision": made.decision, "for": made.on_behalf_of}
    if made.decision is Decision.RETURN:
        told["comments"] = await comments.count(acting.connection, made.release, edition=made.edition)
    return told


async def _conclude(acting: Acting, before: Release, edition: Edition, reviews: tuple[Review, ...]) -> None:
    if reviews[-1].decision is Decision.RETURN:
        await releases.change(acting.connection, before, state=ReleaseState.DRAFT)
    elif not workflow.missing(edition, reviews):
        await releases.change(acting.connection, before, state=ReleaseState.APPROVED)
        _log(acting, EntryType.RELEASE_APPROVED, before, edition)


def _expect_read(newest: Edition, edition: int | None, digest: str | None) -> None:
    if edition not in {None, newest.number} or digest not in {None, newest.digest}:
        raise HubError(ErrorCode.NEWER_EDITION, read=edition or "？", edition=newest.number)


def _expect(release: Release, state: ReleaseState, *, advice: str) -> None:
    if release.state is not state:
        raise HubError(ErrorCode.STATE, state=word(release.state), advice=advice)


def _log(acting: Acting, kind: EntryType, release: Release, edition: Edition, **data: str | int | None) -> None:
    acting.log(kind, release, edition=edition.number, digest=edition.digest, data=data)
