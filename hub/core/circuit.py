"""When a channel may be sent something: a circuit breaker with single probes, a person's pause, a used-up budget. Pure.

Only sending (prepare, commit) waits. Looks and look-ups go on: what has left must be seen, and its outcome known.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from schemas import events
from schemas.circuit import Circuit
from schemas.delivery import Delivery, DeliveryState, Reaction, Step, Trouble
from schemas.events import Event

#: Failures in a row, over all deliveries of the channel, that open its circuit.
FAILURES_TO_OPEN = 5
#: The pause before the next probe: half of the outage so far. An outage of minutes is over within ten seconds of its
#: end, one of hours within a minute; a pause that the channel asks for is kept.
FIRST_PROBE_SECONDS = 1.0
PROBE_SECONDS = 10.0
LATE_PROBE_SECONDS = 60.0
LATE = timedelta(minutes=10)
LONGEST_ASKED_SECONDS = 3600.0
#: Codes of our own troubles: they say nothing of the channel.
OURS = frozenset({"store", "bug"})
#: These say that the channel is not well, not that this delivery is wrong.
CHANNELS_OWN = frozenset({Reaction.RETRY, Reaction.ASK, Reaction.CREDENTIALS, Reaction.CONFIGURATION})


class Admission(StrEnum):
    """What may be claimed of what has not left yet."""

    ALL = "all"
    PROBE = "probe"  #: one, to see whether the channel is back
    NONE = "none"


def admission(circuit: Circuit, now: datetime) -> Admission:
    """Return what may be claimed now."""
    if circuit.paused_at or (circuit.rests_until and circuit.rests_until > now):
        return Admission.NONE
    if circuit.probe_at is None:
        return Admission.ALL
    return Admission.PROBE if circuit.probe_at <= now else Admission.NONE


def opens_at(circuit: Circuit, now: datetime) -> datetime | None:
    """When something may be sent again, None when that is now or a person's to say."""
    waits = [at for at in (circuit.probe_at, circuit.rests_until) if at is not None and at > now]
    return None if circuit.paused_at or not waits else max(waits)


def probing(circuit: Circuit, now: datetime, *, lease_seconds: float) -> Circuit:
    """Somebody takes the probe; when nothing more is heard of it, neither a result nor a lease, somebody else does."""
    pause = timedelta(seconds=min(PROBE_SECONDS, lease_seconds))
    return circuit.model_copy(update={"probe_at": now + pause, "changed_at": now})


def failed(circuit: Circuit, step: Step, trouble: Trouble, now: datetime) -> Circuit:
    """One more failure in a row."""
    failures = circuit.failures + 1
    changes: dict[str, object] = {"failures": failures, "step": step, "trouble": trouble, "changed_at": now}
    if failures >= FAILURES_TO_OPEN:
        opened_at = circuit.opened_at or now
        asked = min(trouble.retry_after_seconds or 0.0, LONGEST_ASKED_SECONDS)
        pause = timedelta(seconds=max(_pause(now - opened_at), asked))
        changes |= {"opened_at": opened_at, "probe_at": now + pause}
    if trouble.shuts and not circuit.paused_at:
        changes |= {"paused_at": now, "paused_by": "", "paused_why": trouble.detail}
    return circuit.model_copy(update=changes)


def answered(circuit: Circuit, now: datetime) -> Circuit:
    """The channel did what was asked: the circuit is closed."""
    closed = {"failures": 0, "step": None, "opened_at": None, "probe_at": None, "trouble": None}
    return circuit.model_copy(update={**closed, "changed_at": now})


def resting(circuit: Circuit, trouble: Trouble, now: datetime) -> Circuit:
    """A budget of the channel is used up for so long."""
    until = now + timedelta(seconds=trouble.retry_after_seconds or PROBE_SECONDS)
    until = max(until, circuit.rests_until or until)
    return circuit.model_copy(update={"rests_until": until, "trouble": trouble, "changed_at": now})


def paced(circuit: Circuit, now: datetime, *, pace_seconds: float) -> Circuit:
    """Somebody commits now: the next commit keeps its distance."""
    return circuit.model_copy(update={"rests_until": now + timedelta(seconds=pace_seconds), "changed_at": now})


def paused(circuit: Circuit, *, by: str, why: str, now: datetime) -> Circuit:
    """A person stops all sending."""
    return circuit.model_copy(update={"paused_at": now, "paused_by": by, "paused_why": why, "changed_at": now})


def resumed(circuit: Circuit, now: datetime) -> Circuit:
    """A person lets it go on, and does not wait for the next probe or the end of a rest."""
    fresh = {"paused_at": None, "paused_by": "", "paused_why": "", "rests_until": None}
    return answered(circuit, now).model_copy(update=fresh)


def is_failure(delivery: Delivery, event: Event) -> bool:
    """Whether the event says that the channel, asked to take something, is not well."""
    if not isinstance(event, events.Troubled) or event.trouble.code in OURS or event.trouble.is_own:
        return False
    return _was_sending(delivery) and event.trouble.reaction in CHANNELS_OWN


def is_rest(delivery: Delivery, event: Event) -> bool:
    """Whether the event says that a budget for sending is used up."""
    if not isinstance(event, events.Troubled) or event.trouble.is_own:
        return False
    return event.trouble.reaction is Reaction.QUOTA and _was_sending(delivery)


def is_answer(circuit: Circuit, delivery: Delivery, event: Event) -> bool:
    """Whether the event proves that what failed last works: a commit proves all, a preparation only itself."""
    proof = (events.Prepared, events.Accepted) if circuit.step is Step.PREPARE else events.Accepted
    return (isinstance(event, proof) or _is_handed_over(event)) and _was_sending(delivery)


def _is_handed_over(event: Event) -> bool:
    return isinstance(event, events.Troubled) and event.trouble.reaction is Reaction.HAND


def _was_sending(delivery: Delivery) -> bool:
    return delivery.step is not Step.SIGHT and delivery.state is DeliveryState.WORKING


def _pause(outage: timedelta) -> float:
    if outage >= LATE:
        return LATE_PROBE_SECONDS
    return min(PROBE_SECONDS, max(FIRST_PROBE_SECONDS, outage.total_seconds() / 2))
