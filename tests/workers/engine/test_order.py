"""Order, per release and channel: a correction never overtakes what it corrects, and replaces what has not left."""

import asyncio
from typing import Any

from channels.contract import ChannelError, Notes
from hub.commands import steering
from schemas.delivery import DeliveryState, Reaction
from schemas.parcel import Parcel
from tests.workers.engine.rig import Rig
from workers import deliver

UNKNOWN = ChannelError(Reaction.ASK, "timeout", "no answer")


async def unknown(_parcel: Parcel, _notes: Notes) -> Any:
    raise UNKNOWN


async def states(rig: Rig, release: int) -> dict[int, DeliveryState]:
    return {d.edition: d.state for d in await rig.of(release)}


async def test_a_correction_waits_until_it_is_known_what_became_of_the_earlier_edition(rig: Rig) -> None:
    alpha, (release,) = rig.channel("alpha"), await rig.published(1)
    alpha.hooks |= {"commit": unknown, "look_up": unknown}
    await rig.step(rig.station("alpha"))
    assert await states(rig, release) == {1: DeliveryState.UNCONFIRMED}
    await rig.make_official(release)
    await rig.publish(await rig.corrected(release))
    await rig.step(rig.station("alpha"))
    # The channel cannot say, so a person must: until then the correction stays where it is.
    assert await states(rig, release) == {1: DeliveryState.HELD, 2: DeliveryState.WAITING}
    assert not await rig.step(rig.station("alpha"))
    alpha.hooks.clear()
    alpha.shown[release] = 1
    (first, _) = await rig.of(release)
    await steering.settle(
        rig.house.hub,
        rig.staff["publisher"],
        first.id,
        addresses={"policy": "http://localhost:1/zcwj/1"},
        evidence="已在公众号后台看到",
    )
    async with rig.working():
        await rig.visible([release])
    assert [(made.step, made.edition) for made in alpha.made if made.step in {"commit", "sight"}] == [
        ("commit", 1),
        ("sight", 1),
        ("commit", 2),
        ("sight", 2),
    ]


async def test_a_newer_edition_replaces_one_that_waits(rig: Rig) -> None:
    alpha, (release,) = rig.channel("alpha"), await rig.published(1)
    await rig.make_official(release)
    await rig.publish(await rig.corrected(release))
    async with rig.working():

        async def settled() -> bool:
            return await states(rig, release) == {1: DeliveryState.SUPERSEDED, 2: DeliveryState.VISIBLE}

        await rig.until(settled)
    assert {made.edition for made in alpha.made} == {2}


async def test_a_newer_edition_replaces_one_that_is_being_prepared_and_its_worker_changes_nothing(rig: Rig) -> None:
    alpha, (release,) = rig.channel("alpha"), await rig.published(1)
    await rig.make_official(release)
    newer = await rig.corrected(release)
    inside, go_on = asyncio.Event(), asyncio.Event()

    async def prepare(parcel: Parcel, _notes: Notes) -> None:
        if parcel.edition.number == 1:
            inside.set()
            await go_on.wait()

    alpha.hooks["prepare"] = prepare
    station = rig.station("alpha", "overtaken")
    (claimed,) = await deliver.claim(station, limit=1)
    working = asyncio.create_task(deliver.deliver(station, claimed))
    await inside.wait()
    await rig.publish(newer)
    (before, _) = await rig.of(release)
    go_on.set()
    await working
    (after, _) = await rig.of(release)
    assert after == before
    assert after.state is DeliveryState.SUPERSEDED
    async with rig.working():

        async def seen() -> bool:
            return (await states(rig, release))[2] is DeliveryState.VISIBLE

        await rig.until(seen)
    assert [made.edition for made in alpha.calls("commit")] == [2]


async def test_other_releases_and_channels_do_not_wait(rig: Rig) -> None:
    alpha, (stuck,) = rig.channel("alpha"), await rig.published(1, "alpha", "beta")
    alpha.hooks |= {"commit": unknown, "look_up": unknown}
    await rig.step(rig.station("alpha"))
    await rig.step(rig.station("alpha"))
    alpha.hooks.clear()
    (other,) = await rig.published(1, "alpha")
    async with rig.working():
        await rig.visible([other])

        async def on_beta() -> bool:
            return {d.channel: d.state for d in await rig.of(stuck)} == {
                "alpha": DeliveryState.HELD,
                "beta": DeliveryState.VISIBLE,
            }

        await rig.until(on_beta)


async def test_an_older_edition_that_never_left_gives_way_to_the_newer_one(rig: Rig) -> None:
    alpha, (release,) = rig.channel("alpha"), await rig.published(1)
    alpha.hooks["commit"] = unknown
    await rig.step(rig.station("alpha"))
    alpha.hooks.clear()
    await rig.make_official(release)
    await rig.publish(await rig.corrected(release))
    async with rig.working():

        async def seen() -> bool:
            return (await states(rig, release))[2] is DeliveryState.VISIBLE

        await rig.until(seen)
    # The first commit is the one without an answer; the channel said that it never arrived.
    assert [made.edition for made in alpha.calls("commit")] == [1, 2]
