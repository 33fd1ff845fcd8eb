"""One channel's trouble is its own; and whatever stops, nothing is lost."""

import asyncio
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from channels.contract import Notes
from schemas.delivery import DeliveryState
from schemas.parcel import Parcel
from tests.workers.engine import scripted
from tests.workers.engine.rig import Rig
from workers import deliver
from workers.checkpoint import Checkpointer

BOTH = ("alpha", "beta")
HUNG = (
    {"name": "alpha", "kind": scripted.KIND, "authoritative": True},
    {"name": "beta", "kind": scripted.KIND, "bound": 60.0},
)


@pytest.mark.parametrize("step", ["prepare", "sight"])
@pytest.mark.parametrize("tables", [HUNG])
async def test_a_channel_that_never_answers_delays_no_other(rig: Rig, step: str) -> None:
    beta = rig.channel("beta")
    beta.hooks[step] = scripted.silent
    stuck = await rig.published(5, "beta")
    async with rig.working():

        async def hangs() -> bool:
            return beta.inside[step] == beta.traits.concurrency

        await rig.until(hangs)
        going = await rig.published(3, *BOTH)

        async def seen() -> bool:
            return all(d.state is DeliveryState.VISIBLE for d in await rig.of(*going) if d.channel == "alpha")

        # Far sooner than beta's own bound, and while nothing of it has ended.
        await rig.until(seen)
        assert await hangs()
        # Stopping waits for what is in hand; this one would never end.
        beta.hooks.clear()
        await _let_go(rig, stuck)
    assert beta.most[step] == beta.traits.concurrency


async def _let_go(rig: Rig, stuck: list[int]) -> None:
    """Take what hangs from its worker, as a newer edition or a lost lease would."""
    await rig.sql("UPDATE deliveries SET fence = fence + 1, lease_owner = 'x' WHERE lease_owner IS NOT NULL")

    async def free() -> bool:
        return not any(rig.channel("beta").inside.values())

    await rig.until(free)
    assert {d.state for d in await rig.of(*stuck)} <= {
        DeliveryState.WORKING,
        DeliveryState.ACCEPTED,
        DeliveryState.WAITING,
    }


async def test_an_error_of_ours_in_one_delivery_stops_neither_its_channel_nor_the_others(rig: Rig) -> None:
    alpha = rig.channel("alpha")
    good, bad = await rig.published(2)

    async def prepare(parcel: Parcel, _notes: Notes) -> None:
        if parcel.edition.release == bad:
            raise ZeroDivisionError

    alpha.hooks["prepare"] = prepare
    async with rig.working():
        await rig.visible([good])
        await rig.visible([bad], state="held")
    assert (await rig.circuit("alpha")).failures == 0


async def test_a_commit_without_an_answer_is_asked_for_and_never_repeated(rig: Rig) -> None:
    alpha, (release,) = rig.channel("alpha"), await rig.published(1)

    async def commit(parcel: Parcel, notes: Notes) -> Any:
        await alpha.take(parcel, notes)
        raise ConnectionResetError

    alpha.hooks["commit"] = commit
    async with rig.working():
        await rig.visible([release])
    assert [made.step for made in alpha.made] == ["prepare", "commit", "look_up", "sight"]


async def test_a_worker_that_is_stopped_gives_its_leases_back_at_once(rig: Rig) -> None:
    alpha, (release,) = rig.channel("alpha"), await rig.published(1)
    alpha.hooks["prepare"] = scripted.silent
    station = rig.station("alpha")
    (claimed,) = await deliver.claim(station, limit=1)
    working = asyncio.create_task(deliver.deliver(station, claimed))
    while not alpha.inside["prepare"]:  # noqa: ASYNC110 - the channel sets no event
        await asyncio.sleep(0.01)
    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working
    (back,) = await rig.of(release)
    assert (back.state, back.lease_owner, back.attempts, back.claims) == (DeliveryState.WAITING, None, 0, 0)
    alpha.hooks.clear()
    await rig.step(rig.station("alpha", "other"))
    assert {d.state for d in await rig.of(release)} == {DeliveryState.VISIBLE}


async def test_an_intent_that_could_not_be_signed_is_asked_about_before_anything_is_sent(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    (release,) = await rig.published(1)

    async def cover(_self: Checkpointer, _size: int) -> None:
        raise OperationalError("sign", None, ConnectionError())

    station = rig.station("alpha")
    (claimed,) = await deliver.claim(station, limit=1)
    with monkeypatch.context() as patch:
        patch.setattr(Checkpointer, "cover", cover)
        with pytest.raises(OperationalError):
            await deliver.deliver(station, claimed)
    assert not rig.channel("alpha").calls("commit")
    await rig.sql("UPDATE deliveries SET lease_until = clock_timestamp()")
    async with rig.working():
        await rig.visible([release])
    assert [made.step for made in rig.channel("alpha").made] == ["prepare", "look_up", "commit", "sight"]
