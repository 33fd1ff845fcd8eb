"""The worker program: lines, ears, sweep and checkpointer of the channels it serves, until it is asked to stop."""

import asyncio
import os
import random
import socket
from collections.abc import Sequence

import structlog

from hub.app import House
from schemas.errors import ErrorCode, HubError
from workers import beside, queue, sweep, tending
from workers.checkpoint import Checkpointer
from workers.line import Line
from workers.worker import Worker

_log = structlog.get_logger()

#: How long a delivery in hand may take to end after SIGTERM before its lease is given back unfinished.
GRACE_SECONDS = 25.0


def hire(house: House) -> Worker:
    """Return this process's worker."""
    return Worker(
        name=house.settings.worker_name or f"{socket.gethostname()}-{os.getpid()}",
        engine=house.engine,
        channels=house.channels,
        bell=house.hub.bell,
        checkpointer=Checkpointer(house.engine, house.signer, house.settings.data_dir / "log.guard"),
        public_url=house.public_url,
        lease_seconds=house.settings.lease_seconds,
        patience_seconds=house.settings.patience_seconds,
        dice=random.random,
        rules=house.hub.rules,
    )


async def work(house: House, stopping: asyncio.Event, *, channels: Sequence[str] = ()) -> None:
    """Deliver on the channels (all by default) until `stopping`; then finish what is in hand within the grace.

    Raises HubError(NO_CHANNEL) for a name that is not configured.
    """
    worker = hire(house)
    lines = {name: Line(worker, name) for name in _served(house, channels)}
    _log.info("worker.up", worker=worker.name, channels=sorted(lines))
    working = [asyncio.create_task(line.run(stopping)) for line in lines.values()]
    helping = [
        asyncio.create_task(worker.checkpointer.run()),
        asyncio.create_task(sweep.sweep(worker.engine, lines, lease_seconds=worker.lease_seconds)),
        asyncio.create_task(tending.tend([worker.channels[name] for name in lines])),
        *(asyncio.create_task(queue.listen(house.servers.redis_url, line)) for line in lines.values()),
        *(asyncio.create_task(act) for act in beside.acts(house, worker)),
    ]
    try:
        await _until(stopping, [*working, *helping])
        for line in lines.values():
            line.ring()
        await asyncio.wait(working or [asyncio.create_task(stopping.wait())], timeout=GRACE_SECONDS)
    finally:
        await _end([*working, *helping])
        await worker.checkpointer.noted()
        _log.info("worker.down", worker=worker.name)


async def _end(tasks: Sequence[asyncio.Task[None]]) -> None:
    """Cancel until they have ended: a cancellation that meets a time-out inside a library can be swallowed by it."""
    pending = {task for task in tasks if not task.done()}
    while pending:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=1)


async def _until(stopping: asyncio.Event, tasks: Sequence[asyncio.Task[None]]) -> None:
    """Wait for `stopping`; a part that ends by itself is a bug and ends the program, so that it is started anew."""
    stop = asyncio.create_task(stopping.wait())
    done, _ = await asyncio.wait([stop, *tasks], return_when=asyncio.FIRST_COMPLETED)
    stop.cancel()
    for task in done:
        if task is not stop and not task.cancelled() and (error := task.exception()):
            raise error


def _served(house: House, channels: Sequence[str]) -> list[str]:
    for name in channels:
        if name not in house.channels:
            raise HubError(ErrorCode.NO_CHANNEL, channel=name)
    return list(channels or house.channels)
