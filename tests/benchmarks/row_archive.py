"""What publishing costs in a store of a million releases, beside the same in a store of a thousand."""

import asyncio
import shutil
import tempfile
from contextlib import AsyncExitStack
from statistics import median

from tests.benchmarks import archive, press, town
from tests.benchmarks.report import Figure, spread, tell
from tests.benchmarks.town import Town

NAME = "archive"
SMALL, LARGE, QUICK = 1_000, 1_000_000, 100_000
SAMPLES = 40
WARM = 5
#: A release with all that belongs to it takes about 8 KB with its indexes, and as much again as write-ahead log.
BYTES_PER_RELEASE = 20_000


async def run(*, quick: bool) -> list[Figure]:
    """Two towns that take turns, each with its own engines, so that both meet the same machine."""
    large = QUICK if quick else LARGE
    _room_for(large)
    async with AsyncExitStack() as stack:
        towns = []
        for count in (SMALL, large):
            built = await stack.enter_async_context(town.built())
            await _fill(built, count)
            await stack.enter_async_context(town.worked(built))
            await _read_to_the_end(built)
            towns.append(built)
        samples = await _taking_turns(towns, 10 if quick else SAMPLES)
    for count, taken in zip((SMALL, large), samples, strict=True):
        spread(f"{count} releases: seen", [one.from_button for one in taken], "ms")
        spread(f"{count} releases: the command alone", [one.command for one in taken], "ms")
    few, many = samples
    seen = median([one.from_button for one in many]), median([one.from_button for one in few])
    alone = median([one.command for one in many]), median([one.command for one in few])
    return [
        Figure(NAME, seen[0], "ms", seen[1], "ratio <= 1.2"),
        Figure(f"{NAME}.command", alone[0], "ms", alone[1], "ratio <= 1.2"),
    ]


async def _taking_turns(towns: list[Town], count: int) -> list[list[press.Seen]]:
    samples: list[list[press.Seen]] = [[] for _ in towns]
    for turn in range(WARM + count):
        for built, taken in zip(towns, samples, strict=True):
            one = await press.website(built)
            await press.idle(built)
            if turn >= WARM:
                taken.append(one)
    return samples


async def _fill(built: Town, count: int) -> None:
    async with town.superuser(built) as connection:
        await archive.fill(connection, built, count)
        size = await connection.fetchval("SELECT pg_database_size(current_database())")
    tell(f"{count} releases: {size / 1e9:.1f} GB")


async def _read_to_the_end(built: Town) -> None:
    """Followers of a used log have long read it; here they would begin with its first entry."""
    behind = "SELECT count(*) FILTER (WHERE position < (SELECT size FROM log_head)), count(*) FROM followers"
    async with town.superuser(built) as connection, asyncio.timeout(town.UP_SECONDS):
        while True:
            await connection.execute("UPDATE followers SET position = (SELECT size FROM log_head)")
            await asyncio.sleep(1.0)
            late, known = await connection.fetchrow(behind)
            if known and not late:
                return


def _room_for(count: int) -> None:
    free = shutil.disk_usage(tempfile.gettempdir()).free
    if free < count * BYTES_PER_RELEASE:
        raise RuntimeError(
            f"{count} releases need {count * BYTES_PER_RELEASE / 1e9:.0f} GB of disk, {free / 1e9:.0f} are free"
        )
