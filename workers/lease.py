"""Keeps a worker's lease alive, and stops the worker before somebody else may start."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import datetime

import structlog
from sqlalchemy.exc import SQLAlchemyError

from hub.core.delivery import SHORT_WAIT_SECONDS
from hub.store import deliveries
from hub.store.deliveries import LostLeaseError
from schemas.delivery import Delivery
from workers.worker import Worker

_log = structlog.get_logger()


@asynccontextmanager
async def kept(worker: Worker, delivery: Delivery) -> AsyncIterator[None]:
    """Renew the lease every third of its length; cancel the work at two thirds without a confirmed renewal.

    Raises LostLeaseError when the lease was lost. The store refuses a late write by its fence in any case; this makes
    sure that a call that is still under way ends before the lease does.
    """
    task = asyncio.current_task()
    lost = asyncio.Event()

    def stop() -> None:
        lost.set()
        if task is not None:
            task.cancel()

    renewing = asyncio.create_task(_renew(worker, delivery, stop))
    try:
        yield
    except asyncio.CancelledError:
        if lost.is_set() and task is not None:
            task.uncancel()
            raise LostLeaseError(delivery.id) from None
        raise
    finally:
        renewing.cancel()
        with suppress(asyncio.CancelledError):
            await renewing


async def _renew(worker: Worker, delivery: Delivery, stop: Callable[[], None]) -> None:
    third = worker.lease_seconds / 3
    clock = asyncio.get_running_loop().time
    confirmed = clock()
    while True:
        await asyncio.sleep(third)
        try:
            async with asyncio.timeout(third / 2), worker.engine.begin() as connection:
                if not await deliveries.renew(connection, delivery, seconds=worker.lease_seconds):
                    return stop()
            confirmed = clock()
        except (SQLAlchemyError, OSError, TimeoutError) as error:
            _log.warning("lease.unrenewed", delivery=delivery.id, reason=type(error).__name__)
            if clock() - confirmed >= 2 * third:
                return stop()


async def wait_until(at: datetime) -> None:
    """Sleep until the time, at once if it is past; never longer than a short wait, should the clocks disagree."""
    left = (at - datetime.now(at.tzinfo)).total_seconds()
    await asyncio.sleep(min(max(0.0, left), SHORT_WAIT_SECONDS))
