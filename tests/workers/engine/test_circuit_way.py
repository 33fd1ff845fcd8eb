"""A channel that is not well, seen from outside: who waits, what it costs, and how soon it is over."""

import asyncio
import time
from datetime import timedelta

import pytest

from channels.contract import ChannelError, Notes, used_up
from hub.commands import steering
from hub.core.circuit import FAILURES_TO_OPEN
from hub.store.budgets import Budgets
from schemas.budget import Budget
from schemas.delivery import DeliveryState, Reaction
from schemas.parcel import Parcel
from tests.workers.engine import scripted
from tests.workers.engine.rig import Rig
from workers import deliver

MANY = 12


#: One hand, so that nothing is in flight when it opens and the first probe comes after a second (see F6).
ONE_HAND = ({"name": "alpha", "kind": scripted.KIND, "authoritative": True, "hands": 1},)


@pytest.mark.parametrize("tables", [ONE_HAND])
async def test_five_failures_open_it_the_others_wait_and_one_probe_lets_all_go(rig: Rig) -> None:
    alpha = rig.channel("alpha")
    alpha.hooks["commit"] = scripted.down
    releases = await rig.published(MANY)
    async with rig.working():

        async def is_open() -> bool:
            return (await rig.circuit("alpha")).probe_at is not None

        await rig.until(is_open)
        assert len(alpha.calls("commit")) == FAILURES_TO_OPEN
        waiting = await rig.of(*releases)
        assert {d.state for d in waiting} <= {DeliveryState.WAITING, DeliveryState.WORKING}
        alpha.hooks.clear()
        began = len(alpha.calls("commit"))
        await rig.visible(releases)
    first, second = alpha.calls("commit")[began : began + 2]
    assert second.at > first.at
    found = await rig.of(*releases)
    assert sum(d.attempts for d in found) == 0
    assert (await rig.circuit("alpha")).failures == 0


async def test_while_it_is_open_no_try_is_counted_and_nobody_is_called(rig: Rig) -> None:
    alpha = rig.channel("alpha")
    alpha.hooks["commit"] = scripted.down
    releases = await rig.published(MANY)
    station = rig.station("alpha")
    for _ in range(3):
        await rig.step(station, limit=MANY)
    open_ = await rig.circuit("alpha")
    assert open_.failures == MANY
    found = await rig.of(*releases)
    assert {d.state for d in found} == {DeliveryState.WAITING}
    assert sum(d.attempts for d in found) == FAILURES_TO_OPEN - 1
    assert {d.trouble.code for d in found if d.trouble} == {"503"}
    assert not await rig.step(station)


async def test_two_workers_send_one_probe_between_them(rig: Rig) -> None:
    await rig.published(3)
    await rig.sql("INSERT INTO circuits (channel, failures, step, probe_at) VALUES ('alpha', 5, 'commit', now())")
    alpha = rig.channel("alpha")
    alpha.hooks["commit"] = scripted.down
    stations = [rig.station("alpha", name) for name in "abcd"]
    claimed = await asyncio.gather(*(rig.step(station) for station in stations))
    assert sum(map(len, claimed)) == 1
    assert len(alpha.calls("commit")) == 1
    assert (await rig.circuit("alpha")).failures == 6


async def test_what_has_left_is_looked_after_while_nothing_is_sent(rig: Rig) -> None:
    seen, asked = await rig.published(2)
    (waiting,) = await rig.published(1)
    alpha = rig.channel("alpha")
    await rig.sql(
        "UPDATE deliveries SET state = 'accepted', step = 'sight', intended_at = now(), accepted_at = now(), "
        'receipt = \'{"id": "r"}\' WHERE release_id = :id',
        id=seen,
    )
    await rig.sql(
        "UPDATE deliveries SET state = 'unconfirmed', step = 'commit', intended_at = now() WHERE release_id = :id",
        id=asked,
    )
    alpha.shown |= {seen: 1, asked: 1}
    await steering.pause(rig.house.hub, rig.staff["publisher"], "alpha", why="检修")
    async with rig.working():
        await rig.visible([seen, asked])
        assert {d.state for d in await rig.of(waiting)} == {DeliveryState.WAITING}
        assert not alpha.calls("prepare") + alpha.calls("commit")
        began = time.monotonic()
        await steering.resume(rig.house.hub, rig.staff["publisher"], "alpha")
        await rig.visible([waiting])
    assert alpha.calls("commit")[0].at - began < 0.9, "resuming rings; a sweep would take a second"


async def test_resuming_ends_an_open_circuit_and_wakes_what_waits_for_its_next_try(rig: Rig) -> None:
    alpha = rig.channel("alpha")
    failing = ChannelError(Reaction.RETRY, "503", "down", retry_after_seconds=3600)

    async def fail(_parcel: Parcel, _notes: Notes) -> None:
        raise failing

    alpha.hooks["commit"] = fail
    releases = await rig.published(FAILURES_TO_OPEN)
    await rig.step(rig.station("alpha"))
    alpha.hooks.clear()
    assert not await rig.step(rig.station("alpha"))
    await steering.resume(rig.house.hub, rig.staff["publisher"], "alpha")
    assert len(await rig.step(rig.station("alpha"))) == FAILURES_TO_OPEN
    assert {d.state for d in await rig.of(*releases)} == {DeliveryState.VISIBLE}


async def test_a_used_up_budget_says_until_when_and_costs_no_try(rig: Rig) -> None:
    alpha, budget = rig.channel("alpha"), Budget(endpoint="submit", limit=2)
    purse = Budgets(rig.house.engine)

    async def commit(parcel: Parcel, notes: Notes) -> object:
        wait = await purse.spend("alpha", budget)
        if wait is not None:
            raise used_up(budget, wait)
        return await alpha.take(parcel, notes)

    alpha.hooks["commit"] = commit
    releases = await rig.published(4)
    station = rig.station("alpha")
    await rig.step(station)
    found = await rig.of(*releases)
    waiting = [d for d in found if d.state is DeliveryState.WAITING]
    assert len(waiting) == 2
    for one in waiting:
        assert (one.attempts, one.intended_at) == (0, None)
        assert one.trouble is not None
        assert (one.trouble.reaction, one.trouble.code) == (Reaction.QUOTA, "budget")
        opened = budget.window(one.due_at - timedelta(seconds=1))
        assert abs(budget.closes(opened) - one.due_at) < timedelta(seconds=2)
    circuit = await rig.circuit("alpha")
    assert circuit.failures == 0
    assert circuit.rests_until is not None
    assert abs(circuit.rests_until - waiting[0].due_at) < timedelta(seconds=2)
    later = await rig.published(1)
    assert not await rig.step(station)
    assert {d.attempts for d in await rig.of(*later)} == {0}


async def test_resuming_ends_a_rest_for_those_that_met_it(rig: Rig) -> None:
    alpha = rig.channel("alpha")
    alpha.hooks["commit"] = _spent
    (release,) = await rig.published(1)
    await rig.step(rig.station("alpha"))
    alpha.hooks.clear()
    await steering.resume(rig.house.hub, rig.staff["publisher"], "alpha")
    await rig.step(rig.station("alpha"))
    assert {d.state for d in await rig.of(release)} == {DeliveryState.VISIBLE}


async def test_what_is_put_before_a_person_is_no_probe(rig: Rig) -> None:
    (late,) = await rig.published(1)
    await rig.sql("UPDATE deliveries SET planned_at = now() - interval '9 days', due_at = now() - interval '9 days'")
    (good,) = await rig.published(1)
    await rig.sql("INSERT INTO circuits (channel, failures, step, probe_at) VALUES ('alpha', 5, 'commit', now())")
    station = rig.station("alpha")
    for _ in range(2):
        await rig.step(station)
    assert {d.state for d in await rig.of(late)} == {DeliveryState.HELD}
    assert {d.state for d in await rig.of(good)} == {DeliveryState.VISIBLE}


@pytest.mark.parametrize("tables", [({"name": "alpha", "kind": scripted.KIND, "authoritative": True, "bound": 2.5},)])
async def test_a_probe_that_hangs_is_the_only_one_until_it_ends(rig: Rig) -> None:
    alpha = rig.channel("alpha")
    alpha.hooks["prepare"] = scripted.silent
    await rig.published(4)
    await rig.sql("INSERT INTO circuits (channel, failures, step, probe_at) VALUES ('alpha', 5, 'prepare', now())")
    stations = [rig.station("alpha", name) for name in "ab"]
    for station in stations:
        # Shorter than the probe hangs: it lives on its renewals.
        object.__setattr__(station.worker, "lease_seconds", 0.9)
        station.leases._seconds = 0.9

    async def look(*, calls: int) -> None:
        async with asyncio.TaskGroup() as group:
            while len(alpha.calls("prepare")) < calls or alpha.inside["prepare"]:
                for station in stations:
                    group.create_task(rig.step(station))
                await asyncio.sleep(0.1)

    await look(calls=2)
    first, second = (one.at for one in alpha.calls("prepare")[:2])
    assert second - first >= 2.5
    assert alpha.most["prepare"] == 1


async def test_a_probe_whose_worker_died_is_let_go_with_its_lease(rig: Rig) -> None:
    await rig.published(2)
    await rig.sql("INSERT INTO circuits (channel, failures, step, probe_at) VALUES ('alpha', 5, 'commit', now())")
    (lost,) = await deliver.claim(rig.station("alpha", "dead"), limit=9)
    await rig.sql("UPDATE circuits SET probe_at = now()")
    station = rig.station("alpha")
    assert not await rig.step(station)
    await rig.sql("UPDATE deliveries SET lease_until = now() - interval '1 ms' WHERE id = :id", id=lost.id)
    assert len(await rig.step(station)) == 1
    assert (await rig.circuit("alpha")).probe_at is None


async def test_a_pause_stops_what_is_still_being_prepared(rig: Rig) -> None:
    alpha = rig.channel("alpha")
    await rig.published(1)

    async def prepare(_parcel: Parcel, _notes: Notes) -> None:
        await steering.pause(rig.house.hub, rig.staff["publisher"], "alpha", why="内容有误")

    alpha.hooks["prepare"] = prepare
    await rig.step(rig.station("alpha"))
    assert not alpha.calls("commit")


async def _spent(_parcel: Parcel, _notes: Notes) -> None:
    raise ChannelError(Reaction.QUOTA, "45009", "used up", retry_after_seconds=3600)
