"""Submitting and reviewing: an edition is frozen, and four people decide on its digest."""

from hub.commands.act import Acting, Hub, act
from hub.core import checks, workflow
from hub.store import editions, engine, releases
from schemas.edition import Edition
from schemas.entry import EntryType
from schemas.errors import ErrorCode, HubError
from schemas.person import Duty, Person
from schemas.release import Release, ReleaseState, Role
from schemas.review import Decision, Level, Review
from schemas.words import word


def snapshot(release: Release, number: int) -> Edition:
    """The edition that the release would be now. Raises HubError(INVALID) when there is no policy text yet."""
    if not release.documents or release.documents[0].role is not Role.POLICY:
        raise HubError(ErrorCode.INVALID, detail="还没有政策文件正文")
    return Edition(release=release.id, number=number, metadata=release.metadata, documents=release.documents)


async def submit(hub: Hub, person: Person, release: int, *, version: int | None = None) -> Edition:
    """Freeze the release into its next edition and send it to review. Earlier approvals do not count for it.

    Raises HubError: STATE unless it is a draft, BLOCKED when a check stops it.
    """
    workflow.require(person, Duty.EDITOR)
    async with act(hub, person) as acting:
        before = await acting.release(release, version=version)
        _expect(before, ReleaseState.DRAFT, advice="请先修改内容，或等待审核结果。")
        edition = snapshot(before, await editions.newest_number(acting.connection, release) + 1)
        stopping = checks.blocking(edition)
        if stopping:
            raise HubError(
                ErrorCode.BLOCKED,
                findings="".join(f.message for f in stopping),
                fields={f.place: f.message for f in stopping},
            )
        await editions.freeze(acting.connection, edition, before.authors)
        await releases.change(acting.connection, before, state=ReleaseState.IN_REVIEW, edition=edition.number)
        _log(acting, EntryType.RELEASE_SUBMITTED, before, edition)
    return edition


async def review(
    hub: Hub,
    person: Person,
    release: int,
    level: Level,
    decision: Decision,
    *,
    note: str = "",
    edition: int | None = None,
) -> Release:
    """Decide on the newest edition. The last approval makes the release ready to publish; a return makes it a draft.

    `edition` is the number that the person has read; another one by now raises HubError(CONFLICT).
    Raises HubError: FORBIDDEN, OWN_WORK, SECOND_LEVEL, REVIEWED_ALREADY, OUT_OF_ORDER, STATE.
    """
    async with act(hub, person) as acting:
        before = await acting.release(release)
        _expect(before, ReleaseState.IN_REVIEW, advice="只有审核中的版本可以审核。")
        frozen = await newest(acting, before)
        if edition not in {None, frozen.number}:
            raise HubError(ErrorCode.CONFLICT)
        authors = await editions.authors(acting.connection, release, frozen.number)
        done = await editions.reviews(acting.connection, release, frozen.number)
        workflow.check_review(person, level, frozen, authors=authors, reviews=done)
        made = Review(
            release=release,
            edition=frozen.number,
            digest=frozen.digest,
            level=level,
            decision=decision,
            reviewer=person.id,
            note=note,
            at=await engine.now(acting.connection),
        )
        await editions.add_review(acting.connection, made)
        _log(acting, EntryType.RELEASE_REVIEWED, before, frozen, level=level, decision=decision)
        await _conclude(acting, before, frozen, (*done, made))
        return await acting.release(release)


async def newest(acting: Acting, release: Release) -> Edition:
    """The release's newest edition. Raises HubError(STATE) when it was never submitted."""
    edition = await editions.find(acting.connection, release.id, release.edition or 0)
    if edition is None:
        raise HubError(ErrorCode.STATE, state=word(release.state), advice="请先提交审核。")
    return edition


async def _conclude(acting: Acting, before: Release, edition: Edition, reviews: tuple[Review, ...]) -> None:
    if reviews[-1].decision is Decision.RETURN:
        await releases.change(acting.connection, before, state=ReleaseState.DRAFT)
    elif not workflow.missing(edition, reviews):
        await releases.change(acting.connection, before, state=ReleaseState.APPROVED)
        _log(acting, EntryType.RELEASE_APPROVED, before, edition)


def _expect(release: Release, state: ReleaseState, *, advice: str) -> None:
    if release.state is not state:
        raise HubError(ErrorCode.STATE, state=word(release.state), advice=advice)


def _log(acting: Acting, kind: EntryType, release: Release, edition: Edition, **data: str) -> None:
    acting.log(kind, release, edition=edition.number, digest=edition.digest, data=data)
