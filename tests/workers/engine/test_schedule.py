"""Schedules: prepared ahead, committed at the time, and too late is for a person to say."""

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from hub.commands import steering
from hub.core.planning import PREPARE_AHEAD
from schemas.delivery import DeliveryState, Reaction, Step
from tests.workers.engine import scripted
from tests.workers.engine.rig import Rig

BOTH = ("alpha", "beta")
#: A commit may follow its time by as much; design, section 7, wants the public page itself within 250 ms when idle.
SLACK = timedelta(seconds=1)


def soon(seconds: float) -> datetime:
    return datetime.now(UTC) + timedelta(seconds=seconds)


async def test_what_has_a_time_is_prepared_ahead_and_committed_at_it(rig: Rig) -> None:
    (edition,) = await rig.approved(1)
    at = soon(1.5)
    await rig.publish(edition, *BOTH, at=at)
    async with rig.working():

        async def ready() -> bool:
            return {d.step for d in await rig.of(edition.release)} == {Step.COMMIT}

        await rig.until(ready)
        assert datetime.now(UTC) < at
        found = await rig.of(edition.release)
        assert {(d.state, d.due_at, d.intended_at) for d in found} == {(DeliveryState.WAITING, at, None)}
        await rig.visible([edition.release])
    for one in await rig.of(edition.release):
        assert one.intended_at is not None
        assert at <= one.intended_at < at + SLACK
    assert [len(rig.channel(name).calls("prepare")) for name in BOTH] == [1, 1]


async def test_what_has_a_far_time_is_left_alone_until_it_is_worth_preparing(rig: Rig) -> None:
    (edition,) = await rig.approved(1)
    at = soon(7200)
    await rig.publish(edition, "alpha", at=at)
    (one,) = await rig.of(edition.release)
    assert one.due_at == at - PREPARE_AHEAD
    assert not await rig.step(rig.station("alpha"))


async def test_what_is_too_late_is_held_and_goes_after_a_retry(rig: Rig) -> None:
    (release,) = await rig.published(1)
    patience = timedelta(seconds=rig.house.settings.patience_seconds)
    at = datetime.now(UTC) - patience - timedelta(seconds=5)
    await rig.sql("UPDATE deliveries SET planned_at = :at, due_at = :at", at=at)
    async with rig.working():
        await rig.visible([release], state="held")
        (held,) = await rig.of(release)
        assert held.trouble is not None
        assert (held.trouble.reaction, held.trouble.code) == (Reaction.CONFIRM, "overdue")
        assert not rig.channel("alpha").made
        await steering.retry(rig.house.hub, rig.staff["publisher"], held.id)
        await rig.visible([release])


async def test_what_is_late_but_not_too_late_goes_at_once(rig: Rig) -> None:
    (release,) = await rig.published(1)
    at = datetime.now(UTC) - timedelta(seconds=rig.house.settings.patience_seconds / 2)
    await rig.sql("UPDATE deliveries SET planned_at = :at, due_at = :at", at=at)
    async with rig.working():
        await rig.visible([release])


async def test_a_postponed_delivery_goes_at_its_new_time(rig: Rig) -> None:
    (edition,) = await rig.approved(1)
    await rig.publish(edition, "alpha", at=soon(3600))
    (one,) = await rig.of(edition.release)
    at = soon(1)
    await steering.postpone(rig.house.hub, rig.staff["publisher"], one.id, at)
    async with rig.working():
        await rig.visible([edition.release])
    (done,) = await rig.of(edition.release)
    assert done.intended_at is not None
    assert at <= done.intended_at < at + SLACK


async def test_a_retry_of_what_is_prepared_does_not_send_it_before_its_time(rig: Rig) -> None:
    (edition,) = await rig.approved(1)
    await rig.publish(edition, "alpha", at=soon(300))
    station = rig.station("alpha")
    await rig.step(station)
    (ready,) = await rig.of(edition.release)
    assert ready.step is Step.COMMIT
    await steering.retry(rig.house.hub, rig.staff["publisher"], ready.id)
    await rig.step(station)
    assert not rig.channel("alpha").calls("commit")


PACE = 1.0
PACED = ({"name": "alpha", "kind": scripted.KIND, "authoritative": True, "pace_seconds": PACE},)


@pytest.mark.parametrize("tables", [PACED])
async def test_a_pace_keeps_its_distance_over_two_workers(rig: Rig) -> None:
    releases = await rig.published(3)
    # Most of a second has passed when the first goes: nothing may depend on where a second begins.
    await asyncio.sleep((0.6 - datetime.now(UTC).microsecond / 1e6) % 1.0)
    async with rig.working("one", "two"):
        await rig.visible(releases)
    at = sorted(made.at for made in rig.channel("alpha").calls("commit"))
    # The pace is taken when the intent is written; what the intent then takes differs by milliseconds.
    assert min(later - earlier for earlier, later in pairwise(at)) > PACE * 0.8
