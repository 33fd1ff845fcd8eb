"""A channel's line in this process: claims as many deliveries as it has hands free, never another channel's."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress

import structlog
from sqlalchemy.exc import SQLAlchemyError

from schemas.delivery import Delivery
from workers import deliver
from workers.station import Station
from workers.worker import Worker

_log = structlog.get_logger()

#: How long a freed hand waits for others that end with it; in a backlog, for half of all hands.
TOGETHER_SECONDS = 0.003
BACKLOG_SECONDS = 0.05
#: How long a claim waits at most for lines that can make an official time.
GIVE_WAY_SECONDS = 0.05


class Line:
    """Rings may come from anywhere and as often as they like; they only say "look".

    `ahead` are the lines that it gives way to: those that can make an official time, when it cannot itself.
    """

    def __init__(self, worker: Worker, channel: str, *, ahead: Sequence["Line"] = ()) -> None:
        self.channel = channel
        self._ahead = ahead
        self._station = Station(worker, channel)
        self._hands = self._station.channel.traits.concurrency
        self._rung = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._running: set[asyncio.Task[None]] = set()
        self._is_backlog = False  #: the last claim took as many as it was allowed
        self._soon: asyncio.TimerHandle | None = None

    def ring(self) -> None:
        """Have the line look for due deliveries. Returns at once."""
        self._idle.clear()
        self._rung.set()

    async def idle(self) -> None:
        """Return once it has nothing in hand, and what it was rung for is done."""
        await self._idle.wait()

    async def run(self, stopping: asyncio.Event) -> None:
        """Work until `stopping`, then finish what is in hand. A cancellation gives leases back first."""
        try:
            while not stopping.is_set():
                await self._rung.wait()
                await self._give_way()
                self._rung.clear()
                if not stopping.is_set():
                    await self._fill()
                    if not self._running and not self._rung.is_set():
                        self._idle.set()
            if self._running:
                await asyncio.wait(self._running)
        finally:
            for task in self._running:
                task.cancel()
            if self._running:
                await asyncio.wait(self._running, timeout=5)

    async def _give_way(self) -> None:
        """Let official times be made first: this process has one processor for all its channels.

        For a moment only, whatever becomes of them (law 9).
        """
        if not self._ahead:
            return
        # One who rang for all rang for them, too.
        await asyncio.sleep(TOGETHER_SECONDS)
        with suppress(TimeoutError):
            async with asyncio.timeout(GIVE_WAY_SECONDS):
                for line in self._ahead:
                    await line.idle()

    async def _fill(self) -> None:
        free = self._hands - len(self._running)
        if free <= 0:
            return
        try:
            claimed = await deliver.claim(self._station, limit=free)
        except (SQLAlchemyError, OSError) as error:
            # The sweep rings again; nothing was claimed.
            _log.warning("line.unreachable", channel=self.channel, reason=type(error).__name__)
            return
        self._is_backlog = len(claimed) == free
        for delivery in claimed:
            self._start(delivery)

    def _start(self, delivery: Delivery) -> None:
        task = asyncio.create_task(deliver.deliver(self._station, delivery))
        self._running.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()):
            # The store could not be written: the lease runs out and the delivery is found again.
            _log.error("delivery.unrecorded", channel=self.channel, exc_info=error)
        if not self._running:
            # Even if it has been rung again: an official time that was made here is made, and annotations can wait.
            self._idle.set()
        self._look_soon()

    def _look_soon(self) -> None:
        """Look again once more hands are free: those that end together make room for one claim, not for one each."""
        free = self._hands - len(self._running)
        wait = BACKLOG_SECONDS if self._is_backlog and 2 * free < self._hands else TOGETHER_SECONDS
        if self._soon is not None:
            self._soon.cancel()
            wait = min(wait, max(0.0, self._soon.when() - asyncio.get_running_loop().time()))
        self._soon = asyncio.get_running_loop().call_later(wait, self._ring_again)

    def _ring_again(self) -> None:
        self._soon = None
        self.ring()
