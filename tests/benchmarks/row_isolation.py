"""The website's latency while WeChat is down and ten thousand deliveries wait there, beside the same without them."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from statistics import median

from tests.benchmarks import corpus, press, town
from tests.benchmarks.report import Figure, spread, tell

NAME = "isolation"
BACKLOG = 10_000
SAMPLES = 20
#: Without, with, without …: a machine that grows slower meanwhile is not taken for the backlog's effect.
BLOCKS = 5

_QUEUE_AGAIN = """
UPDATE deliveries SET state = 'waiting', step = 'prepare', due_at = clock_timestamp(), attempts = 0, claims = 0
WHERE channel = 'wechat' AND action = 'publish'
"""
_CLEAR = """
UPDATE deliveries SET state = 'cancelled', lease_owner = NULL, lease_until = NULL
WHERE channel = 'wechat' AND state <> 'cancelled'
"""
_TRIED = "SELECT count(*) FROM attempts a JOIN deliveries d ON d.id = a.delivery_id WHERE d.channel = 'wechat'"


async def run(*, quick: bool) -> list[Figure]:
    """A server that refuses and one that accepts and never answers; the worse of the two counts."""
    figures = []
    for name, down in (("refused", _refusing), ("silent", _silent)):
        async with down() as port:
            figures.append(await _measured(f"{NAME}.{name}", port, quick=quick))
    worse = max(figures, key=lambda figure: figure.ratio or 0.0)
    return [*figures, Figure(NAME, worse.value, "ms", worse.floor, "ratio <= 1.2")]


async def _measured(name: str, port: int, *, quick: bool) -> Figure:
    backlog, samples = (500, 4) if quick else (BACKLOG, SAMPLES)
    without: list[float] = []
    beside: list[float] = []
    async with town.built([town.WEBSITE, town.RSS, _wechat(port)]) as built, town.worked(built):
        await press.website(built)
        async with town.superuser(built) as store:
            made = await corpus.fill(store, built.staff, backlog)
            await corpus.queue(store, made, "wechat", state="cancelled")
            await store.execute("ANALYZE")
            for block in range(3 if quick else BLOCKS):
                await store.execute(_QUEUE_AGAIN if block % 2 else _CLEAR)
                await built.house.hub.bell.ring("wechat")
                await press.idle(built)
                for _ in range(samples):
                    (beside if block % 2 else without).append((await press.website(built)).from_button)
                    await press.idle(built)
            tell(f"{name}: {await store.fetchval(_TRIED)} attempts on the channel that is down")
    spread(f"{name}, without backlog", without, "ms")
    spread(f"{name}, with {backlog} queued", beside, "ms")
    return Figure(name, median(beside), "ms", median(without))


def _wechat(port: int) -> town.Table:
    account = {"name": "wechat", "kind": "wechat", "app_id": "wxbench", "secret": "bench"}
    return {**account, "api_base": f"http://127.0.0.1:{port}"}


@asynccontextmanager
async def _refusing() -> AsyncIterator[int]:
    """A port that nobody listens on, kept from others while the block runs."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]


@asynccontextmanager
async def _silent() -> AsyncIterator[int]:
    """A port that takes every connection and says nothing."""
    kept: list[asyncio.StreamWriter] = []

    async def take(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        kept.append(writer)

    server = await asyncio.start_server(take, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for writer in kept:
            writer.close()
