"""From the button to the first sighting on the website, idle, beside the floor that every publication stands on."""

from statistics import median

from tests.benchmarks import floor, press, town
from tests.benchmarks.report import Figure, quantile, spread

NAME = "seen"
SAMPLES = 100
WARM = 3


async def run(*, quick: bool) -> list[Figure]:
    """Floor and publication take turns, so that both meet the same machine."""
    buttons, approvals, floors = [], [], []
    async with town.built() as built, town.worked(built):
        for _ in range(WARM):
            await press.website(built)
            await press.idle(built)
        async with floor.laid(built) as ground:
            await ground.once()
            for _ in range(10 if quick else SAMPLES):
                floors.append(await ground.once())
                sample = await press.website(built)
                buttons.append(sample.from_button)
                approvals.append(sample.from_approval)
                await press.idle(built)
    for name, values in (("floor", floors), ("from the button", buttons), ("from the last approval", approvals)):
        spread(name, values, "ms")
    middle, ground_ms = median(buttons), median(floors)
    return [
        Figure(f"{NAME}.median", middle, "ms", ground_ms, "value <= 250"),
        Figure(f"{NAME}.p99", quantile(buttons, 0.99), "ms", ground_ms, "value <= 1000"),
        Figure(f"{NAME}.floor", middle, "ms", ground_ms, "ratio <= 5"),
        Figure(f"{NAME}.from-approval", median(approvals), "ms", ground_ms),
    ]
