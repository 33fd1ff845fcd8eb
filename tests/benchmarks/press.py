"""Pressing the button on a real notice and watching the store until the public has been seen to see it."""

import asyncio
import random
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from importlib import resources

import asyncpg
from sqlalchemy import text

from hub import samples
from hub.commands import drafting, publishing, reviewing
from hub.store import engine
from schemas.release import Document
from schemas.review import Decision, Level
from tests import making
from tests.benchmarks.town import Town

#: How often the store is asked; the figure may be this much too large.
POLL_SECONDS = 0.002
#: Between submission and the last approval, where people take minutes: what is made ahead must not be under way.
READING_SECONDS = 0.5
CHANNELS = ("website", "rss")
#: The longest that one release may take before the benchmark gives up.
PATIENCE_SECONDS = 60

_SEEN = (
    "SELECT channel, seen_at FROM publications WHERE release_id = $1 AND document = 'policy' AND seen_at IS NOT NULL"
)
_OPEN = text(
    "SELECT count(*) FROM deliveries WHERE channel = ANY(:channels)"
    " AND state IN ('waiting', 'working', 'accepted', 'unconfirmed')"
)


@dataclass(frozen=True)
class Seen:
    """How long one release took until the website's first sighting could be read from the store, in milliseconds."""

    from_button: float
    from_approval: float  #: the same, counted from the call that gives the last approval
    command: float  #: the command alone: until the button's transaction is durable and the workers are rung


async def website(built: Town) -> Seen:
    """Write, review and publish one notice at once on the website and the feeds, and wait for the website."""
    release = await ready(built, last=False)
    await asyncio.sleep(READING_SECONDS)
    approving = time.perf_counter()
    await _approve(built, release, *making.REVIEWS[-1])
    pressing = time.perf_counter()
    await publishing.publish(built.house.hub, built.staff["publisher"], release, channels=CHANNELS)
    pressed = time.perf_counter()
    await seen(built, release, {"website"})
    end = time.perf_counter()
    return Seen(1000 * (end - pressing), 1000 * (end - approving), 1000 * (pressed - pressing))


async def everywhere(built: Town) -> int:
    """Publish one notice on the website and in the feeds, and return its release once both have settled."""
    release = await ready(built, last=True)
    await publishing.publish(built.house.hub, built.staff["publisher"], release, channels=CHANNELS)
    await seen(built, release, set(CHANNELS))
    await idle(built)
    return release


async def ready(built: Town, *, last: bool) -> int:
    """A submitted notice with all approvals, or with all but the last one."""
    editor, hub = built.staff["editor"], built.house.hub
    release = (await drafting.create(hub, editor, making.metadata())).id
    for document in notice():
        await drafting.put_document(hub, editor, release, document)
    await reviewing.submit(hub, editor, release)
    for login, level in making.REVIEWS if last else making.REVIEWS[:-1]:
        await _approve(built, release, login, level)
    return release


async def seen(built: Town, release: int, channels: set[str]) -> dict[str, datetime]:
    """Wait until the policy has been seen on these channels, and return when that was by the store's clock."""
    async with asyncio.timeout(PATIENCE_SECONDS), built.house.engine.connect() as connection:
        # Past SQLAlchemy: whoever looks this often must not take the processor from those that it looks at.
        store = (await connection.get_raw_connection()).driver_connection
        assert isinstance(store, asyncpg.Connection)
        while True:
            found = {row["channel"]: row["seen_at"] for row in await store.fetch(_SEEN, release)}
            if channels <= found.keys():
                return found
            await asyncio.sleep(POLL_SECONDS)


async def idle(built: Town) -> None:
    """Wait until nothing is open for the newest release, then for a moment of no particular length."""
    async with asyncio.timeout(PATIENCE_SECONDS), built.house.engine.connect() as connection:
        while (await connection.execute(_OPEN, {"channels": list(CHANNELS)})).scalar_one():
            await connection.rollback()
            await asyncio.sleep(0.02)
    # Otherwise every sample would meet the sweep and the checkpointer at the same point of their second.
    await asyncio.sleep(random.uniform(0.02, 0.2))  # noqa: S311 - no secret


async def soon(built: Town, seconds: float) -> datetime:
    """A time so far ahead by the store's clock."""
    async with built.house.engine.connect() as connection:
        return await engine.now(connection) + timedelta(seconds=seconds)


@cache
def notice() -> tuple[Document, ...]:
    """The sample notice and its interpretation: real texts of real length."""
    policy, interpretation = making.documents()
    return (
        policy.model_copy(update={"body": _paragraphs("notice-253.txt")}),
        interpretation.model_copy(update={"body": _paragraphs("interpretation-253.md")}),
    )


def _paragraphs(name: str) -> str:
    lines = resources.files(samples).joinpath(name).read_text("utf-8").splitlines()
    return "".join(f"<p>{line.strip('# -')}</p>" for line in lines if line.strip())


async def _approve(built: Town, release: int, login: str, level: Level) -> None:
    await reviewing.review(built.house.hub, built.staff[login], release, level, Decision.APPROVE)
