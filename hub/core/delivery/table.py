"""Which events each state of a delivery takes."""

from schemas import events
from schemas.delivery import DeliveryState
from schemas.events import Event

S = DeliveryState
#: Here a worker only looks: at the public page, or at what the channel says became of a send.
LOOKING = frozenset({S.ACCEPTED, S.UNCONFIRMED})
#: What a person can do about a delivery that waits for one.
BY_HAND: frozenset[type[Event]] = frozenset(
    {events.Retried, events.Postponed, events.Settled, events.Cancelled, events.Superseded, events.Withdrawn}
)
#: Which events each state takes. Any other pair is a bug of ours and raises.
ACCEPTS: dict[DeliveryState, frozenset[type[Event]]] = {
    S.WAITING: frozenset(
        {events.Claimed, events.Retried, events.Postponed, events.Cancelled, events.Superseded},
    ),
    S.WORKING: frozenset(
        {
            events.Claimed,
            events.Prepared,
            events.Intended,
            events.Accepted,
            events.Unseen,
            events.Troubled,
            events.Released,
            events.Cancelled,
            events.Superseded,
        },
    ),
    S.ACCEPTED: frozenset(
        {events.Claimed, events.Seen, events.Unseen, events.Troubled, events.Released, events.Withdrawn},
    ),
    S.UNCONFIRMED: frozenset(
        {
            events.Claimed,
            events.Accepted,
            events.Absent,
            events.Unseen,
            events.Troubled,
            events.Released,
            events.Settled,
        },
    ),
    S.HELD: BY_HAND,
    S.FAILED: BY_HAND,
    S.VISIBLE: frozenset(),
    S.SUPERSEDED: frozenset(),
    S.CANCELLED: frozenset(),
}


class ImpossibleEventError(Exception):
    """An event came to a delivery whose state does not take it."""
