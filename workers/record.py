"""A record: what a worker wants written of one attempt, what it changes, and what was written."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from hub.core.delivery import has_come
from schemas.delivery import Action, Delivery
from schemas.events import Event, Seen

#: A delivery as its row was found, and as it is written back.
Change = tuple[Delivery, Delivery]


@dataclass(frozen=True)
class Record:
    """The delivery as the worker knows it, and what it met."""

    before: Delivery
    event: Event
    then: Event | None = None  #: what goes on at once, written with it, if the delivery's time has come

    def steps(self, now: datetime) -> Iterator[Self]:
        """The events one by one, each a record of its own."""
        yield replace(self, then=None)
        if self.then is not None and has_come(self.before, now):
            yield replace(self, event=self.then, then=None)

    @property
    def shows_policy(self) -> bool:
        """Whether somebody has seen the policy itself: what an official time is made of."""
        if self.before.action is Action.WITHDRAW:
            # What was looked for, and found, is that it is gone.
            return False
        return any(s.document == "policy" for seen in self._events() for s in seen.sightings)

    @property
    def is_seen(self) -> bool:
        """Whether the delivery's way ends with it."""
        return any(self._events())

    def _events(self) -> Iterator[Seen]:
        yield from (one for one in (self.event, self.then) if isinstance(one, Seen))


@dataclass(frozen=True)
class Recorded:
    """The delivery as it is now, and the size of the log that tells of it."""

    after: Delivery
    log_size: int
