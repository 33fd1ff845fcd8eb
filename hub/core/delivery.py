"""How a delivery moves: `next_move` says what a worker does next, `decide` what an event makes of it. Pure, total."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import assert_never

from schemas import delivery as events
from schemas.delivery import Delivery, DeliveryState, Event, Reaction, Step, Trouble

#: Failed tries before giving up; with `BACKOFF_CAP` this is about a day.
MAX_ATTEMPTS = 40
#: Workers that may die on one delivery before it waits for a person.
MAX_CLAIMS = 3
BACKOFF_FIRST_SECONDS = 1.0
BACKOFF_CAP_SECONDS = 1800.0
#: A wait this short keeps the lease: going through the queue would take longer.
SHORT_WAIT_SECONDS = 1.0
#: A look that finds nothing is repeated at its own pace eight times, then twice as slowly, and so on.
LOOKS_PER_PACE = 8
SLOWEST_PACE = 64
#: How long a channel may take to show, or to find, what it was given before a person is told.
PATIENCE = timedelta(hours=24)

S = DeliveryState
#: Which events each state takes. Any other pair is a bug of ours and raises.
ACCEPTS: dict[DeliveryState, frozenset[type[Event]]] = {
    S.WAITING: frozenset({events.Claimed, events.Cancelled, events.Superseded}),
    S.WORKING: frozenset(
        {
            events.Claimed,
            events.Prepared,
            events.Intended,
            events.Accepted,
            events.Unseen,
            events.Troubled,
            events.Released,
        },
    ),
    S.ACCEPTED: frozenset({events.Claimed, events.Seen, events.Unseen, events.Troubled, events.Released}),
    S.UNCONFIRMED: frozenset(
        {events.Claimed, events.Accepted, events.Absent, events.Unseen, events.Troubled, events.Released},
    ),
    S.HELD: frozenset({events.Retried, events.Cancelled, events.Superseded}),
    S.FAILED: frozenset({events.Retried, events.Cancelled, events.Superseded}),
    S.VISIBLE: frozenset(),
    S.SUPERSEDED: frozenset(),
    S.CANCELLED: frozenset(),
}


class ImpossibleEventError(Exception):
    """An event came to a delivery whose state does not take it."""


class Move(StrEnum):
    """What a worker does next with a delivery that it has leased."""

    PREPARE = "prepare"
    INTEND = "intend"
    COMMIT = "commit"
    LOOK_UP = "look_up"
    SIGHT = "sight"


def next_move(delivery: Delivery) -> Move:
    """Return the move. An intent from an earlier lease is never followed by a commit: Claimed made it unconfirmed."""
    if delivery.state is S.ACCEPTED:
        return Move.SIGHT
    if delivery.state is S.UNCONFIRMED:
        return Move.LOOK_UP
    if delivery.step is Step.PREPARE:
        return Move.PREPARE
    return Move.COMMIT if delivery.intended_at else Move.INTEND


def decide(before: Delivery, event: Event, *, now: datetime, dice: float) -> Delivery:
    """Return the delivery after the event. `dice` in [0, 1) spreads retries (full jitter).

    Raises ImpossibleEventError for a pair that `ACCEPTS` does not list.
    """
    if type(event) not in ACCEPTS[before.state]:
        raise ImpossibleEventError(f"{type(event).__name__} while {before.state}")
    match event:
        case events.Claimed():
            return _claimed(before, event, now)
        case events.Troubled():
            return _troubled(before, event.trouble, now, dice)
        case events.Retried() | events.Cancelled() | events.Superseded():
            return _by_hand(before, event, now)
        case _:
            return _forward(before, event, now)


#: After a step forward the counters start again.
FRESH: dict[str, object] = {"attempts": 0, "looks": 0, "claims": 0, "trouble": None}

Forward = (
    events.Prepared | events.Intended | events.Accepted | events.Seen | events.Unseen | events.Absent | events.Released
)


def _forward(before: Delivery, event: Forward, now: datetime) -> Delivery:
    match event:
        case events.Prepared():
            return _prepared(before, now)
        case events.Intended():
            return _change(before, intended_at=now, claims=0)
        case events.Accepted():
            accepted = {"state": S.ACCEPTED, "step": Step.SIGHT, "receipt": event.receipt, "accepted_at": now}
            return _change(before, due_at=now, **accepted, **FRESH)
        case events.Seen():
            return _rest(before, state=S.VISIBLE, seen_at=now, trouble=None)
        case events.Unseen():
            return _unseen(before, event.again_after_seconds, now)
        case events.Absent() | events.Released():
            return _back(before, event, now)
        case _:
            assert_never(event)


def _by_hand(before: Delivery, event: events.Retried | events.Cancelled | events.Superseded, now: datetime) -> Delivery:
    if isinstance(event, events.Retried):
        return _rest(before, state=_resumed(before), due_at=now, **FRESH)
    if before.intended_at:
        raise ImpossibleEventError("it may be public already: it can only be settled")
    return _rest(before, state=S.CANCELLED if isinstance(event, events.Cancelled) else S.SUPERSEDED)


def _claimed(before: Delivery, event: events.Claimed, now: datetime) -> Delivery:
    claims = before.claims + 1
    if claims > MAX_CLAIMS:
        trouble = Trouble(reaction=Reaction.BUG, code="worker_died", detail=f"{MAX_CLAIMS} workers died on it")
        return _rest(before, state=S.HELD, trouble=trouble, due_at=now, claims=0)
    state = before.state
    if _committing(before):
        # Its worker died between intent and result. The call may have been made.
        state = S.UNCONFIRMED
    elif state is S.WAITING:
        state = S.WORKING
    lease = {"fence": before.fence + 1, "lease_owner": event.owner, "lease_until": event.until}
    return _change(before, state=state, claims=claims, **lease)


def _back(before: Delivery, event: events.Absent | events.Released, now: datetime) -> Delivery:
    if isinstance(event, events.Released):
        state = S.UNCONFIRMED if _committing(before) else _idle(before)
        return _rest(before, state=state, due_at=now, claims=0)
    # The channel certainly does not have it. It still was a try: a commit that never arrives must end some day.
    attempts = before.attempts + 1
    state = S.WAITING if attempts < MAX_ATTEMPTS else S.FAILED
    return _rest(before, state=state, attempts=attempts, intended_at=None, due_at=now, looks=0)


def _prepared(before: Delivery, now: datetime) -> Delivery:
    if before.planned_at > now:
        return _rest(before, state=S.WAITING, step=Step.COMMIT, due_at=before.planned_at, **FRESH)
    return _change(before, step=Step.COMMIT, **FRESH)


def _unseen(before: Delivery, seconds: float, now: datetime) -> Delivery:
    since = before.accepted_at or before.intended_at or now
    if now - since > PATIENCE:
        detail = f"not found for {PATIENCE}"
        return _rest(before, state=S.HELD, trouble=Trouble(reaction=Reaction.ASK, code="unseen", detail=detail))
    pace = min(2 ** (before.looks // LOOKS_PER_PACE), SLOWEST_PACE)
    wait = seconds * pace
    changes = {"looks": before.looks + 1, "due_at": now + timedelta(seconds=wait), "claims": 0}
    return _change(before, **changes) if wait <= SHORT_WAIT_SECONDS else _rest(before, state=_idle(before), **changes)


def _troubled(before: Delivery, trouble: Trouble, now: datetime, dice: float) -> Delivery:
    reaction = trouble.reaction
    if reaction is Reaction.ASK:
        return _unknown(before, trouble, now, dice)
    if reaction in {Reaction.RETRY, Reaction.QUOTA}:
        return _later(before, trouble, now, dice)
    # Credentials, content, configuration, a bug: repeating it as it is would fail again, so a person is told.
    return _rest(before, state=S.HELD, trouble=trouble, **_not_sent(before))


def _unknown(before: Delivery, trouble: Trouble, now: datetime, dice: float) -> Delivery:
    if _committing(before):
        return _rest(before, state=S.UNCONFIRMED, trouble=trouble, due_at=now, claims=0)
    if before.state is S.UNCONFIRMED:
        return _rest(before, state=S.HELD, trouble=trouble)
    # Preparing and sighting change nothing in public: not knowing is a reason to do them again.
    return _later(before, trouble, now, dice)


def _later(before: Delivery, trouble: Trouble, now: datetime, dice: float) -> Delivery:
    # Waiting for a quota is nobody's failure and uses no try.
    attempts = before.attempts + (trouble.reaction is not Reaction.QUOTA)
    if attempts >= MAX_ATTEMPTS:
        return _rest(before, state=S.FAILED, trouble=trouble, **_not_sent(before))
    delay = trouble.retry_after_seconds
    if delay is None:
        delay = dice * min(BACKOFF_CAP_SECONDS, BACKOFF_FIRST_SECONDS * 2 ** min(attempts, 20))
    due = now + timedelta(seconds=delay)
    return _rest(
        before, state=_idle(before), **_not_sent(before), attempts=attempts, due_at=due, trouble=trouble, claims=0
    )


def _committing(delivery: Delivery) -> bool:
    return delivery.state is S.WORKING and delivery.intended_at is not None


def _idle(delivery: Delivery) -> DeliveryState:
    return S.WAITING if delivery.state is S.WORKING else delivery.state


def _not_sent(delivery: Delivery) -> dict[str, object]:
    """A channel that answers with a refusal has not carried the commit out, so the next one is the first again."""
    return {"intended_at": None} if _committing(delivery) else {}


def _resumed(delivery: Delivery) -> DeliveryState:
    if delivery.receipt:
        return S.ACCEPTED
    return S.UNCONFIRMED if delivery.intended_at else S.WAITING


def _rest(before: Delivery, **changes: object) -> Delivery:
    return _change(before, lease_owner=None, lease_until=None, **changes)


def _change(before: Delivery, **changes: object) -> Delivery:
    return before.model_copy(update=changes)
