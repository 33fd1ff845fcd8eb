"""What waits for a person: drafts, reviews, publications, deliveries that stopped. Each is bounded and counted."""

from hub.store.desks.deliveries import STUCK, scheduled, stuck
from hub.store.desks.pile import LINES, SINCE, Item, Pile, wrote
from hub.store.desks.releases import official, some, to_fix, to_publish, uninterpreted, unofficial
from hub.store.desks.reviewing import REVIEWING, Reviewing, in_review
from hub.store.desks.signatures import Signed, signed

__all__ = [
    "LINES",
    "REVIEWING",
    "SINCE",
    "STUCK",
    "Item",
    "Pile",
    "Reviewing",
    "Signed",
    "in_review",
    "official",
    "scheduled",
    "signed",
    "some",
    "stuck",
    "to_fix",
    "to_publish",
    "uninterpreted",
    "unofficial",
    "wrote",
]
