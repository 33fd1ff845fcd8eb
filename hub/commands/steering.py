"""A person's hand on what is under way: retry, cancel, postpone, settle a delivery; pause and resume a channel."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from hub.commands.act import Acting, Hub, act
from hub.core import circuit as circuit_rules
from hub.core import delivery as rules
from hub.core import journal, planning, workflow
from hub.core.delivery import ImpossibleEventError
from hub.store import circuits, deliveries, engine, overtaking, publications, waking
from schemas import events, text
from schemas.circuit import Circuit
from schemas.delivery import Action, Delivery, Reaction, Step
from schemas.entry import EntryType, stamp
from schemas.errors import ErrorCode, HubError
from schemas.person import Duty, Person
from schemas.publication import Receipt
from schemas.words import word

#: A clock that is a little ahead of the store's must not make "now" the past.
CLOCK_SLACK = timedelta(seconds=5)
MAX_WHY = 500


async def retry(hub: Hub, person: Person, delivery: int) -> Delivery:
    """Try again now what waits, is held or was given up. May run twice. What left already is looked for, not resent."""
    return await _steer(hub, person, delivery, events.Retried(), why="retried")


async def cancel(hub: Hub, person: Person, delivery: int, *, why: str) -> Delivery:
    """Take out of the queue what has not left. Raises HubError(STATE) for what may be public already."""
    reason = _reason(why)
    workflow.require(person, Duty.PUBLISHER)
    async with act(hub, person) as acting:
        before = await _locked(acting, delivery)
        if before.action is Action.WITHDRAW:
            # Two people decided it; the release counts as withdrawn, and would be public nevertheless.
            raise HubError(ErrorCode.STATE, state=word(before.state), advice="撤回已经两人确认，不能取消，只能重试。")
        return await _changed(acting, before, events.Cancelled(), await engine.now(acting.connection), why=reason)


async def postpone(hub: Hub, person: Person, delivery: int, at: datetime) -> Delivery:
    """Give a delivery that has not left another time. Raises HubError: TOO_LATE for a time that is past, STATE."""
    workflow.require(person, Duty.PUBLISHER)
    async with act(hub, person) as acting:
        before = await _locked(acting, delivery)
        now = await engine.now(acting.connection)
        if at < now - CLOCK_SLACK:
            raise HubError(ErrorCode.TOO_LATE, planned=stamp(at)[:16].replace("T", " "))
        ahead = planning.PREPARE_AHEAD if before.step is Step.PREPARE else timedelta()
        event = events.Postponed(planned_at=at, due_at=max(now, at - ahead))
        return await _changed(acting, before, event, now, why=f"postponed to {stamp(at)}")


async def settle(
    hub: Hub, person: Person, delivery: int, *, addresses: Mapping[str, str] | None, evidence: str
) -> Delivery:
    """Say what became of a send whose outcome nobody knows, with the evidence for it.

    `addresses` (document name → public address) means that it was carried out: our own look decides then whether it is
    seen (law 5). None means that it certainly was not: it is prepared and sent again. Raises HubError: STATE when
    nothing is unknown, INVALID for an address that is none or missing evidence.
    """
    evidence = _reason(evidence)
    receipt = _receipt(addresses) if addresses is not None else None
    return await _steer(hub, person, delivery, events.Settled(receipt=receipt), why=evidence)


async def pause(hub: Hub, person: Person, channel: str, *, why: str) -> Circuit:
    """Stop sending to a channel until somebody resumes it; what has left is still looked after. May run twice."""
    return await _turn(hub, person, channel, why=_reason(why))


async def resume(hub: Hub, person: Person, channel: str) -> Circuit:
    """Let a channel go on at once, whatever stopped it: a pause, an open circuit, a used-up budget. May run twice."""
    return await _turn(hub, person, channel, why=None)


async def _steer(hub: Hub, person: Person, delivery: int, event: events.Event, *, why: str) -> Delivery:
    workflow.require(person, Duty.PUBLISHER)
    async with act(hub, person) as acting:
        before = await _locked(acting, delivery)
        return await _changed(acting, before, event, await engine.now(acting.connection), why=why)


async def _locked(acting: Acting, delivery: int) -> Delivery:
    found = await deliveries.find(acting.connection, delivery)
    if found is not None:
        # Release before delivery, as everywhere.
        await acting.release(found.release)
        found = await deliveries.find(acting.connection, delivery, lock=True)
    if found is None:
        raise HubError(ErrorCode.NOT_FOUND, what=f"编号为 {delivery} 的投递")
    return found


async def _changed(acting: Acting, before: Delivery, event: events.Event, now: datetime, *, why: str) -> Delivery:
    try:
        after = rules.decide(before, event, now=now, dice=0.0)
    except ImpossibleEventError:
        advice = "已经发出或已经结束的投递不能这样处理；结果不明的，请查证后填写结果。"
        raise HubError(ErrorCode.STATE, state=word(before.state), advice=advice) from None
    await deliveries.save(acting.connection, before, after)
    if isinstance(event, events.Settled) and event.receipt and before.action is Action.PUBLISH:
        await publications.put(acting.connection, publications.accepted(after, event.receipt, at=now))
    acting.acts.append(journal.by_hand(before, after, who=acting.person.id, why=why))
    acting.rings.add(before.channel)
    if before.intended_at and not after.intended_at and await overtaking.is_overtaken(acting.connection, after):
        # It did not leave after all, and a newer edition waits behind it.
        return await _changed(acting, after, events.Superseded(), now, why="superseded")
    return after


async def _turn(hub: Hub, person: Person, channel: str, *, why: str | None) -> Circuit:
    workflow.require(person, Duty.PUBLISHER, Duty.ADMINISTRATOR)
    if channel not in hub.channels:
        raise HubError(ErrorCode.NO_CHANNEL, channel=channel[:100])
    async with act(hub, person) as acting:
        before = await circuits.lock(acting.connection, channel)
        now = await engine.now(acting.connection)
        after = circuit_rules.resumed(before, now)
        if why is not None:
            after = circuit_rules.paused(before, by=person.id, why=why, now=now)
        await circuits.save(acting.connection, after)
        if why is None:
            await waking.wake_failed(acting.connection, channel, Reaction.RETRY, Reaction.QUOTA)
        data = {"what": "resumed" if why is None else "paused", "why": why or ""}
        acting.log(EntryType.CHANNEL_CHANGED, channel=channel, data=data)
        acting.rings.add(channel)
    return after


def _reason(why: str) -> str:
    told = text.one_line(why)
    if not told or len(told) > MAX_WHY:
        fields = {"why": f"须填写，不超过 {MAX_WHY} 字"}
        raise HubError(ErrorCode.INVALID, detail=f"请说明理由或依据（不超过 {MAX_WHY} 字）", fields=fields)
    return told


def _receipt(addresses: Mapping[str, str]) -> Receipt:
    for document, address in addresses.items():
        if not _is_public(address):
            fields = {document: "须为以 http:// 或 https:// 开头的公开网址"}
            raise HubError(ErrorCode.INVALID, detail=f"“{address[:100]}”不是公开网址", fields=fields)
    return Receipt(id="settled by hand", addresses=dict(addresses))


def _is_public(address: str) -> bool:
    try:
        parts = urlsplit(address)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        return False
