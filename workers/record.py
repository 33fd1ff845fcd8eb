"""A record: what a worker wants written of one attempt, and what was written."""

from dataclasses import dataclass

from schemas.delivery import Delivery, Event, Seen


@dataclass(frozen=True)
class Record:
    """The delivery as the worker knows it, and what it met."""

    before: Delivery
    event: Event

    @property
    def shows_policy(self) -> bool:
        """Whether somebody has seen the policy itself: what an official time is made of."""
        return isinstance(self.event, Seen) and any(s.document == "policy" for s in self.event.sightings)


@dataclass(frozen=True)
class Recorded:
    """The delivery as it is now, and the size of the log that tells of it."""

    after: Delivery
    log_size: int
