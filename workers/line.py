"""A channel's line in this process: claims as many deliveries as it has hands free, never another channel's."""

import asyncio

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
#: How long a claim waits at most for what can make an official time.
GIVE_WAY_SECONDS = 0.1


class Line:
    """Rings may come from anywhere and as often as they like; they only say "look"."""

    def __init__(self, worker: Worker, channel: str) -> None:
        self.channel = channel
        self._way = worker.way
        self._station = Station(worker, channel)
        self._hands = self._station.channel.traits.concurrency
        self._rung = asyncio.Event()
        self._running: set[asyncio.Task[None]] = set()
        self._is_backlog = False  #: the last claim took as many as it was allowed
        self._soon: asyncio.TimerHandle | None = None

    def ring(self) -> None:
        """Have the line look for due deliveries. Returns at once."""
        self._rung.set()

    async def run(self, stopping: asyncio.Event) -> None:
        """Work until `stopping`, then finish what is in hand. A cancellation gives leases back first."""
        try:
            while not stopping.is_set():
                await self._rung.wait()
                with self._way.taken(self._station.channel):
                    await self._give_way()
                    self._rung.clear()
                    if not stopping.is_set():
                        await self._fill()
            if self._running:
                await asyncio.wait(self._running)
        finally:
            for task in self._running:
                task.cancel()
            if self._running:
                await asyncio.wait(self._running, timeout=5)

    async def _give_way(self) -> None:
        """Let official times be made first."""
        if not self._station.channel.settings.authoritative:
            # One who rang for all rang for them, too.
            await asyncio.sleep(TOGETHER_SECONDS)
            await self._way.official.free(seconds=GIVE_WAY_SECONDS)

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
            task = asyncio.create_task(self._deliver(delivery))
            self._running.add(task)
            task.add_done_callback(self._done)
        # Each takes its place on the way before the line lets go of its own.
        await asyncio.sleep(0)

    async def _deliver(self, delivery: Delivery) -> None:
        with self._way.taken(self._station.channel, delivery.action):
            await deliver.deliver(self._station, delivery)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()):
            # The store could not be written: the lease runs out and the delivery is found again.
            _log.error("delivery.unrecorded", channel=self.channel, exc_info=error)
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
