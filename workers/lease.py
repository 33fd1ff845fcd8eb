"""Keeps a channel's leases alive, and stops a delivery's work before somebody else may start it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from hub.core.delivery.limits import SHORT_WAIT_SECONDS
from hub.store import leases
from hub.store.deliveries import LostLeaseError
from schemas.delivery import Delivery

_log = structlog.get_logger()


@dataclass
class _Held:
    delivery: Delivery
    stop: Callable[[], None]
    confirmed: float  #: this process's clock when the store last confirmed the lease


class Keeper:
    """Renews all leases that it was given, four times in their length, in one statement.

    A renewal may take until the first lease is in doubt: on a machine that is busy, it is late for itself already, and
    cut short it would be tried again and come later still.

    The store refuses a late write by its fence in any case; this makes sure that a call that is still under way ends
    before its lease does.
    """

    def __init__(self, engine: AsyncEngine, seconds: float) -> None:
        self._engine = engine
        self._seconds = seconds
        self._held: dict[tuple[int, int], _Held] = {}
        self._renewing: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def kept(self, delivery: Delivery, *, since: float | None = None) -> AsyncIterator[None]:
        """Keep the lease while the block runs. Raises LostLeaseError, the block cancelled, when it was lost.

        Lost is also what has not been confirmed for two thirds of its length. `since` is the clock before the lease
        was asked for, if not now: a process may have been stopped meanwhile.
        """
        task = asyncio.current_task()
        lost = asyncio.Event()

        def stop() -> None:
            lost.set()
            if task is not None:
                task.cancel()

        key = (delivery.id, delivery.fence)
        self._held[key] = _Held(delivery, stop, clock() if since is None else since)
        if self._renewing is None:
            self._renewing = asyncio.create_task(self._renew())
        try:
            yield
        except asyncio.CancelledError:
            if lost.is_set() and task is not None:
                task.uncancel()
                raise LostLeaseError(delivery.id) from None
            raise
        finally:
            self._held.pop(key, None)

    def let_go(self, delivery: Delivery) -> None:
        """The lease was given back: a renewal that does not find it any more has lost nothing."""
        self._held.pop((delivery.id, delivery.fence), None)

    def check(self, delivery: Delivery) -> None:
        """Raise LostLeaseError unless the lease was confirmed recently enough to be ours still.

        The clock goes on while a process is stopped, so this tells one that has just been continued.
        """
        if self.doubts(delivery):
            raise LostLeaseError(delivery.id)

    def doubts(self, delivery: Delivery) -> bool:
        """Whether the lease may be somebody else's by now."""
        held = self._held.get((delivery.id, delivery.fence))
        return held is None or self._doubted_in(held) <= 0

    def _doubted_in(self, held: _Held) -> float:
        """Seconds until the lease can no longer be believed to be ours."""
        return held.confirmed + self._seconds * 2 / 3 - clock()

    async def _renew(self) -> None:
        try:
            while self._held:
                await asyncio.sleep(min(self._seconds / 4, *(self._doubted_in(one) for one in self._held.values())))
                await self._round()
        finally:
            self._renewing = None

    async def _round(self) -> None:
        wanted = dict(self._held)
        if not wanted:
            return
        began = clock()
        left = min(self._doubted_in(one) for one in wanted.values())
        try:
            async with asyncio.timeout(left), self._engine.connect() as connection:
                await connection.execution_options(isolation_level="AUTOCOMMIT")
                renewed, lost = await leases.renew(
                    connection, [one.delivery for one in wanted.values()], seconds=self._seconds
                )
        except (SQLAlchemyError, OSError, TimeoutError) as error:
            _log.warning("lease.unrenewed", held=len(wanted), reason=type(error).__name__)
            renewed, lost = set(), set()
        for key, one in wanted.items():
            if key in renewed:
                one.confirmed = began
            elif key in self._held and (key in lost or self._doubted_in(one) <= 0):
                del self._held[key]
                one.stop()


def clock() -> float:
    """This process's clock, in seconds; it goes on while the process is stopped."""
    return asyncio.get_running_loop().time()


async def wait_until(at: datetime) -> None:
    """Sleep until the time, at once if it is past; never longer than a short wait, should the clocks disagree."""
    left = (at - datetime.now(at.tzinfo)).total_seconds()
    await asyncio.sleep(min(max(0.0, left), SHORT_WAIT_SECONDS))
