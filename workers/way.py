"""Right of way in one process: what makes official times goes first, then what else is public at once, then the rest.

All channels share one processor. Who gives way does so for a moment only, whatever becomes of the others (law 9).
"""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from channels.contract import Channel
from schemas.delivery import Action
from workers import rest


class Hands:
    """How many are at something, and a way to wait until nobody is."""

    def __init__(self) -> None:
        self._count = 0
        self._free = asyncio.Event()
        self._free.set()

    @property
    def are_free(self) -> bool:
        """Whether nobody is at it."""
        return self._free.is_set()

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Be at it while the block runs."""
        self._count += 1
        self._free.clear()
        try:
            yield
        finally:
            self._count -= 1
            if not self._count:
                self._free.set()

    async def free(self, *, seconds: float) -> None:
        """Return once nobody is at it, or after so long."""
        await rest.until(self._free, seconds=seconds)


class Way:
    """Who is at what. A channel whose readers find things much later keeps nobody waiting."""

    def __init__(self) -> None:
        self.official = Hands()  #: what can make an official time
        self.publishing = Hands()  #: what is public, or gone, as soon as it is done
        self.working = Hands()  #: that, and what is added to it later

    @contextmanager
    def taken(self, channel: Channel, action: Action | None = None) -> Iterator[None]:
        """While the block runs, the channel has a delivery in hand; without an action, it looks for some."""
        adds = action is Action.ANNOTATE
        mine = [self.official] if channel.settings.authoritative and not adds else []
        if channel.traits.shows_at_once:
            mine += [self.working] if adds else [self.publishing, self.working]
        with ExitStack() as stack:
            for one in mine:
                stack.enter_context(one.taken())
            yield
