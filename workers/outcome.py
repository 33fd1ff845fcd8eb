"""Writes what came of attempts, under the fence: who may write what, and what other acts make of it.

Many attempts, one transaction: what one would pay for ten statements, sixty-four pay together.
"""

from collections.abc import Sequence

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store import callbacks, deliveries, direct, officials, overtaking
from hub.store.deliveries import Held, LostLeaseError
from hub.store.officials import Unreleased
from schemas import events
from schemas.circuit import Circuit
from schemas.delivery import Delivery, DeliveryState
from schemas.events import Event
from workers import circuits, effect
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
        done = await effect.carry(connection, worker, noted, now, unreleased=unreleased)
    done.seal(worker)
    return [verdict or done.recorded[one.before.id] for one, verdict in zip(heard, verdicts, strict=True)]


async def tell(worker: Worker, record: Record, after: Delivery) -> None:
    """After the commit: a line for the operator, and a ring for what the event set going."""
    before = record.before
    say = _log.info if after.state is not before.state else _log.debug
    say(
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
    over = await overtaking.given_over(connection, [one.before.id for one in missed])
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
    return await officials.lock_unreleased(connection, sorted(wanted), skip_locked=not patient)


def _verdict(one: Record, held: Held, unreleased: Unreleased, *, patient: bool) -> Exception | None:
    """Why the record cannot be written in this transaction, or None."""
    now = held.marks.get(one.before.id)
    if (now is None and not patient) or (one.shows_policy and one.before.release in unreleased.busy):
        return BusyError(one.before.id)
    return None if now == (one.before.fence, one.before.state) else LostLeaseError(one.before.id)
