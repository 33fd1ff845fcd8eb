"""Asks a channel's circuit before anything is claimed, and tells it what came of what was sent."""

from collections.abc import Collection, Sequence
from datetime import datetime

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from hub.core import circuit as rules
from hub.core.circuit import Admission
from hub.core.delivery import has_left
from hub.store import circuits, due, engine, waking
from schemas.circuit import Circuit
from schemas.delivery import Delivery, Reaction
from schemas.events import Intended, Released, Troubled
from workers.record import Change, Record

_log = structlog.get_logger()


async def admitted(connection: AsyncConnection, circuit: Circuit, now: datetime, *, limit: int) -> list[Delivery]:
    """Lock what is due and may be claimed now: everything, one probe, or only what has left already.

    While a probe is under way there is no other one, however long its channel lets it hang. One whose worker is dead
    ends with its lease.
    """
    admission = rules.admission(circuit, now)
    if admission is Admission.ALL:
        return await due.lock(connection, circuit.channel, limit=limit)
    probe: list[Delivery] = []
    if admission is Admission.PROBE and not await due.is_sending(connection, circuit.channel):
        probe = await due.lock(connection, circuit.channel, limit=1, left=False)
    left = await due.lock(connection, circuit.channel, limit=limit - len(probe), left=True)
    return [*probe, *left]


async def confirmed(
    connection: AsyncConnection,
    circuit: Circuit,
    claims: list[Change],
    now: datetime,
    *,
    lease_seconds: float,
) -> list[Change]:
    """The claims that stand: a probe only if it is really sent, and if no other worker has taken it meanwhile."""
    if rules.admission(circuit, now) is not Admission.PROBE:
        return claims
    probes = [before.id for before, after in claims if after.lease_owner and not has_left(before)]
    if not probes or await _take_probe(connection, circuit.channel, now, lease_seconds):
        return claims
    return [(before, after) for before, after in claims if before.id not in probes]


async def take_turn(store: AsyncEngine, channel: str, *, pace_seconds: float) -> float | None:
    """Take the channel's next commit. Return None, or the seconds until the last one is far enough away."""
    async with store.begin() as connection:
        circuit = await circuits.lock(connection, channel)
        now = await engine.now(connection)
        if circuit.rests_until and circuit.rests_until > now:
            return (circuit.rests_until - now).total_seconds()
        await circuits.save(connection, rules.paced(circuit, now, pace_seconds=pace_seconds))
    return None


def heed_pause(paused: Collection[int], records: Sequence[Record]) -> list[Record]:
    """Turn intents on a channel that a person has paused meanwhile into leases given back: a pause is a pause."""
    return [
        Record(one.before, Released()) if isinstance(one.event, Intended) and one.before.id in paused else one
        for one in records
    ]


async def note(connection: AsyncConnection, known: Circuit, records: Sequence[Record], now: datetime) -> list[Record]:
    """Tell the circuit of failures and answers among the records; return the records with what it says of them.

    Costs nothing while all is well. Locks the circuit, so it stands between the deliveries and the log's head.
    """
    if not any(_matters(known, one) for one in records):
        return list(records)
    before = circuit = await circuits.lock(connection, known.channel)
    noted: list[Record] = []
    for one in records:
        circuit = _after(circuit, one, now)
        noted.append(_judged(circuit, one))
    await circuits.save(connection, circuit)
    if before.probe_at and not circuit.probe_at:
        await waking.wake_failed(connection, known.channel, Reaction.RETRY)
    if bool(before.probe_at) is not bool(circuit.probe_at):
        _log.warning("circuit.turned", channel=known.channel, open=bool(circuit.probe_at), failures=circuit.failures)
    return noted


async def _take_probe(connection: AsyncConnection, channel: str, now: datetime, lease_seconds: float) -> bool:
    circuit = await circuits.lock(connection, channel)
    if rules.admission(circuit, now) is not Admission.PROBE:
        return False
    await circuits.save(connection, rules.probing(circuit, now, lease_seconds=lease_seconds))
    return True


def _matters(known: Circuit, one: Record) -> bool:
    if rules.is_failure(one.before, one.event) or rules.is_rest(one.before, one.event):
        return True
    return known.failures > 0 and rules.is_answer(known, one.before, one.event)


def _after(circuit: Circuit, one: Record, now: datetime) -> Circuit:
    if rules.is_answer(circuit, one.before, one.event) and circuit.failures:
        return rules.answered(circuit, now)
    if isinstance(one.event, Troubled) and rules.is_failure(one.before, one.event):
        return rules.failed(circuit, one.before.step, one.event.trouble, now)
    if isinstance(one.event, Troubled) and rules.is_rest(one.before, one.event):
        return rules.resting(circuit, one.event.trouble, now)
    return circuit


def _judged(circuit: Circuit, one: Record) -> Record:
    """A failure while the circuit is open is the channel's, not the delivery's."""
    if isinstance(one.event, Troubled) and circuit.probe_at and rules.is_failure(one.before, one.event):
        return Record(one.before, one.event.model_copy(update={"is_channels": True}))
    return one
