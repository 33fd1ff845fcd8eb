"""What a worker does next with a delivery."""

from datetime import datetime
from enum import StrEnum

from schemas.delivery import Delivery, DeliveryState, Step


class Move(StrEnum):
    """What a worker does next with a delivery that it has leased."""

    PREPARE = "prepare"
    INTEND = "intend"
    COMMIT = "commit"
    LOOK_UP = "look_up"
    SIGHT = "sight"


def has_left(delivery: Delivery) -> bool:
    """Whether the channel may have been given it already."""
    return delivery.intended_at is not None


def has_come(delivery: Delivery, now: datetime) -> bool:
    """Whether the planned time has come.

    What was to go at once may go even if the store's clock has been set back since; a schedule waits for its hour anew.
    """
    return delivery.planned_at <= now or (
        delivery.created_at is not None and delivery.planned_at <= delivery.created_at
    )


def next_move(delivery: Delivery) -> Move:
    """Return the move. An intent from an earlier lease is never followed by a commit: Claimed made it unconfirmed."""
    if delivery.state is DeliveryState.ACCEPTED:
        return Move.SIGHT
    if delivery.state is DeliveryState.UNCONFIRMED:
        return Move.LOOK_UP
    if delivery.step is Step.PREPARE:
        return Move.PREPARE
    return Move.COMMIT if delivery.intended_at else Move.INTEND
