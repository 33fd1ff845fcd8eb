"""News: whoever must hear of what the log records follows it, and acts on each entry exactly once.

A follower turns entries into rows of its own (mails due, deliveries to hubs' subscribers, lines of the search index) in
the transaction that moves its position. If the process dies before that commits, the entries are read again; after it,
the rows are there, and whoever works them off finds them.
"""

import asyncio
from collections.abc import Collection, Sequence
from typing import Protocol

import structlog
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from hub import bell
from hub.store import followers
from hub.store.followers import Passed
from schemas.entry import EntryType

_log = structlog.get_logger()

#: The longest that news goes unnoticed when every ring is lost.
INTERVAL_SECONDS = 1.0
#: After reading, others may catch their breath: what comes meanwhile is read together, and read without another ring.
PAUSE_SECONDS = 0.1
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


async def follow(engine: AsyncEngine, follower: Follower, woken: asyncio.Event) -> None:
    """Follow the log for ever. Any number of processes may; one at a time reads. Ends by cancellation only."""
    while True:
        woken.clear()
        try:
            if await _read(engine, follower):
                await asyncio.sleep(PAUSE_SECONDS)
                continue
        except (SQLAlchemyError, OSError) as error:
            _log.warning("news.unreachable", follower=follower.name, reason=type(error).__name__)
        except Exception:  # noqa: BLE001
            # One follower's bug is its own: the others, and every delivery, go on.
            _log.exception("news.bug", follower=follower.name)
        await _wait(woken)


async def _read(engine: AsyncEngine, follower: Follower) -> bool:
    """Read all that is new. Return whether there was anything."""
    more = await step(engine, follower)
    was_new = more is not None
    while more:
        more = await step(engine, follower)
    return was_new


async def step(engine: AsyncEngine, follower: Follower) -> bool | None:
    """Read what is new, once. Durable on return. Return whether there is more; None when there was nothing."""
    async with engine.connect() as connection:
        if not await followers.behind(connection, follower.name):
            return None
    async with engine.begin() as connection:
        found = await followers.reach(connection, follower.name, follower.kinds)
        if found is None:
            return False
        if found.entries:
            await follower.take(connection, found.entries)
        await followers.advance(connection, follower.name, found.position)
    # Dies here: the rows are there and nobody was woken. Their own sweep finds them.
    if found.entries:
        await follower.told()
    return not found.is_last


async def listen(redis_url: str, woken: Sequence[asyncio.Event]) -> None:
    """Set the events whenever a process rings for news. Ends by cancellation only."""
    while True:
        redis = bell.connect(redis_url)
        try:
            async with redis.pubsub() as wakes:
                await wakes.subscribe(bell.NEWS)
                while True:
                    if await wakes.get_message(ignore_subscribe_messages=True, timeout=60):
                        for one in woken:
                            one.set()
        except (RedisError, OSError, TimeoutError) as error:
            _log.warning("news.deaf", reason=type(error).__name__)
        finally:
            await bell.close(redis)
        await asyncio.sleep(RECONNECT_SECONDS)


async def _wait(woken: asyncio.Event) -> None:
    try:
        async with asyncio.timeout(INTERVAL_SECONDS):
            await woken.wait()
    except TimeoutError:
        return
