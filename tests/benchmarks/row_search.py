"""What a question costs in an index of a million documents: rare words, common ones, several, with filters, turning.

What is timed is the whole of it as the page and the API ask it: reading the question, walking the windows, reading the
cards, looking for the words themselves, cutting snippets, counting.
"""

import shutil
import tempfile
import time
from collections.abc import Mapping
from statistics import median

from sqlalchemy.ext.asyncio import AsyncEngine

from hub.commands import searching
from hub.core.search.cursor import Cursor
from schemas.card import Filters, Validity
from schemas.release import Kind
from schemas.themes import THEMES
from tests.benchmarks import library, town
from tests.benchmarks.report import Figure, quantile, spread, tell

NAME = "search"
SIZE, QUICK = 1_000_000, 20_000
SAMPLES, WARM = 60, 5
#: A card with all of its indexes takes about 9 KB, and half as much again while they are built.
BYTES_PER_CARD = 14_000
_REPEALED = Filters(validity=Validity.REPEALED)
_NARROW = Filters(kind=Kind.NORMATIVE, unit=library.ISSUERS[2], theme=THEMES[3])
_SENTENCE = f"“{''.join(library.TRADE[:20])}”"
#: What is asked, and among what.
QUESTIONS: Mapping[str, tuple[str, Filters]] = {
    "common": ("土地", Filters()),
    "everywhere": ("通知", Filters()),
    "two common": ("规划 通知", Filters()),
    "four words": ("土地征收补偿标准", Filters()),
    "never together": ("办法 通知 批复", Filters()),
    "quoted": ("“规划土地管理”", Filters()),
    "a sentence": (_SENTENCE, Filters()),
    "rare": ("古树名木 病虫害", Filters()),
    "rare among common": ("蹻漛 执法 种苗 土地 规划 征收", Filters(unit=library.BUREAU, validity=Validity.EXPIRED)),
    "absent": ("没有这个词语", Filters()),
    "one character": ("海", Filters()),
    "common, repealed": ("土地", _REPEALED),
    "common, an early year": ("土地", Filters(year=2006)),
    "common, three filters": ("土地", _NARROW),
    "filters alone": ("", _NARROW),
}


async def run(*, quick: bool) -> list[Figure]:
    """Every question again and again; the floor is one look-up of a row by its key."""
    size = QUICK if quick else SIZE
    if shutil.disk_usage(tempfile.gettempdir()).free < size * BYTES_PER_CARD:
        raise RuntimeError(f"{size} cards need {size * BYTES_PER_CARD / 1e9:.0f} GB of disk")
    async with town.built() as built:
        async with town.superuser(built) as connection:
            await library.fill(connection, size)
            bytes_ = await connection.fetchval("SELECT pg_total_relation_size('cards')")
        tell(f"{size} cards: {bytes_ / 1e9:.1f} GB")
        return await measured(built.house.engine, size, samples=10 if quick else SAMPLES)


async def measured(engine: AsyncEngine, size: int, *, samples: int) -> list[Figure]:
    """The figures of an index that is filled."""
    floor = await _floor(engine, samples)
    asked = dict(QUESTIONS) | {"number": (library.number(size, size * 2 // 3), Filters())}
    taken = {name: await _asked(engine, typed, filters, samples) for name, (typed, filters) in asked.items()}
    taken["a later page"] = await _turned(engine, samples)
    for name, times in taken.items():
        spread(f"{size} cards, {name}", times, "ms")
    every = [one for times in taken.values() for one in times]
    worst = max(median(times) for times in taken.values())
    bar = "value <= 50" if size == SIZE else ""
    return [
        Figure(NAME, median(every), "ms", floor, bar),
        Figure(f"{NAME}.p99", quantile(every, 0.99), "ms", floor),
        Figure(f"{NAME}.worst", worst, "ms", floor, bar),
    ]


async def _asked(
    engine: AsyncEngine, typed: str, filters: Filters, samples: int, cursor: Cursor | None = None
) -> list[float]:
    times = []
    for turn in range(WARM + samples):
        started = time.perf_counter()
        found = await searching.find(engine, typed, filters, cursor=cursor)
        if turn >= WARM:
            times.append((time.perf_counter() - started) * 1000)
    tell(f"{typed[:20]!r}: {len(found.hits)} shown of {found.count.number}{found.count.worth}")
    return times


async def _turned(engine: AsyncEngine, samples: int) -> list[float]:
    """The tenth page of a common word."""
    cursor: Cursor | None = None
    for _ in range(9):
        cursor = (await searching.find(engine, "土地", Filters(), cursor=cursor)).next
    return await _asked(engine, "土地", Filters(), samples, cursor)


async def _floor(engine: AsyncEngine, samples: int) -> float:
    times = []
    for _ in range(WARM + samples):
        started = time.perf_counter()
        async with engine.connect() as connection:
            await connection.exec_driver_sql("SELECT title FROM cards WHERE id = 1")
        times.append((time.perf_counter() - started) * 1000)
    return median(times[WARM:])
