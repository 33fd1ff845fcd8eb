"""What a person's hand makes of a delivery."""

from datetime import datetime

from hub.core.delivery.change import FRESH, rest, unsent
from hub.core.delivery.moves import has_come
from hub.core.delivery.table import ImpossibleEventError
from schemas import events
from schemas.delivery import Delivery, DeliveryState, Step
from schemas.publication import Receipt

S = DeliveryState
ByHand = events.Retried | events.Postponed | events.Settled | events.Cancelled | events.Superseded | events.Withdrawn


def by_hand(before: Delivery, event: ByHand, now: datetime) -> Delivery:
    match event:
        case events.Retried():
            # What is prepared for a time keeps its time.
            is_early = before.step is Step.COMMIT and not before.intended_at
            due_at = before.planned_at if is_early and not has_come(before, now) else now
            return rest(before, state=_resumed(before), due_at=due_at, resumed_at=now, **FRESH)
        case events.Settled():
            return _settled(before, event.receipt, now)
        case events.Withdrawn():
            return _given_over(before)
        case _ if before.intended_at:
            raise ImpossibleEventError("it may be public already: it can only be settled")
        case events.Postponed():
            times = {"planned_at": event.planned_at, "due_at": event.due_at, "resumed_at": now}
            return rest(before, state=S.WAITING, **times, **FRESH)
        case events.Cancelled() | events.Superseded():
            return rest(before, state=S.CANCELLED if isinstance(event, events.Cancelled) else S.SUPERSEDED)


def _given_over(before: Delivery) -> Delivery:
    """The channel has it, nobody has seen it, and the withdrawal behind it goes now."""
    if before.receipt is None:
        raise ImpossibleEventError("what became of it is not known yet: the channel is asked first")
    return rest(before, state=S.SUPERSEDED)


def _settled(before: Delivery, receipt: Receipt | None, now: datetime) -> Delivery:
    if not before.intended_at:
        raise ImpossibleEventError("nothing has left, so there is nothing to settle")
    if receipt:
        accepted = {"state": S.ACCEPTED, "step": Step.SIGHT, "receipt": receipt, "accepted_at": now}
        return rest(before, due_at=now, **accepted, **FRESH)
    return rest(unsent(before), state=S.WAITING, due_at=now, resumed_at=now, **FRESH)


def _resumed(delivery: Delivery) -> DeliveryState:
    if delivery.receipt:
        return S.ACCEPTED
    return S.UNCONFIRMED if delivery.intended_at else S.WAITING
