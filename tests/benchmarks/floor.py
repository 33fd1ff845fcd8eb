"""What publishing cannot do without, measured bare: one durable commit, one queue hop, one file, one fetch."""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import asyncpg

from hub import bell
from tests.benchmarks import press, town
from tests.benchmarks.town import Town
from workers.queue import Ear

CHANNEL = "floor"
PAGE = "/index.html"


class _Bed:
    """Stands where a line stands: somebody is asleep until the bell rings."""

    channel = CHANNEL

    def __init__(self) -> None:
        self.rung = asyncio.Event()

    def ring(self) -> None:
        self.rung.set()


@dataclass(frozen=True)
class Floor:
    """The four parts, ready to be measured again and again."""

    store: asyncpg.Connection
    bell: bell.Bell
    bed: _Bed
    folder: Path
    http: aiohttp.ClientSession
    page: str

    async def once(self) -> float:
        """Do each of them once and return how long all took, in milliseconds."""
        started = time.perf_counter()
        await self.store.execute("INSERT INTO bench_floor (body) VALUES ($1)", press.notice()[0].body)
        self.bed.rung.clear()
        await self.bell.ring(CHANNEL)
        await self.bed.rung.wait()
        _write(self.folder, press.notice()[0].body.encode())
        async with self.http.get(self.page) as answer:
            answer.raise_for_status()
            await answer.read()
        return 1000 * (time.perf_counter() - started)


@asynccontextmanager
async def laid(built: Town) -> AsyncIterator[Floor]:
    """Yield the floor of a town whose site has a home page already."""
    redis, bed = bell.connect(built.house.servers.redis_url), _Bed()
    async with town.superuser(built) as store, aiohttp.ClientSession() as http:
        await store.execute("CREATE TABLE IF NOT EXISTS bench_floor (body text)")
        await store.execute("SET synchronous_commit = on")
        listening = asyncio.create_task(Ear(redis, bed).main())  # type: ignore[arg-type]
        try:
            yield Floor(store, built.house.hub.bell, bed, built.folder, http, built.house.public_url + PAGE)
        finally:
            listening.cancel()
            await asyncio.wait([listening])
            await redis.aclose(close_connection_pool=True)


def _write(folder: Path, body: bytes) -> None:
    """One atomic, durable file: a reader finds the old one or the new one, also after a power cut."""
    fresh = folder / "floor.new"
    with fresh.open("wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(folder / "floor")
    handle = os.open(folder, os.O_RDONLY)
    os.fsync(handle)
    os.close(handle)
