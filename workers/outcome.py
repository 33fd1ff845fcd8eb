"""Writes what came of attempts: deliveries, history, log, publications, official times, the channel's circuit.

Many attempts, one transaction: what one would pay for ten statements, sixty-four pay together.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.core import delivery as rules
from hub.core import journal
from hub.store import callbacks, deliveries, direct, log, outcomes, publications, releases
from hub.store.deliveries import Held, LostLeaseError
from hub.store.outcomes import Outcomes
from hub.store.releases import Unreleased
from schemas import delivery as events
from schemas.circuit import Circuit
from schemas.delivery import Delivery, DeliveryState, Event
from workers import circuits, traces
from workers.record import Record, Recorded
from workers.worker import Worker

_log = structlog.get_logger()


class BusyError(Exception):
    """Somebody else is changing the delivery or its release this moment."""


async def write(
    worker: Worker, known: Circuit, records: Sequence[Record], *, patient: bool
) -> list[Recorded | Exception]:
    """Write every record's whole effect in one transaction, durable on return; a record's own failure is its own.

    An overtaken worker's record gives LostLeaseError. What somebody else has locked gives BusyError, unless `patient`:
    so nobody's slow act delays the others. `known` is the circuit as the channel's last claim saw it.

    Rows are locked in one order everywhere, release, delivery, circuit, log head: nobody waits in a circle.
    """
    async with direct.begin(worker.engine) as connection:
        heard = await _hear(connection, records)
        unreleased = await _lock_releases(connection, worker, heard, patient=patient)
        held = await deliveries.hold(connection, [one.before for one in heard], skip_locked=not patient)
        # As the log tells time: what has come by this clock has come by the entry's.
        now = held.now.replace(microsecond=held.now.microsecond // 1000 * 1000)
        verdicts = [_verdict(one, held, unreleased, patient=patient) for one in heard]
        sound = [one for one, verdict in zip(heard, verdicts, strict=True) if verdict is None]
        steps = circuits.heed_pause(held.paused, [step for one in sound for step in one.steps(now)])
        noted = await circuits.note(connection, known, steps, now)
        recorded = await _apply(connection, worker, noted, unreleased, now) if noted else {}
    return [verdict or recorded[one.before.id] for one, verdict in zip(heard, verdicts, strict=True)]


async def _apply(
    connection: AsyncConnection, worker: Worker, records: Sequence[Record], unreleased: Unreleased, now: datetime
) -> dict[int, Recorded]:
    dice = [worker.dice() for _ in records]
    firsts = traces.firsts(worker, records, unreleased)
    changes = _decide(records, dice, now)
    if overtaken := await _overtaken(connection, changes):
        records = [*records, *(Record(one, events.Superseded()) for one in overtaken)]
        dice = [*dice, *(0.0 for _ in overtaken)]
        changes = _decide(records, dice, now)
    acts = [
        act
        for one, (_, after) in zip(records, changes, strict=True)
        for act in [
            *journal.acts(
                one.before, one.event, after, who=worker.who, authoritative=worker.is_authoritative(one.before)
            ),
            *traces.official(worker, one, firsts),
        ]
    ]
    taken = await log.take(connection, acts) if acts else None
    clock = now
    if taken:
        # One clock for what counts: the act, its log entry and the rows all carry the same time.
        now, clock = taken.at, taken.clock
        changes = _decide(records, dice, now)
    whole = _by_the_clock(_whole(changes), now - clock)
    made = Outcomes(
        changes=list(whole.values()),
        history=traces.history(records, changes, now),
        published=traces.published(records, changes, now),
        entries=taken.rows if taken else [],
        planned=await traces.annotations(connection, worker, firsts, unreleased, at=clock),
        shown=traces.shown(worker, records, firsts, now),
    )
    await outcomes.write(connection, made)
    for one in traces.withdrawn(records):
        await publications.withdraw(connection, one, at=now)
    return {number: Recorded(after, taken.size if taken else 0) for number, (_, after) in whole.items()}


def _decide(records: Sequence[Record], dice: Sequence[float], now: datetime) -> list[tuple[Delivery, Delivery]]:
    """What each record's event makes of its delivery, a delivery's events one after another."""
    latest: dict[int, Delivery] = {}
    changes = []
    for one, die in zip(records, dice, strict=True):
        before = latest.get(one.before.id, one.before)
        latest[before.id] = after = rules.decide(before, one.event, now=now, dice=die)
        changes.append((before, after))
    return changes


async def _overtaken(connection: AsyncConnection, changes: Sequence[tuple[Delivery, Delivery]]) -> list[Delivery]:
    """Those that turn out not to have left, while a newer edition waits behind them: it goes in their place."""
    back = [before for before, after in changes if before.intended_at and not after.intended_at]
    return [one for one in back if await deliveries.is_overtaken(connection, one)]


def _whole(changes: Sequence[tuple[Delivery, Delivery]]) -> dict[int, tuple[Delivery, Delivery]]:
    """Delivery → as it was before its first event, and as it is after its last."""
    whole: dict[int, tuple[Delivery, Delivery]] = {}
    for before, after in changes:
        whole[before.id] = (whole.get(before.id, (before, before))[0], after)
    return whole


def _by_the_clock(
    whole: dict[int, tuple[Delivery, Delivery]], behind: timedelta
) -> dict[int, tuple[Delivery, Delivery]]:
    """What waits, waits by the clock: once that was set back, the log's time is ahead, and would be waited for."""
    if not behind:
        return whole

    def due(before: Delivery, after: Delivery) -> Delivery:
        if after.due_at in {before.due_at, after.planned_at}:
            return after
        return after.model_copy(update={"due_at": after.due_at - behind})

    return {number: (before, due(before, after)) for number, (before, after) in whole.items()}


async def tell(worker: Worker, record: Record, after: Delivery) -> None:
    """After the commit: a line for the operator, and a ring for what the event set going."""
    before = record.before
    tell = _log.info if after.state is not before.state else _log.debug
    tell(
        "delivery.moved",
        delivery=after.id,
        release=after.release,
        channel=after.channel,
        action=after.action,
        met=type(record.event).__name__,
        state=after.state,
        was=before.state,
    )
    if record.is_seen and worker.is_authoritative(before):
        await worker.bell.ring(*worker.editable)
    if record.is_seen:
        await worker.bell.tell()


async def _hear(connection: AsyncConnection, records: Sequence[Record]) -> list[Record]:
    """A channel that called back while we were looking woke nobody, so what found nothing looks again at once."""
    records = await _given_over(connection, records)
    unseen = [one for one in records if isinstance(one.event, events.Unseen)]
    if not unseen:
        return records
    heard = await callbacks.last(connection, unseen[0].before.channel)
    again = events.Unseen(again_after_seconds=0.0)
    return [
        Record(one.before, again) if one in unseen and heard and heard >= one.before.due_at else one for one in records
    ]


async def _given_over(connection: AsyncConnection, records: Sequence[Record]) -> list[Record]:
    """What the channel took and our look does not find is looked for no longer once its release is withdrawn.

    The withdrawal behind it must not wait a day for a page that may never come.
    """
    missed = [one for one in records if one.before.state is DeliveryState.ACCEPTED and _found_nothing(one.event)]
    if not missed:
        return list(records)
    over = await deliveries.given_over(connection, [one.before.id for one in missed])
    return [
        Record(one.before, events.Withdrawn()) if one in missed and one.before.id in over else one for one in records
    ]


def _found_nothing(event: Event) -> bool:
    return isinstance(event, events.Unseen | events.Troubled)


async def _lock_releases(
    connection: AsyncConnection, worker: Worker, records: Sequence[Record], *, patient: bool
) -> Unreleased:
    wanted = {one.before.release for one in records if one.shows_policy and worker.is_authoritative(one.before)}
    if not wanted:
        return Unreleased()
    return await releases.lock_unreleased(connection, sorted(wanted), skip_locked=not patient)


def _verdict(one: Record, held: Held, unreleased: Unreleased, *, patient: bool) -> Exception | None:
    """Why the record cannot be written in this transaction, or None."""
    now = held.marks.get(one.before.id)
    if (now is None and not patient) or (one.shows_policy and one.before.release in unreleased.busy):
        return BusyError(one.before.id)
    return None if now == (one.before.fence, one.before.state) else LostLeaseError(one.before.id)
