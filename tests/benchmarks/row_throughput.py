"""Deliveries per second of one worker process on a zero-latency channel, beside arq's own no-op jobs per second."""

import asyncio
import time
from statistics import median

from tests.benchmarks import arq_noop, corpus, town
from tests.benchmarks.memory import KIND
from tests.benchmarks.report import Figure, tell
from tests.benchmarks.town import Town

NAME = "throughput"
CHANNEL = {"name": "memory", "kind": KIND}
ROUNDS = 3
DELIVERIES = 2_000
#: arq's own best setting differs from machine to machine, so the floor is the best of both ends.
MAX_JOBS = (10, 100)
PATIENCE_SECONDS = 600

_LEFT = "SELECT count(*) FROM deliveries WHERE state IN ('waiting', 'working', 'accepted', 'unconfirmed')"
_DONE = "SELECT count(*) FROM deliveries WHERE release_id BETWEEN $1 AND $2 AND state = 'visible'"


async def run(*, quick: bool) -> list[Figure]:
    """Alternate between arq and the engine, so that both meet the same machine."""
    rounds, count = (1, 40) if quick else (ROUNDS, DELIVERIES)
    ours, floors = [], []
    async with town.built([CHANNEL]) as built, town.worked(built):
        for number in range(rounds):
            floors.append(max([await arq_noop.rate(built, jobs=count, max_jobs=n) for n in MAX_JOBS]))
            ours.append(await rate(built, count))
            tell(f"round {number + 1}: {ours[-1]:.0f} deliveries/s, {floors[-1]:.0f} arq jobs/s")
    return [Figure(NAME, median(ours), "deliveries/s", median(floors), "ratio >= 0.333")]


async def rate(built: Town, count: int) -> float:
    """Have the waiting worker deliver so many at once, and return how many it did in a second."""
    async with town.superuser(built) as connection:
        made = await corpus.fill(connection, built.staff, count)
        await connection.execute("ANALYZE")
        await corpus.queue(connection, made, "memory")
        started = time.perf_counter()
        await built.house.hub.bell.ring("memory")
        async with asyncio.timeout(PATIENCE_SECONDS):
            while await connection.fetchval(_LEFT):  # noqa: ASYNC110 - the worker's process cannot set our event
                await asyncio.sleep(0.05)
        took = time.perf_counter() - started
        done = await connection.fetchval(_DONE, made.first, made.last)
    if done != count:
        raise RuntimeError(f"{count - done} of {count} deliveries were not seen")
    return count / took
