"""After the publication: one person proposes to withdraw, repeal, amend, expire or extend; another one confirms.

Nothing is public before the second person. What two people or the reviews of another document have approved, time
carries out (`workers.days`). What was once public stays true: the official time
and every sighting are left alone.
"""

from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from hub import holding
from hub.commands.act import Acting, Hub, act
from hub.commands.outlook import outlook
from hub.core import relations
from hub.core import standing as rules
from hub.store import delegations, editions, engine, releases, standings
from hub.store import relations as said
from schemas import text
from schemas.entry import BEIJING, Act, EntryType
from schemas.errors import ErrorCode, HubError
from schemas.person import Person
from schemas.release import Release
from schemas.standing import Proposal, Ruling, Standing, Successor
from schemas.words import word

__all__ = ["confirm", "decline", "history", "outlook", "proposals", "propose"]

MAX_NOTE = 500


async def propose(hub: Hub, person: Person, release: int, proposal: Proposal) -> Standing:
    """Propose what should hold of a release. Durable on return; nothing changes until somebody else confirms it.

    Raises HubError: FORBIDDEN, NOT_FOUND, INVALID for dates or a successor that cannot be meant, STATE for a release
    that was never public, whose standing admits no such next one, or for which the same waits already.
    """
    rules.check_proposer(person)
    async with act(hub, person) as acting:
        rules.check_proposer(await acting.within(await acting.release(release)))
        return await put(acting, hub, release, proposal)


async def put(acting: Acting, hub: Hub, release: int, proposal: Proposal) -> Standing:
    """Propose inside an act whose person may do so, as `propose` does."""
    before = await acting.release(release)
    now = await engine.now(acting.connection)
    await _check(acting, hub, before, proposal, now)
    for one in await standings.of_release(acting.connection, release):
        if one.is_open and one.kind is proposal.kind:
            # Never put in its place: what the second person has read is what they confirm.
            waits = f"“{word(one.kind)}”的提议（编号 {one.id}）已在等待确认，没有另行登记。"
            raise HubError(ErrorCode.STATE, state="待确认", advice=f"{waits}内容要改的，先收回那一项，再重新提议。")
    whole = proposal.model_copy(update={"successor": await _successor(acting.connection, release, proposal)})
    since = proposal.effective_on or _day(now)
    made = await standings.add(acting.connection, release, whole, effective_on=since, by=acting.person.id, at=now)
    _log(acting, EntryType.STANDING_PROPOSED, made)
    return made


async def confirm(hub: Hub, person: Person, standing: int, *, note: str = "") -> Standing:
    """Let a proposal hold. In one transaction: the ruling, its log entry, and the deliveries that tell every channel.

    What has not left is called off; what has left is awaited, because nothing overtakes (law 9). A withdrawal voids
    every edition frozen so far. The official time never moves. Running it twice raises STATE.

    Raises HubError: FORBIDDEN, NOT_FOUND, OWN_PROPOSAL, STATE, INVALID.
    """
    async with act(hub, person) as acting:
        before, proposal = await _locked(acting, standing)
        giver = await _giver(acting, person, proposal, confirms=True)
        now = await engine.now(acting.connection)
        there = await _check(acting, hub, before, proposal, now)
        edition = await editions.newest_number(acting.connection, before.id)
        current = await standings.current(acting.connection, before.id)
        ties = relations.with_successor(current.ties if current else (), proposal)
        made = await standings.rule(
            acting.connection,
            proposal,
            Ruling.CONFIRM,
            by=person.id,
            on_behalf_of=giver,
            note=_note(note),
            at=now,
            edition=edition,
            ties=ties,
            until=relations.until(current, proposal),
        )
        # The log tells first that it is confirmed, then what follows from it.
        _log(acting, EntryType.STANDING_CONFIRMED, made, edition=edition)
        held = await holding.hold(acting.connection, hub.channels, there, made, who=person.id, now=now)
        acting.acts += held.acts
        acting.rings |= held.rings
        # The page of what stands in its place says so too: an act of time sees to it (`workers.days`).
        await said.of_standing(acting.connection, made, relations.of_kind(made), due_on=_day(now))
    return made


async def decline(hub: Hub, person: Person, standing: int, *, note: str) -> Standing:
    """Turn a proposal down, or take one's own back. Raises HubError: FORBIDDEN, NOT_FOUND, STATE, INVALID."""
    if not text.one_line(note):
        raise HubError(ErrorCode.INVALID, detail="请写明不予确认的理由", fields={"note": "必填"})
    async with act(hub, person) as acting:
        _, proposal = await _locked(acting, standing)
        giver = await _giver(acting, person, proposal, confirms=False)
        now = await engine.now(acting.connection)
        made = await standings.rule(
            acting.connection, proposal, Ruling.DECLINE, by=person.id, on_behalf_of=giver, note=_note(note), at=now
        )
        _log(acting, EntryType.STANDING_DECLINED, made)
    return made


async def proposals(connection: AsyncConnection, *, release: int | None = None) -> list[Standing]:
    """What waits for a second person, oldest first: of one release, or of all."""
    if release is None:
        return await standings.waiting(connection)
    return [one for one in await standings.of_release(connection, release) if one.is_open]


async def history(connection: AsyncConnection, release: int) -> list[Standing]:
    """Everything that was proposed for the release, oldest first, with what became of it."""
    return await standings.of_release(connection, release)


async def _giver(acting: Acting, person: Person, proposal: Standing, *, confirms: bool) -> str | None:
    """In whose stead the person decides, asked again under a lock where a duty is lent."""
    now = await delegations.effective(acting.connection, person, lock=True) if person.lent else person
    return rules.check_ruling(now, proposal, confirms=confirms)


async def _locked(acting: Acting, standing: int) -> tuple[Release, Standing]:
    """The release, locked, and the proposal as it is under that lock."""
    found = await standings.find(acting.connection, standing)
    if found is None:
        raise HubError(ErrorCode.NOT_FOUND, what=f"编号为 {standing} 的提议")
    release = await acting.release(found.release)
    return release, (await standings.some(acting.connection, [standing]))[standing]


async def _check(
    acting: Acting, hub: Hub, release: Release, proposal: Proposal | Standing, now: datetime
) -> holding.Place:
    """The release with its deliveries, locked, if this may be said of it now."""
    current = await standings.current(acting.connection, release.id)
    there = await holding.place(acting.connection, hub.channels, release)
    rules.check(release, current, proposal, public=there.public, today=_day(now))
    return there


async def _successor(connection: AsyncConnection, release: int, proposal: Proposal) -> Successor | None:
    """The successor with its title. One of ours must be public itself: the page will send readers there."""
    wanted = proposal.successor
    if wanted is None or wanted.release is None:
        return wanted
    found = await releases.find(connection, wanted.release) if wanted.release != release else None
    if found is None or found.official_at is None:
        detail = "替代文件应是另一份已正式发布的文件"
        raise HubError(ErrorCode.INVALID, detail=detail, fields={"successor": detail})
    return wanted.model_copy(update={"title": found.metadata.title})


def _log(acting: Acting, kind: EntryType, made: Standing, *, edition: int | None = None) -> None:
    data: dict[str, object] = {"standing": made.id, "kind": made.kind, "sha256": made.sha256}
    if made.ruling:
        data["for"] = made.on_behalf_of
    acting.acts.append(
        Act(type=kind, who=acting.person.id, release=made.release, edition=edition, data=data),
    )


def _day(now: datetime) -> date:
    return now.astimezone(BEIJING).date()


def _note(note: str) -> str:
    return text.one_line(note)[:MAX_NOTE]
