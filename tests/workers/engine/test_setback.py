"""The store's clock is set back by an hour: nothing waits for that hour.

What a clock that was set back leaves behind are times that are an hour ahead of it, so the tests put them ahead.
"""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from channels.contract import ChannelError, Notes
from hub.store import deliveries, engine, leases, setbacks
from schemas.delivery import Delivery, DeliveryState, Reaction
from schemas.parcel import Parcel
from tests.workers.engine.rig import Rig
from workers import deliver, setback

HOUR = timedelta(hours=1)
#: What was written of these tables before the clock was set back.
AGO = {
    "deliveries": ("planned_at", "due_at", "created_at", "lease_until", "resumed_at", "accepted_at"),
    "circuits": ("probe_at", "rests_until", "opened_at"),
    "log_head": ("at",),
}


async def set_back(rig: Rig, *tables: str) -> None:
    for table in tables or AGO:
        later = ", ".join(f"{name} = {name} + :hour" for name in AGO[table])
        await rig.sql(f"UPDATE {table} SET {later}", hour=HOUR)  # noqa: S608 - our own names


async def down(_parcel: Parcel, _notes: Notes) -> None:
    raise ChannelError(Reaction.RETRY, "503", "down", retry_after_seconds=30.0)


async def test_what_was_on_its_way_goes_on(rig: Rig) -> None:
    releases = await rig.published(3, "alpha", "beta")
    await set_back(rig)
    async with rig.working():
        await rig.visible(releases)


async def test_what_follows_from_an_outcome_does_not_wait_for_the_logs_time(rig: Rig) -> None:
    (release,) = await rig.published(1)
    await set_back(rig, "log_head")
    rig.channel("alpha").hooks["commit"] = down
    await rig.step(rig.station("alpha"))
    one = await _only(rig, release)
    async with rig.house.engine.connect() as connection:
        now = await engine.now(connection)
    assert one.trouble is not None
    assert one.state is DeliveryState.WAITING
    assert one.due_at - now < timedelta(seconds=30)


async def test_a_retry_and_a_circuit_do_not_wait_for_the_old_time(rig: Rig) -> None:
    alpha = rig.channel("alpha")
    alpha.hooks["commit"] = down
    releases = await rig.published(6)
    for _ in range(6):
        await rig.step(rig.station("alpha"))
    assert (await rig.circuit("alpha")).probe_at is not None
    await set_back(rig)
    alpha.hooks.clear()
    async with rig.working():
        await rig.visible(releases)


async def test_the_lease_of_a_dead_worker_ends_no_later_than_a_full_one_from_now(rig: Rig) -> None:
    (release,) = await rig.published(1)
    assert await deliver.claim(rig.station("alpha", "dead"), limit=1)
    await set_back(rig)
    async with rig.working():
        await rig.visible([release], seconds=rig.house.settings.lease_seconds + 10.0)


async def test_a_live_lease_is_cut_to_a_full_one_and_still_its_holders(rig: Rig) -> None:
    await rig.published(1)
    (held,) = await deliver.claim(rig.station("alpha", "alive"), limit=1)
    await set_back(rig)
    async with rig.house.engine.begin() as connection:
        await setbacks.make_good(connection, lease=timedelta(seconds=3))
        now = await engine.now(connection)
        after = await deliveries.find(connection, held.id)
        assert after is not None
        assert after.lease_until is not None
        assert timedelta(seconds=2) < after.lease_until - now <= timedelta(seconds=3)
        renewed, lost = await leases.renew(connection, [held], seconds=3.0)
    assert (renewed, lost) == ({(held.id, held.fence)}, set())


async def test_a_schedule_keeps_its_hour(rig: Rig) -> None:
    (edition,) = await rig.approved(1)
    async with rig.house.engine.connect() as connection:
        at = await engine.now(connection) + timedelta(minutes=5)
    await rig.publish(edition, at=at)
    await set_back(rig, "log_head")
    async with rig.working():

        async def prepared() -> bool:
            return (await _only(rig, edition.release)).due_at == at

        await rig.until(prepared)
    one = await _only(rig, edition.release)
    assert (one.state, one.intended_at, one.due_at) == (DeliveryState.WAITING, None, at)


@pytest.mark.parametrize(("seconds", "is_behind"), [(0.0, False), (-0.3, False), (-0.8, True), (3600.0, False)])
async def test_a_clock_is_behind_when_it_shows_less_than_what_has_passed(
    rig: Rig, seconds: float, *, is_behind: bool
) -> None:
    async with rig.house.engine.connect() as connection:
        now = await engine.now(connection)
    watch = setback.Watch()
    watch.keep(now)
    began = setback.clock()
    assert watch.is_behind(now + timedelta(seconds=seconds), began=began) is is_behind


async def test_a_worker_that_lives_notices_by_itself(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """It has looked at the clock before, so the log's time is not what tells it."""
    rig.channel("alpha").hooks["commit"] = down
    (release,) = await rig.published(1)
    real, ahead = engine.now, HOUR

    async def now(connection: AsyncConnection) -> datetime:
        return await real(connection) + ahead

    monkeypatch.setattr(engine, "now", now)
    async with rig.working():

        async def waits() -> bool:
            return bool((await _only(rig, release)).trouble)

        await rig.until(waits)
        rig.channel("alpha").hooks.clear()
        await set_back(rig, "deliveries")
        ahead = timedelta()
        await rig.visible([release])


async def _only(rig: Rig, release: int) -> Delivery:
    (one,) = await rig.of(release)
    return one
