"""`python -m tests.chaos`: publish release after release while everything breaks, and check what came of it."""

import argparse
import asyncio
import contextlib
import json
import logging
import secrets
import sys
import time
from collections import Counter
from dataclasses import dataclass, field

from hub.cli import frame
from schemas.person import Person
from tests.chaos import author, books, clocks, invariants, plan, plants, slots, strikes, town
from tests.chaos.author import Story
from tests.chaos.story import Doubt
from tests.chaos.watch import Watch

RUNS_PER_TOWN = 50
#: A bug that hits every run is told of a few.
MOST_REPORTS = 12
#: Every so many towns have clocks that are stepped.
CLOCKS_EVERY = 5
#: How soon after the last fault all must be at rest, and for how long it is waited for, to say how long it took.
RECOVERY_SECONDS, PATIENCE_SECONDS = 15.0, 45.0


@dataclass
class Tally:
    """What all towns came to."""

    runs: int = 0
    violations: int = 0
    slowest: float = 0.0
    unwitnessed: int = 0
    held: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)


async def one_town(
    nursery: slots.Nursery,
    seed: str,
    future: plan.Plan,
    tally: Tally,
    *,
    plant: str = "",
    recovery: float = RECOVERY_SECONDS,
) -> list[str]:
    """Live through one plan. Return a report per violated run, empty when everything held."""
    async with town.lived_in(nursery, plant) as here:
        staff = await author.hire(here.house)
        here.begin()
        stories = [Story(run) for run in future.runs]
        watch = Watch(here, stories)
        watching = asyncio.create_task(watch.run())
        fates = [asyncio.create_task(_run(here, staff, one)) for one in stories]
        await strikes.all_of(here, future.strikes)
        over = here.now
        doubts = await _rest(here, watch, stories, fates, over, tally, recovery)
        await asyncio.sleep(1.5)  # the checkpointer's second
        if watching.done():
            doubts.append((0, f"the watch died: {watching.exception()!r}"))
        watching.cancel()
        read = await books.read(here, watch.checkpoints)
        doubts += await invariants.doubts(here, read, watch, stories)
        tally.runs += len(stories)
        tally.unwitnessed += read.unwitnessed
        tally.faults += Counter(one["kind"] for one in here.trace if not one["kind"].startswith("channel_"))
        tally.faults += Counter(f"{p}_{one['fault']}" for p, found in read.struck.items() for one in found)
        tally.held += Counter(
            f"{row['channel']} {invariants.trouble(row).partition(' ')[0]}"
            for row in read.deliveries
            if row["state"] in {"held", "failed"}
        )
        reports = [
            await _report(here, seed, read, stories, release, doubts) for release in sorted({r for r, _ in doubts})
        ]
        return [*reports[:MOST_REPORTS], *([_trace(here, read)] if reports else [])]


async def _run(here: town.Town, staff: dict[str, Person], one: Story) -> None:
    await asyncio.sleep(max(0.0, one.run.begins - here.now))
    await author.live(here.house, staff, one, lambda: here.now)


async def _rest(
    here: town.Town,
    watch: Watch,
    stories: list[Story],
    fates: list["asyncio.Task[None]"],
    over: float,
    tally: Tally,
    recovery: float,
) -> list[Doubt]:
    """Wait until nothing moves any more, and say so if that takes too long."""
    done, late = await asyncio.wait(fates, timeout=PATIENCE_SECONDS)
    doubts = [(0, f"an author failed: {task.exception()!r}") for task in done if task.exception()]
    doubts += [(0, "an author is still waiting") for _ in late]
    last = max([over, *(one.finished_at for one in stories)])
    while (watch.moving != 0 or here.now < last) and here.now - last < PATIENCE_SECONDS:  # noqa: ASYNC110 - see `watch`
        await asyncio.sleep(0.05)
    took = here.now - last
    tally.slowest = max(tally.slowest, round(took, 1))
    if took > recovery:
        doubts.append((0, f"at rest only {took:.1f} s after the last fault"))
    return doubts


async def _report(
    here: town.Town, seed: str, read: books.Books, stories: list[Story], release: int, doubts: list[Doubt]
) -> str:
    run = next((one.run for one in stories if one.release == release), None)
    lines = [f"VIOLATION seed {seed} release {release} run {run}"]
    lines += [f"  {words}" for about, words in doubts if about == release]
    shown = [] if release else await books.latest(here)
    for row in read.deliveries:
        if row["release_id"] == release or row["id"] in shown:
            lines.append(f"  {invariants.name(row)}: {row['state']} ({invariants.trouble(row)})")
            lines += [f"    {line}" for line in await books.history(here, row["id"])]
    return "\n".join(lines)


def _trace(here: town.Town, read: books.Books) -> str:
    """Every fault that struck the town, in order: of processes by the town's clock, of channels by the machine's."""
    struck = [json.dumps(one, ensure_ascii=False) for one in here.trace]
    struck += [f"{place} {json.dumps(one)}" for place, found in read.struck.items() for one in found]
    return "\n".join(["FAULTS", *(f"  {one}" for one in struck)])


async def main(given: argparse.Namespace, nursery: slots.Nursery | None = None) -> int:
    """Live through as many towns as the runs need. A nursery that is given is used where clocks stand still."""
    begun, tally = time.monotonic(), Tally()
    _say(f"chaos: seed {given.seed}, {given.n} runs, plant {given.plant or 'none'}")
    if clocks.WHY_NOT:
        _say(f"left out: {clocks.WHY_NOT}")
    async with contextlib.AsyncExitStack() as stack:
        nurseries: dict[bool, slots.Nursery] = {False: nursery} if nursery else {}
        for number, first in enumerate(range(0, given.n, RUNS_PER_TOWN)):
            if given.town is not None and number != given.town:
                continue
            seed = f"{given.seed}/{number}"
            runs = min(RUNS_PER_TOWN, given.n - first)
            movable = clocks.LIBRARY is not None and number % CLOCKS_EVERY == CLOCKS_EVERY - 1
            if movable not in nurseries:
                nurseries[movable] = await stack.enter_async_context(slots.Nursery(movable=movable).open())
            # The library that moves clocks makes everything slower.
            pace = given.pace * (2.0 if movable else 1.0)
            future = plan.make(seed, runs, first=first, kinds=frozenset(given.only), pace=pace, clocks=movable)
            reports = await one_town(
                nurseries[movable], seed, future, tally, plant=given.plant, recovery=given.recovery
            )
            tally.violations += max(0, len(reports) - 1)
            for report in reports:
                _say(report)
            said = f"town {number}: {tally.runs} runs, {tally.violations} violations, slowest {tally.slowest} s"
            sys.stderr.write(f"{said}, held {dict(tally.held)}, {time.monotonic() - begun:.0f} s\n")
            if reports and not given.go_on:
                break
    _say(json.dumps(_summary(tally, given.seed, time.monotonic() - begun)))
    return 1 if tally.violations else 0


def _say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def _summary(tally: Tally, seed: str, seconds: float) -> dict[str, object]:
    return {
        "runs": tally.runs,
        "seed": seed,
        "faults": dict(sorted(tally.faults.items())),
        "violations": tally.violations,
        "held": dict(tally.held),
        "unwitnessed": tally.unwitnessed,
        "slowest_recovery_seconds": tally.slowest,
        "seconds": round(seconds, 1),
    }


def arguments(words: list[str] | None = None) -> argparse.Namespace:
    """Read the words, or the command line."""
    parser = argparse.ArgumentParser(prog="make chaos")
    parser.add_argument("--n", type=int, default=50, help="how many releases to publish")
    parser.add_argument("--seed", default=secrets.token_hex(4), help="the same seed plans the same faults")
    parser.add_argument("--town", type=int, default=None, help="only this town of the seed")
    parser.add_argument("--plant", default="", choices=["", *plants.PLANTS], help="a bug that must be found")
    parser.add_argument("--recovery", type=float, default=RECOVERY_SECONDS, help="seconds to be at rest within")
    parser.add_argument("--pace", type=float, default=1.0, help="stretches the plan, for a machine that is busy")
    parser.add_argument("--only", nargs="*", default=[], help="only faults of these kinds")
    parser.add_argument("--go-on", action="store_true", help="do not end at the first town with a violation")
    return parser.parse_args(words)


if __name__ == "__main__":
    frame.logs(logging.ERROR)
    sys.exit(asyncio.run(main(arguments())))
