"""What makes official times goes first in a worker, for a moment; nobody waits longer for it (law 9)."""

import asyncio

import pytest

from channels.contract import Notes
from schemas.delivery import Action
from schemas.parcel import Parcel
from tests.workers.engine import scripted
from tests.workers.engine.rig import Rig
from workers import deliver, line


async def test_a_channel_that_makes_official_times_is_given_the_first_moment(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line, "GIVE_WAY_SECONDS", 10.0)
    alpha, beta = rig.channel("alpha"), rig.channel("beta")

    async def slow(_parcel: Parcel, _notes: Notes) -> None:
        await asyncio.sleep(0.5)

    alpha.hooks["prepare"] = slow
    async with rig.working():
        await rig.visible(await rig.published(1, "alpha", "beta"))
    (first,), (second,) = alpha.calls("sight"), beta.calls("prepare")
    assert first.at < second.at


async def test_one_that_hangs_is_waited_for_no_longer_than_that(rig: Rig) -> None:
    alpha, beta = rig.channel("alpha"), rig.channel("beta")
    alpha.hooks["commit"] = scripted.silent
    await rig.published(1, "alpha", "beta")

    async def seen() -> bool:
        return bool(beta.calls("sight"))

    async def ended() -> bool:
        return not alpha.inside["commit"]

    async with rig.working():
        # Far sooner than alpha's own bound.
        await rig.until(seen, seconds=alpha.settings.bound - 1)
        assert alpha.inside["commit"] == 1
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
