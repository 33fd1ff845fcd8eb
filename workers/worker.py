"""What an act of time needs to hand: one value per process, put together in `workers.main`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncEngine

from channels.contract import Channel
from hub.bell import Bell
from schemas.delivery import Delivery
from schemas.rulebook import USUAL, Rulebook
from workers.checkpoint import Checkpointer
from workers.way import Way


@dataclass(frozen=True)
class Worker:
    """One worker process. `dice` gives numbers in [0, 1) and is an argument so that tests can throw them."""

    name: str
    engine: AsyncEngine
    channels: Mapping[str, Channel]
    bell: Bell
    checkpointer: Checkpointer
    public_url: str
    lease_seconds: float
    patience_seconds: float  #: later than this after its time, what has not left waits for a person
    dice: Callable[[], float]
    rules: Rulebook = USUAL  #: the bureau's own numbers for the last checks before a send
    way: Way = field(default_factory=Way)  #: what all lines of the process share

    @property
    def who(self) -> str:
        """How the log calls it."""
        return f"worker:{self.name}"

    @property
    def editable(self) -> list[str]:
        """The channels on which a document can be changed in place."""
        return [name for name, channel in self.channels.items() if channel.traits.editable]

    def waits(self, delivery: Delivery) -> bool:
        """Whether its channel sends nothing before the official time, so that the bytes always know it."""
        return self.channels[delivery.channel].traits.after_official

    def is_authoritative(self, delivery: Delivery) -> bool:
        """Whether a sighting on the delivery's channel can make the official time."""
        return self.channels[delivery.channel].settings.authoritative
