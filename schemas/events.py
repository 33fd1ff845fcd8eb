"""What happens to a delivery: each event is a past participle, and the only thing that moves one."""

from datetime import datetime

from schemas.delivery import Trouble
from schemas.publication import Receipt, Sighting
from schemas.release import Frozen


class Claimed(Frozen):
    """A worker took the lease. What has not left and is later than `patience_seconds` waits for a person instead."""

    owner: str
    until: datetime
    patience_seconds: float


class Prepared(Frozen):
    """Everything that could be uploaded is."""


class Intended(Frozen):
    """The irreversible call is about to leave; written before it does."""

    rendering_sha256: str  #: digest of the bytes that will leave


class Accepted(Frozen):
    """The channel took it."""

    receipt: Receipt


class Seen(Frozen):
    """Our own fetch found every document at its public address."""

    sightings: tuple[Sighting, ...]


class Unseen(Frozen):
    """Not there yet, which is no trouble: look again after this many seconds."""

    again_after_seconds: float


class Absent(Frozen):
    """The channel was asked and certainly does not have it: the commit may be made (again)."""


class Troubled(Frozen):
    """An attempt met a trouble.

    `is_channels` says that the channel as a whole is not well: then no try is counted, nobody is called for this one
    delivery, and the channel's circuit decides when something is sent again.
    """

    trouble: Trouble
    is_channels: bool = False


class Released(Frozen):
    """The worker gave the lease back untouched (it is stopping): no attempt is counted."""


class Retried(Frozen):
    """A person asks for another try, now."""


class Postponed(Frozen):
    """A person gives it another time."""

    planned_at: datetime
    due_at: datetime


class Settled(Frozen):
    """A person found out, with evidence, what became of a send: its receipt, or None when it was not carried out."""

    receipt: Receipt | None


class Cancelled(Frozen):
    """A person, or an edit of the release, takes it out of the queue."""


class Superseded(Frozen):
    """A newer edition of the same release goes to the same channel."""


class Withdrawn(Frozen):
    """Its release was withdrawn after the channel took it and before we saw it: the withdrawal behind it goes now."""


Event = (
    Claimed
    | Prepared
    | Intended
    | Accepted
    | Seen
    | Unseen
    | Absent
    | Troubled
    | Released
    | Retried
    | Postponed
    | Settled
    | Cancelled
    | Superseded
    | Withdrawn
)
