"""What makes official times goes first in a worker, for a moment; nobody waits longer for it (law 9)."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from channels.contract import Notes
from schemas.delivery import Action
from schemas.parcel import Parcel
from tests.workers.engine import scripted
from tests.workers.engine.rig import Rig
from workers import deliver, line, main

HANGING = (
    {"name": "alpha", "kind": scripted.KIND, "authoritative": True, "bound": 60.0},
    {"name": "beta", "kind": scripted.KIND},
)


async def test_a_channel_that_makes_official_times_is_given_the_first_moment(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line, "GIVE_WAY_SECONDS", 10.0)
    alpha, beta = rig.channel("alpha"), rig.channel("beta")

    async def slow(_parcel: Parcel, _notes: Notes) -> None:
        await asyncio.sleep(0.5)

    alpha.hooks["prepare"] = slow
    releases = await rig.published(1, "alpha", "beta")
    # Rung at once, as by the sweep: bells of a busy queue may sound far apart, and who hears nothing gives no way.
    async with lines(rig, "beta", "alpha"):
        await rig.visible(releases)
    (first,), (second,) = alpha.calls("sight"), beta.calls("prepare")
    assert first.at < second.at


@asynccontextmanager
async def lines(rig: Rig, *names: str) -> AsyncIterator[None]:
    """One worker's lines of these channels, all rung at one moment, for as long as the block lasts."""
    stopping, worker = asyncio.Event(), main.hire(rig.house)
    made = [line.Line(worker, name) for name in names]
    for one in made:
        one.ring()
    tasks = [asyncio.create_task(one.run(stopping)) for one in made]
    try:
        yield
    finally:
        stopping.set()
        for one in made:
            one.ring()
        await asyncio.gather(*tasks)


@pytest.mark.parametrize("tables", [HANGING])
async def test_one_that_hangs_is_waited_for_no_longer_than_that(rig: Rig) -> None:
    alpha, beta = rig.channel("alpha"), rig.channel("beta")
    alpha.hooks["commit"] = scripted.silent
    await rig.published(1, "alpha", "beta")

    async def seen() -> bool:
        return bool(beta.calls("sight"))

    async def hangs() -> bool:
        return alpha.inside["commit"] == 1

    async def ended() -> bool:
        return not alpha.inside["commit"]

    async with rig.working():
        await rig.until(hangs)
        # Far sooner than alpha's own bound.
        await rig.until(seen)
        assert await hangs()
        alpha.hooks.clear()
        await rig.sql("UPDATE deliveries SET fence = fence + 1, lease_owner = 'x' WHERE lease_owner IS NOT NULL")
        await rig.until(ended)


async def test_what_adds_to_a_publication_lets_others_be_published_first(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliver, "GIVE_WAY_SECONDS", 10.0)
    alpha, station = rig.channel("alpha"), rig.station("alpha")
    await rig.published(2)
    first, second = (
        one.model_copy(update={"action": Action.ANNOTATE}) for one in await deliver.claim(station, limit=2)
    )
    publishing = station.worker.way.publishing
    with publishing.taken():
        adding = asyncio.create_task(deliver.deliver(station, first))
        await asyncio.sleep(0.1)
        assert not alpha.made
    await adding
    assert [one.release for one in alpha.calls("commit")] == [first.release]
    # Whatever becomes of the others, it goes on after a moment.
    monkeypatch.setattr(deliver, "GIVE_WAY_SECONDS", 0.01)
    with publishing.taken():
        await deliver.deliver(station, second)
    assert [one.release for one in alpha.calls("commit")] == [first.release, second.release]


def test_who_counts_as_what(rig: Rig) -> None:
    way = rig.station("alpha").worker.way
    slow, quick = rig.channel("alpha"), rig.channel("beta")
    quick.settings = quick.settings.model_copy(update={"at_once": True})

    def busy() -> list[bool]:
        return [not one.are_free for one in (way.official, way.publishing, way.working)]

    with way.taken(slow, Action.PUBLISH):
        assert busy() == [True, False, False]
    with way.taken(slow, Action.ANNOTATE):
        assert busy() == [False, False, False]
    with way.taken(quick):
        assert busy() == [False, True, True]
    with way.taken(quick, Action.ANNOTATE):
        assert busy() == [False, False, True]
    assert busy() == [False, False, False]
