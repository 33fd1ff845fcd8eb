"""News: whoever must hear of what the log records follows it, and acts on each entry exactly once.

A follower turns entries into rows of its own (mails due, deliveries to hubs' subscribers, lines of the search index) in
the transaction that moves its position. If the process dies before that commits, the entries are read again; after it,
the rows are there, and whoever works them off finds them.

The log is read once for all followers of a process. Only those that want something of what was read pay for a
transaction of their own; the others are moved on together.
"""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from typing import Protocol, runtime_checkable

import structlog
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from hub import bell
from hub.store import followers
from hub.store.followers import Passed, Reach
from schemas.entry import EntryType
from workers import rest
from workers.way import Way

_log = structlog.get_logger()

#: The longest that news goes unnoticed when every ring is lost, and the rest after a failure.
INTERVAL_SECONDS = 1.0
#: After reading, others may catch their breath: what comes meanwhile is read together, and read without another ring.
PAUSE_SECONDS = 0.1
#: How long it waits at most for deliveries that are public at once, and how long those must have rested.
GIVE_WAY_SECONDS, REST_SECONDS = 0.5, 0.02
RECONNECT_SECONDS = 1.0


class Follower(Protocol):
    """One reader of the log."""

    @property
    def name(self) -> str:
        """Its row in the store; never another's, never changed."""

    @property
    def kinds(self) -> Collection[EntryType]:
        """The entries that it wants."""

    async def take(self, connection: AsyncConnection, entries: Sequence[Passed]) -> None:
        """Write what follows from the entries, in this transaction and nowhere else.

        The first run begins at the log's first entry. Whatever it raises leaves the position where it was, and is tried
        again: a take that can never succeed must pass the entry over itself, and say so.
        """

    async def told(self) -> None:
        """After the commit: wake whoever works off the rows. What is lost here is found by their own sweep."""


@runtime_checkable
class Choosy(Follower, Protocol):
    """A follower that sees by an entry's own words whether it is any business of its own."""

    def wants(self, entry: Passed) -> bool:
        """Whether it does; of an entry of its kinds. What it does not want passes it by for good."""


async def follow(engine: AsyncEngine, following: Sequence[Follower], woken: asyncio.Event, way: Way) -> None:
    """Have all of them follow the log for ever. Any number of processes may. Ends by cancellation only.

    One that is slow, or fails, holds up no other: it is left alone until it is done. All give way to deliveries.
    """
    busy: dict[str, asyncio.Task[None]] = {}
    try:
        while True:
            await _give_way(way)
            woken.clear()
            if await _look(engine, following, busy, woken):
                await asyncio.sleep(PAUSE_SECONDS)
            else:
                await rest.until(woken, seconds=INTERVAL_SECONDS)
    finally:
        for task in busy.values():
            task.cancel()
        if busy:
            await asyncio.wait(busy.values())


async def step(engine: AsyncEngine, follower: Follower) -> bool:
    """Have one follower read what is new, once. Durable on return. Return whether there is more."""
    async with engine.begin() as connection:
        found = await followers.reach(connection, follower.name, follower.kinds)
        if found is None or found.position == found.start:
            return False
        if entries := _wanted(follower, found):
            await follower.take(connection, entries)
        await followers.advance(connection, follower.name, found.position)
    # Dies here: the rows are there and nobody was woken. Their own sweep finds them.
    if entries:
        await follower.told()
    return not found.is_last


async def listen(redis_url: str, woken: Mapping[str, asyncio.Event]) -> None:
    """Set the event of a topic whenever a process rings for it. Ends by cancellation only."""
    while True:
        redis = bell.connect(redis_url)
        try:
            async with redis.pubsub() as wakes:
                await wakes.subscribe(*woken)
                while True:
                    if message := await wakes.get_message(ignore_subscribe_messages=True, timeout=60):
                        woken[message["channel"].decode()].set()
        except (RedisError, OSError, TimeoutError) as error:
            _log.warning("news.deaf", reason=type(error).__name__)
        finally:
            await bell.close(redis)
        await asyncio.sleep(RECONNECT_SECONDS)


async def _look(
    engine: AsyncEngine, following: Sequence[Follower], busy: dict[str, asyncio.Task[None]], woken: asyncio.Event
) -> bool:
    """Read what is new; start those that want some of it, and move the others on. Return whether there was anything."""
    free = {one.name: one for one in following if one.name not in busy}
    try:
        async with engine.begin() as connection:
            unread = await followers.unread(connection, {name: one.kinds for name, one in free.items()})
            wanting = {name for name, found in unread.items() if _wanted(free[name], found)}
            for start in {one.start for one in unread.values()}:
                idle = [name for name, found in unread.items() if found.start == start and name not in wanting]
                if idle:
                    await followers.pass_over(connection, idle, unread[idle[0]])
    except (SQLAlchemyError, OSError) as error:
        _log.warning("news.unreachable", reason=type(error).__name__)
        return False

    def done(task: asyncio.Task[None]) -> None:
        del busy[task.get_name()]
        # What was rung for meanwhile has not been looked at for this one.
        woken.set()

    for name in wanting:
        busy[name] = asyncio.create_task(_read(engine, free[name]), name=name)
        busy[name].add_done_callback(done)
    return bool(unread)


async def _read(engine: AsyncEngine, follower: Follower) -> None:
    """Have one follower read all that is new. After a failure it rests, so that it is not tried again at once."""
    try:
        while await step(engine, follower):
            pass
    except (SQLAlchemyError, OSError) as error:
        _log.warning("news.unreachable", follower=follower.name, reason=type(error).__name__)
        await asyncio.sleep(INTERVAL_SECONDS)
    except Exception:  # noqa: BLE001
        # One follower's bug is its own: the others, and every delivery, go on.
        _log.exception("news.bug", follower=follower.name)
        await asyncio.sleep(INTERVAL_SECONDS)


def _wanted(follower: Follower, found: Reach) -> list[Passed]:
    """What is read for several is not all for each."""
    mine = [one for one in found.entries if one.type in follower.kinds]
    return [one for one in mine if follower.wants(one)] if isinstance(follower, Choosy) else mine


async def _give_way(way: Way) -> None:
    """Let what is under way be seen first. A moment must have passed: whoever is done rings for what follows."""
    with suppress(TimeoutError):
        async with asyncio.timeout(GIVE_WAY_SECONDS):
            await asyncio.sleep(REST_SECONDS)
            while not way.working.are_free:
                await way.working.free(seconds=GIVE_WAY_SECONDS)
                await asyncio.sleep(REST_SECONDS)
