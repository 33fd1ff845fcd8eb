"""After the publication: one person proposes to withdraw, repeal, amend, expire or extend; another one confirms.

Nothing is automatic and nothing is public before the second person. What was once public stays true: the official time
and every sighting are left alone.
"""

from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from channels.contract import Channel, Handed
from hub.commands.act import Acting, Hub, act
from hub.commands.outlook import ability, keeping, outlook
from hub.core import journal
from hub.core import standing as rules
from hub.core.delivery import decide
from hub.store import delegations, deliveries, editions, engine, releases, standings
from schemas import delivery as events
from schemas import text
from schemas.delivery import MOVING, Action, Delivery, DeliveryState, Event
from schemas.entry import BEIJING, Act, EntryType
from schemas.errors import ErrorCode, HubError
from schemas.person import Person
from schemas.release import Release, ReleaseState
from schemas.standing import Can, Proposal, Ruling, Standing, StandingKind, Successor
from schemas.words import word

__all__ = ["ability", "confirm", "decline", "history", "outlook", "proposals", "propose"]

MAX_NOTE = 500
#: These wait for a person, and nobody looks at them any more.
STOPPED = frozenset({DeliveryState.HELD, DeliveryState.FAILED})


async def propose(hub: Hub, person: Person, release: int, proposal: Proposal) -> Standing:
    """Propose what should hold of a release. Durable on return; nothing changes until somebody else confirms it.

    Raises HubError: FORBIDDEN, NOT_FOUND, INVALID for dates or a successor that cannot be meant, STATE for a release
    that was never public, whose standing admits no such next one, or for which the same waits already.
    """
    rules.check_proposer(person)
    async with act(hub, person) as acting:
        before = await acting.release(release)
        now = await engine.now(acting.connection)
        await _check(acting, hub, before, proposal, now)
        for one in await standings.of_release(acting.connection, release):
            if one.is_open and one.kind is proposal.kind:
                raise HubError(ErrorCode.STATE, state="待确认", advice=f"已有一项“{word(one.kind)}”的提议，请先确认。")
        whole = proposal.model_copy(update={"successor": await _successor(acting.connection, release, proposal)})
        since = proposal.effective_on or _day(now)
        made = await standings.add(acting.connection, release, whole, effective_on=since, by=person.id, at=now)
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
        found, public = await _check(acting, hub, before, proposal, now)
        edition = await editions.newest_number(acting.connection, before.id)
        made = await standings.rule(
            acting.connection,
            proposal,
            Ruling.CONFIRM,
            by=person.id,
            on_behalf_of=giver,
            note=_note(note),
            at=now,
            edition=edition,
        )
        await _hold(acting, before, made)
        # The log tells first that it is confirmed, then what follows from it.
        _log(acting, EntryType.STANDING_CONFIRMED, made, edition=edition)
        called_off = await _call_off(acting, found, made, now)
        await _send(acting, hub, found, public, made, now)
        replanned = [rules.again(one, made, now=now) for one in called_off]
        await deliveries.add(acting.connection, [one for one in replanned if one])
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
) -> tuple[list[Delivery], dict[str, tuple[int, ...]]]:
    """The release's deliveries, locked, and where it is public, if this may be said of it now."""
    current = await standings.current(acting.connection, release.id)
    found = await deliveries.of_release(acting.connection, release.id, lock=True)
    public = rules.places(found, keeping(hub))
    rules.check(release, current, proposal, public=public, today=_day(now))
    return found, public


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


async def _hold(acting: Acting, before: Release, made: Standing) -> None:
    """Point the release at what holds now. What a withdrawal voids must be written and reviewed anew."""
    is_void = made.kind is StandingKind.WITHDRAWN and before.state in rules.VOIDED
    state = ReleaseState.DRAFT if is_void else before.state
    await releases.change(acting.connection, before, state=state, standing=made.id)


async def _call_off(acting: Acting, found: list[Delivery], made: Standing, now: datetime) -> list[Delivery]:
    """Take out of the queue what has not left. What was taken and never seen gives way to a withdrawal."""
    called_off = []
    for one in found:
        if rules.is_called_off(one, made.kind):
            await _change(acting, one, events.Cancelled(), made, now)
            called_off.append(one)
        elif made.kind is StandingKind.WITHDRAWN and one.receipt and one.state in STOPPED:
            await _change(acting, one, events.Withdrawn(), made, now)
    return called_off


async def _change(acting: Acting, before: Delivery, event: Event, made: Standing, now: datetime) -> None:
    after = decide(before, event, now=now, dice=0.0)
    await deliveries.save(acting.connection, before, after)
    acting.acts.append(journal.by_hand(before, after, who=acting.person.id, why=made.kind))


async def _send(
    acting: Acting,
    hub: Hub,
    found: list[Delivery],
    public: dict[str, tuple[int, ...]],
    made: Standing,
    now: datetime,
) -> None:
    able = {name for name, channel in hub.channels.items() if _carries(channel, made.kind)}
    digests = {one.edition: one.digest for one in found if one.action is Action.PUBLISH}
    planned = rules.follow(made, public, able, keeping(hub), digests=digests, at=now)
    await deliveries.add(acting.connection, planned)
    # What is on its way is looked at now: the new word waits behind it.
    await deliveries.hasten(acting.connection, [one.id for one in found if one.state in MOVING and one.intended_at])
    acting.rings.update(one.channel for one in planned)


def _carries(channel: Channel, kind: StandingKind) -> bool:
    """Whether the channel takes a delivery for it: the hub does it all, or makes it ready and a person carries it."""
    can = ability(channel, kind).can
    return can is Can.YES or (can is Can.BY_HAND and isinstance(channel, Handed))


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
