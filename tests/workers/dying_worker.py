"""A real worker process that kills itself with SIGKILL right before or right after one step of a delivery is written.

It is forked from a server of processes that has everything imported and put together already (`warm`), so that a
hundred deaths take seconds.
"""

import asyncio
import gc
import multiprocessing
import os
import signal
from dataclasses import dataclass
from typing import Literal

from sqlalchemy.ext.asyncio import AsyncConnection

from hub import app
from hub.app import Servers
from hub.core import delivery as rules
from hub.core.delivery import Move
from hub.settings import Settings
from hub.store import outcomes
from hub.store.outcomes import Outcomes
from schemas.delivery import Action, Delivery
from schemas.events import Event
from workers import beside, deliver, main
from workers.deliver import Job
from workers.station import Station

When = Literal["before", "after"]
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["__main__", "tests.workers.warm"])


@dataclass(frozen=True)
class Moment:
    """`what` is an event's name. Before it is written whatever led to it has happened, and nobody knows."""

    when: When
    what: str
    action: Action = Action.PUBLISH

    def __str__(self) -> str:
        return f"{self.when} {self.what} of {self.action}"


@dataclass(frozen=True)
class Doom:
    """Who dies: the worker that brings the release to the moment on the channel."""

    moment: Moment
    release: int
    channel: str

    def meets(self, delivery: Delivery, when: str, what: str) -> bool:
        mine = (delivery.release, delivery.channel, delivery.action) == (self.release, self.channel, self.moment.action)
        return mine and (when, what) == (self.moment.when, self.moment.what)


async def die(settings: Settings, servers: Servers, doom: Doom, *, alone: bool = False) -> int:
    """Run a worker until it has killed itself, and return its exit code.

    `alone`: it serves the doomed channel only, and of what runs beside the lines it does nothing. Dozens of those die.
    """
    channels = [doom.channel] if alone else []
    process = FORKS.Process(target=_run, args=(settings, servers, doom, channels), daemon=True)
    process.start()
    await asyncio.to_thread(process.join, 30)
    process.kill()
    await asyncio.to_thread(process.join)
    code = process.exitcode
    process.close()
    assert code is not None
    return code


def _run(settings: Settings, servers: Servers, doom: Doom, channels: list[str]) -> None:
    # What it was forked with stays for as long as it lives; what it makes itself does not.
    gc.freeze()
    gc.enable()
    _doom_records(doom)
    _doom_claims(doom)
    if channels:
        beside.acts = lambda house, worker: []  # noqa: ARG005 - called by position
    asyncio.run(_work(settings, servers, channels))


async def _work(settings: Settings, servers: Servers, channels: list[str]) -> None:
    async with app.opened(settings, servers) as house:
        await main.work(house, asyncio.Event(), channels=channels)


def _kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _doom_records(doom: Doom) -> None:
    record = Job.record

    async def dying(self: Job, event: Event) -> None:
        before, written = self.delivery, [type(one).__name__ for one in (event, self.moves.following(event)) if one]
        if any(doom.meets(before, "before", what) for what in written):
            _kill()
        await record(self, event)
        if any(doom.meets(before, "after", what) for what in written):
            _kill()

    Job.record = dying  # type: ignore[method-assign]


def _doom_claims(doom: Doom) -> None:
    claim, write = deliver.claim, outcomes.write

    async def dying_write(connection: AsyncConnection, made: Outcomes) -> None:
        claims = [after for before, after in made.changes if after.fence > before.fence]
        if any(doom.meets(one, "before", what) for one in claims for what in _along(one)):
            _kill()
        await write(connection, made)

    async def dying_claim(station: Station, *, limit: int) -> list[Delivery]:
        claimed = await claim(station, limit=limit)
        if any(doom.meets(one, "after", what) for one in claimed for what in _along(one)):
            _kill()
        return claimed

    outcomes.write = dying_write
    deliver.claim = dying_claim


def _along(claimed: Delivery) -> list[str]:
    """What is written of it in the claim's transaction."""
    return ["Claimed", "Prepared", "Intended"] if rules.next_move(claimed) is Move.COMMIT else ["Claimed"]
