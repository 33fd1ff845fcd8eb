"""A release with a set time: how far from it the public saw it, and how far apart on the website and the feeds."""

from statistics import median

from hub.commands import publishing
from tests.benchmarks import floor, press, town
from tests.benchmarks.report import Figure, spread
from tests.benchmarks.town import Town

NAME = "schedule"
SAMPLES = 12
AHEAD_SECONDS = 2.0
CHANNELS = {"website", "rss"}


async def run(*, quick: bool) -> list[Figure]:
    """The bar holds for every release, so the worst one counts. Times are the store's."""
    late, apart, early, floors = [], [], 0, []
    async with town.built() as built, town.worked(built):
        await press.website(built)
        await press.idle(built)
        async with floor.laid(built) as ground:
            for _ in range(3 if quick else SAMPLES):
                floors.append(await ground.once())
                lateness = await _once(built)
                early += any(one < 0 for one in lateness)
                late.append(max(lateness))
                apart.append(max(lateness) - min(lateness))
                await press.idle(built)
    spread("after the planned time", late, "ms")
    spread("between the channels", apart, "ms")
    if early:
        raise RuntimeError(f"{early} releases were public before their time")
    return [
        Figure(f"{NAME}.late", max(late), "ms", median(floors), "value <= 250"),
        Figure(f"{NAME}.apart", max(apart), "ms", median(floors), "value <= 200"),
    ]


async def _once(built: Town) -> list[float]:
    """Plan one release and return how many milliseconds after its time each channel was seen to show it."""
    release = await press.ready(built, last=True)
    planned = await press.soon(built, AHEAD_SECONDS)
    await publishing.publish(built.house.hub, built.staff["publisher"], release, at=planned)
    seen = await press.seen(built, release, CHANNELS)
    return [1000 * (seen[name] - planned).total_seconds() for name in CHANNELS]
