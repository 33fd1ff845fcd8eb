"""What an event makes of a delivery."""

from datetime import datetime, timedelta
from typing import assert_never

from hub.core.delivery import limits
from hub.core.delivery.by_hand import by_hand
from hub.core.delivery.change import FRESH, change, idle, is_committing, rest
from hub.core.delivery.moves import has_come
from hub.core.delivery.table import ACCEPTS, ImpossibleEventError
from hub.core.delivery.trouble import troubled, unseen
from schemas import events
from schemas.delivery import Action, Delivery, DeliveryState, Reaction, Step, Trouble
from schemas.events import Event

S = DeliveryState


def decide(before: Delivery, event: Event, *, now: datetime, dice: float) -> Delivery:
    """Return the delivery after the event. `dice` in [0, 1) spreads retries (full jitter).

    Raises ImpossibleEventError for a pair that `ACCEPTS` does not list.
    """
    if type(event) not in ACCEPTS[before.state]:
        raise ImpossibleEventError(f"{type(event).__name__} while {before.state}")
    match event:
        case events.Claimed():
            return claimed(before, event, now)
        case events.Troubled():
            return troubled(before, event, now, dice)
        case events.Retried() | events.Postponed() | events.Settled():
            return by_hand(before, event, now)
        case events.Cancelled() | events.Superseded() | events.Withdrawn():
            return by_hand(before, event, now)
        case _:
            return _forward(before, event, now)


Forward = (
    events.Prepared | events.Intended | events.Accepted | events.Seen | events.Unseen | events.Absent | events.Released
)


def _forward(before: Delivery, event: Forward, now: datetime) -> Delivery:
    match event:
        case events.Prepared():
            return _prepared(before, now)
        case events.Intended():
            return change(before, intended_at=now, claims=0)
        case events.Accepted():
            accepted = {"state": S.ACCEPTED, "step": Step.SIGHT, "receipt": event.receipt, "accepted_at": now}
            return change(before, due_at=now, **accepted, **FRESH)
        case events.Seen():
            return rest(before, state=S.VISIBLE, seen_at=now, trouble=None)
        case events.Unseen():
            return unseen(before, event.again_after_seconds, now)
        case events.Absent() | events.Released():
            return _back(before, event, now)
        case _:
            assert_never(event)


def claimed(before: Delivery, event: events.Claimed, now: datetime) -> Delivery:
    claims = before.claims + 1
    if _is_too_late(before, event.patience_seconds, now):
        detail = f"超过计划时间 {event.patience_seconds / 3600:g} 小时以上，请确认是否仍要发布"
        trouble = Trouble(reaction=Reaction.CONFIRM, code="overdue", detail=detail)
        return rest(before, state=S.HELD, trouble=trouble, due_at=now, claims=0)
    if claims > limits.MAX_CLAIMS:
        trouble = Trouble(
            reaction=Reaction.BUG, code="worker_died", detail=f"{limits.MAX_CLAIMS} 个投递进程先后在此中断，请查看日志"
        )
        return rest(before, state=S.HELD, trouble=trouble, due_at=now, claims=0)
    state = before.state
    if is_committing(before):
        # Its worker died between intent and result. The call may have been made.
        state = S.UNCONFIRMED
    elif state is S.WAITING:
        state = S.WORKING
    lease = {"fence": before.fence + 1, "lease_owner": event.owner, "lease_until": event.until}
    return change(before, state=state, claims=claims, **lease)


def _is_too_late(before: Delivery, patience_seconds: float, now: datetime) -> bool:
    if before.intended_at or before.action is not Action.PUBLISH:
        return False
    since = max(before.planned_at, before.resumed_at or before.planned_at)
    return now - since > timedelta(seconds=patience_seconds)


def _back(before: Delivery, event: events.Absent | events.Released, now: datetime) -> Delivery:
    if isinstance(event, events.Released):
        state = S.UNCONFIRMED if is_committing(before) else idle(before)
        return rest(before, state=state, due_at=now, claims=0)
    # The channel certainly does not have it. It still was a try: a commit that never arrives must end some day.
    attempts = before.attempts + 1
    state = S.WAITING if attempts < limits.MAX_ATTEMPTS else S.FAILED
    return rest(before, state=state, attempts=attempts, intended_at=None, due_at=now, looks=0)


def _prepared(before: Delivery, now: datetime) -> Delivery:
    if not has_come(before, now):
        return rest(before, state=S.WAITING, step=Step.COMMIT, due_at=before.planned_at, **FRESH)
    return change(before, step=Step.COMMIT, **FRESH)
