"""The few ways in which a delivery's row changes, shared by the rules."""

from schemas.delivery import Delivery, DeliveryState, Step

#: After a step forward the counters start again.
FRESH: dict[str, object] = {"attempts": 0, "looks": 0, "claims": 0, "trouble": None}


def change(before: Delivery, **changes: object) -> Delivery:
    """The row with these values; its lease stays."""
    return before.model_copy(update=changes)


def rest(before: Delivery, **changes: object) -> Delivery:
    """The row with these values, leased by nobody."""
    return change(before, lease_owner=None, lease_until=None, **changes)


def unsent(before: Delivery) -> Delivery:
    """The row as if nothing had left: what was prepared went with the send that came to nothing."""
    return change(before, step=Step.PREPARE, intended_at=None, receipt=None, accepted_at=None, notes={})


def is_committing(delivery: Delivery) -> bool:
    """Whether the irreversible call may be under way."""
    return delivery.state is DeliveryState.WORKING and delivery.intended_at is not None


def idle(delivery: Delivery) -> DeliveryState:
    """The state in which it waits for its next claim."""
    return DeliveryState.WAITING if delivery.state is DeliveryState.WORKING else delivery.state


def not_sent(delivery: Delivery) -> dict[str, object]:
    """A channel that answers with a refusal has not carried the commit out, so the next one is the first again."""
    return {"intended_at": None} if is_committing(delivery) else {}
