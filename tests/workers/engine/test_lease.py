"""Leases: renewed while work goes on, told when they are lost, and not believed after a process was stopped."""

import asyncio
import json
import multiprocessing
import os
import signal
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection

import pytest
from sqlalchemy import text

from hub.app import House
from hub.store import deliveries, engine
from hub.store.deliveries import LostLeaseError
from schemas.delivery import Delivery, DeliveryState
from tests.store import stock
from tests.workers.engine import scripted
from tests.workers.engine.rig import Rig
from workers import lease
from workers.lease import Keeper

#: Of a lease, in seconds. It is renewed four times in that, and on a busy machine later than it should.
LENGTH = 1.0
FORKS = multiprocessing.get_context("forkserver")


async def leased(house: House, *, seconds: float = LENGTH) -> Delivery:
    async with house.engine.begin() as connection:
        until = datetime.now(UTC) + timedelta(seconds=seconds)
        return await stock.delivery(connection, "alpha", state="working", lease_owner="w", lease_until=until, fence=1)


async def found(house: House, one: Delivery) -> Delivery:
    async with house.engine.connect() as connection:
        now = await deliveries.find(connection, one.id)
    assert now is not None
    return now


async def test_it_renews_what_is_held_and_lets_go_of_what_is_not(house: House) -> None:
    keeper, one, other = Keeper(house.engine, LENGTH), await leased(house), await leased(house)
    async with keeper.kept(one):
        async with keeper.kept(other):
            await asyncio.sleep(LENGTH * 1.5)
            keeper.check(one)
        let_go = await found(house, other)
        await asyncio.sleep(LENGTH)
        keeper.check(one)
        async with house.engine.connect() as connection:
            now = await engine.now(connection)
        still = (await found(house, one)).lease_until
        assert still is not None
        assert still > now
        assert (await found(house, other)).lease_until == let_go.lease_until
        with pytest.raises(LostLeaseError):
            keeper.check(other)


async def test_it_stops_the_work_when_somebody_else_has_the_delivery(house: House) -> None:
    keeper, one = Keeper(house.engine, LENGTH), await leased(house)

    async def take() -> None:
        async with house.engine.begin() as connection:
            await deliveries.save(connection, one, one.model_copy(update={"fence": 2, "lease_owner": "other"}))

    async def work() -> None:
        async with keeper.kept(one), asyncio.timeout(5):
            await take()
            await asyncio.Event().wait()

    with pytest.raises(LostLeaseError):
        await work()
    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0


async def test_it_stops_the_work_when_the_store_does_not_answer_before_the_lease_is_over(house: House) -> None:
    nowhere = engine.make("postgresql+asyncpg://nobody@[::1]:1/none", pool=1)
    keeper, one = Keeper(nowhere, LENGTH), await leased(house)
    loop = asyncio.get_running_loop()
    began = loop.time()

    async def work() -> None:
        async with keeper.kept(one):
            await asyncio.Event().wait()

    with pytest.raises(LostLeaseError):
        await work()
    assert LENGTH / 3 < loop.time() - began < LENGTH
    await nowhere.dispose()


async def test_a_commit_that_is_out_when_its_lease_is_in_doubt_gets_the_rest_of_the_lease(rig: Rig) -> None:
    """Asked at once, the channel would know nothing of a call that is still on its way."""
    await rig.published(1)
    station = rig.station("alpha")
    object.__setattr__(station.worker, "lease_seconds", 3 * LENGTH)
    station.leases = Keeper(engine.make("postgresql+asyncpg://nobody@[::1]:1/none", pool=1), 3 * LENGTH)
    rig.channel("alpha").hooks["commit"] = scripted.silent
    (one,) = await rig.step(station)
    async with rig.house.engine.connect() as connection:
        now = await engine.now(connection)
    still = await found(rig.house, one)
    assert still.state is DeliveryState.WORKING
    assert still.lease_until is not None
    assert still.lease_until > now

    async def asked() -> bool:
        return bool(await rig.step(rig.station("alpha", "other")))

    await rig.until(asked)
    assert len(rig.channel("alpha").calls("look_up")) == 1
    assert (await found(rig.house, one)).state is not DeliveryState.WORKING


async def test_what_is_only_being_prepared_when_its_lease_is_in_doubt_is_given_back(rig: Rig) -> None:
    await rig.published(1)
    station = rig.station("alpha")
    station.leases = Keeper(engine.make("postgresql+asyncpg://nobody@[::1]:1/none", pool=1), LENGTH)
    rig.channel("alpha").hooks["prepare"] = scripted.silent
    (one,) = await rig.step(station)
    assert (await found(rig.house, one)).state is DeliveryState.WAITING


async def test_a_cancellation_from_outside_stays_one(house: House) -> None:
    keeper, one = Keeper(house.engine, LENGTH), await leased(house)

    async def work() -> None:
        async with keeper.kept(one):
            await asyncio.Event().wait()

    task = asyncio.create_task(work())
    await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    with pytest.raises(LostLeaseError):
        keeper.check(one)


async def test_a_row_that_is_being_written_does_not_cost_the_lease_at_once(house: House) -> None:
    """A round that meets the row locked has neither renewed nor lost it; the next one renews it."""
    keeper, one = Keeper(house.engine, 60.0), await leased(house, seconds=60.0)
    async with keeper.kept(one):
        held = keeper._held[one.id, one.fence]
        confirmed = held.confirmed
        async with house.engine.begin() as writer:
            await deliveries.find(writer, one.id, lock=True)
            await keeper._round()
            keeper.check(one)
            assert held.confirmed == confirmed
        await keeper._round()
        keeper.check(one)
        assert held.confirmed > confirmed


async def test_a_wait_is_short_whatever_the_clocks_say() -> None:
    loop = asyncio.get_running_loop()
    began = loop.time()
    await lease.wait_until(datetime.now(UTC) + timedelta(days=1))
    assert loop.time() - began < 1
    began = loop.time()
    await lease.wait_until(datetime.now(UTC) - timedelta(days=1))
    assert loop.time() - began < 0.1


async def test_a_process_that_was_stopped_for_longer_than_its_lease_does_not_believe_it(house: House) -> None:
    """A real process, really stopped: its own clock went on meanwhile, so its next check refuses."""
    one = await leased(house)
    ours, theirs = FORKS.Pipe()
    process = FORKS.Process(target=_hold, args=(house.servers.database_url, one.model_dump_json(), theirs), daemon=True)
    process.start()
    assert process.pid is not None
    try:
        assert await asyncio.to_thread(_received, ours) == "held"
        os.kill(process.pid, signal.SIGSTOP)
        await asyncio.sleep(LENGTH * 1.2)
        os.kill(process.pid, signal.SIGCONT)
        ours.send("check")
        assert await asyncio.to_thread(_received, ours) == "lost"
    finally:
        process.kill()
        await asyncio.to_thread(process.join)
        process.close()


def _received(pipe: Connection) -> object:
    return pipe.recv() if pipe.poll(20) else None


def _hold(url: str, row: str, pipe: Connection) -> None:
    asyncio.run(_held(url, Delivery.model_validate(json.loads(row)), pipe))


async def _held(url: str, one: Delivery, pipe: Connection) -> None:
    store = engine.make(url, pool=1)
    keeper = Keeper(store, LENGTH)
    try:
        async with keeper.kept(one):
            keeper.check(one)
            pipe.send("held")
            # Blocks the loop on purpose, so that nothing is renewed between the stop and the check.
            pipe.recv()
            keeper.check(one)
            pipe.send("still ours")
    except LostLeaseError:
        pipe.send("lost")
    await store.dispose()


async def test_a_lease_that_was_given_back_is_not_taken_for_a_lost_one(house: House) -> None:
    one = await leased(house)
    keeper = Keeper(house.engine, LENGTH)
    async with keeper.kept(one):
        async with house.engine.begin() as connection:
            given = "UPDATE deliveries SET lease_owner = NULL, lease_until = NULL, state = 'visible' WHERE id = :id"
            await connection.execute(text(given), {"id": one.id})
        keeper.let_go(one)
        await keeper._round()
        await asyncio.sleep(0)
