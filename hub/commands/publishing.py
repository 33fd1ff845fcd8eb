"""The button: an approved edition gets its deliveries, now or at a time, in one transaction with its log entry."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from hub.commands import reviewing, routing
from hub.commands.act import Acting, Hub, act
from hub.core import delivery as rules
from hub.core import journal, planning, workflow
from hub.store import deliveries, engine, filing, releases, standings, urgencies
from schemas import events
from schemas.delivery import FINAL, Action, Delivery, DeliveryState, Planned
from schemas.edition import Edition
from schemas.entry import EntryType, stamp
from schemas.errors import ErrorCode, HubError
from schemas.person import Duty, Person
from schemas.release import Release, ReleaseState
from schemas.rulebook import Rulebook
from schemas.standing import StandingKind


async def publish(
    hub: Hub,
    person: Person,
    release: int,
    *,
    channels: Sequence[str] | None = None,
    at: datetime | None = None,
    digest: str | None = None,
    choices: Mapping[str, str] | None = None,
    covers: Mapping[str, str] | None = None,
) -> Edition:
    """Publish the approved edition to the channels (all configured ones by default), now or at a time.

    Durable on return: edition, deliveries and log entry are one transaction; the workers are rung after it. Channels to
    which the edition goes already are left alone, and if there is no other, PUBLISHED_ALREADY says so: running it twice
    publishes once, and a channel can be added later. `digest` is of the edition that the person has confirmed; another
    one by now raises CHANGED. `choices` is channel → option, for channels that offer some; the usual one by default.
    `covers` is channel → the edition's picture that stands for it; by default the channel's own.

    Raises HubError: FORBIDDEN, NOT_OPEN, CLASSIFIED, BLOCKED, NOT_REVIEWED, OWN_WORK, EDITED_SINCE, TOO_LATE,
    NO_CHANNEL, PUBLISHED_ALREADY, WITHDRAWN, INVALID for an option or a picture that a channel does not take.
    """
    workflow.require(person, Duty.PUBLISHER)
    wanted = routing.known(hub, channels)
    chosen = routing.chosen(hub, wanted, choices or {})
    await routing.covered(hub, release, wanted, covers or {})
    async with act(hub, person) as acting:
        before = await acting.release(release)
        said = await _standing(acting, before)
        edition = await _approved(acting, before, hub.rules)
        if digest not in {None, edition.digest}:
            raise HubError(ErrorCode.CHANGED, detail=f"内容已改为第{edition.number}版")
        now = await _in_time(acting, at)
        planned = await _planned(acting, before, edition, _Ways(wanted, at or now, said, chosen, covers or {}), now)
        await _hand_over(acting, before, edition, planned)
        if edition.chain:
            await urgencies.published(acting.connection, release, edition.number, now)
    return edition


@dataclass(frozen=True)
class _Ways:
    """Where an edition is to go, when, and how."""

    channels: Sequence[str]
    at: datetime
    standing: int | None
    choices: Mapping[str, str]
    covers: Mapping[str, str]


async def _planned(
    acting: Acting, before: Release, edition: Edition, ways: _Ways, now: datetime
) -> tuple[Planned, ...]:
    """The deliveries to those channels to which it does not go yet; what it overtakes is put aside."""
    there = await deliveries.of_release(acting.connection, before.id, lock=True)
    names = _new(there, edition, ways.channels)
    await _supersede(acting, there, edition, now)
    return planning.deliveries(
        edition,
        names,
        action=Action.PUBLISH,
        planned_at=ways.at,
        now=now,
        standing=ways.standing,
        choices=ways.choices,
        covers=ways.covers,
    )


async def _in_time(acting: Acting, at: datetime | None) -> datetime:
    """The store's clock. Raises HubError(TOO_LATE) when the planned time is over by it."""
    now = await engine.now(acting.connection)
    if at is not None and at < now:
        raise HubError(ErrorCode.TOO_LATE, planned=stamp(at)[:16].replace("T", " "))
    return now


async def _hand_over(acting: Acting, before: Release, edition: Edition, planned: Sequence[Planned]) -> None:
    await deliveries.add(acting.connection, planned)
    state = before.state if before.state is ReleaseState.RELEASED else ReleaseState.PUBLISHING
    await releases.change(acting.connection, before, state=state)
    names = [one.channel for one in planned]
    givers = acting.person.givers(Duty.PUBLISHER)
    choices = {one.channel: one.choice for one in planned if one.choice}
    covers = {one.channel: one.cover for one in planned if one.cover}
    acting.log(
        EntryType.RELEASE_PUBLISHED,
        before,
        edition=edition.number,
        digest=edition.digest,
        data={"channels": names, "planned_at": stamp(planned[0].planned_at)}
        | ({"choices": choices} if choices else {})
        | ({"covers": covers} if covers else {})
        | ({"lane": "urgent"} if edition.chain else {})
        | ({"for": givers[0]} if givers else {}),
    )
    acting.rings.update(names)


async def _approved(acting: Acting, release: Release, rules: Rulebook) -> Edition:
    """The newest edition, if it may leave and is still what people see. The state alone is not believed."""
    newest = (release.id, release.edition or 0)
    filed = (await filing.filed(acting.connection, {newest})).get(newest)
    if filed is None:
        raise reviewing.unsubmitted(release)
    edition = filed.edition
    if reviewing.snapshot(release, edition.number, edition.chain).digest != edition.digest:
        raise HubError(ErrorCode.EDITED_SINCE)
    refused = workflow.refusal(edition, authors=filed.authors, reviews=filed.reviews, rules=rules)
    if refused:
        raise refused
    if release.state is ReleaseState.DRAFT:
        raise HubError(ErrorCode.EDITED_SINCE)
    return edition


async def _standing(acting: Acting, release: Release) -> int | None:
    """What holds of the newest edition, to be shown with it. Raises HubError(WITHDRAWN) when that is a withdrawal."""
    holding = await standings.current(acting.connection, release.id) if release.standing is not None else None
    newest = release.edition or 0
    if holding is None or not holding.governs(newest):
        return None
    if holding.kind is StandingKind.WITHDRAWN:
        raise HubError(ErrorCode.WITHDRAWN, edition=newest)
    return holding.id


def _new(there: Sequence[Delivery], edition: Edition, wanted: Sequence[str]) -> list[str]:
    """The channels to which the edition does not go yet; a cancelled delivery does not count."""
    goes = {
        d.channel
        for d in there
        if d.edition == edition.number and d.action is Action.PUBLISH and d.state is not DeliveryState.CANCELLED
    }
    names = [name for name in wanted if name not in goes]
    if not names:
        raise HubError(ErrorCode.PUBLISHED_ALREADY, edition=edition.number)
    return names


async def _supersede(acting: Acting, there: Sequence[Delivery], edition: Edition, now: datetime) -> None:
    for before in there:
        if before.action is Action.WITHDRAW:
            # A newer edition does not take down what an older one left beside it: the withdrawal goes first.
            continue
        if before.edition < edition.number and before.state not in FINAL and not before.intended_at:
            after = rules.decide(before, events.Superseded(), now=now, dice=0.0)
            await deliveries.save(acting.connection, before, after)
            acting.acts.append(journal.by_hand(before, after, who=acting.person.id, why="superseded"))
