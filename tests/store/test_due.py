"""What is found due, in which order, and what stays out of sight of whom."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hub.app import House
from hub.store import deliveries, due, leases, officials, releases, waking
from hub.store.deliveries import LostLeaseError
from schemas.delivery import Action, DeliveryState, Planned, Reaction, Step
from tests import official
from tests.store import stock

SOON = datetime.now(UTC) + timedelta(hours=1)
LEASED: dict[str, Any] = {"state": "working", "lease_owner": "w", "lease_until": SOON, "fence": 3}
ABANDONED = LEASED | {"lease_until": SOON - timedelta(hours=2)}
LEFT: dict[str, Any] = {"step": "commit", "intended_at": SOON - timedelta(hours=3)}


async def test_the_oldest_come_first_and_only_what_is_due(house: House) -> None:
    async with house.engine.begin() as connection:
        late = await stock.delivery(connection, "a", due_in=-5)
        later = await stock.delivery(connection, "a", due_in=-1)
        latest = await stock.delivery(connection, "a", due_in=-9)
        await stock.delivery(connection, "a", due_in=60)
        await stock.delivery(connection, "b")
    async with house.engine.begin() as connection:
        found = await due.lock(connection, "a", limit=10)
        assert [one.id for one in found] == [latest.id, late.id, later.id]
        assert [one.id for one in await due.lock(connection, "a", limit=1)] == [latest.id]


async def test_what_another_worker_is_locking_is_skipped(house: House) -> None:
    async with house.engine.begin() as connection:
        ids = {(await stock.delivery(connection, "a")).id for _ in range(4)}
    async with house.engine.begin() as one, house.engine.begin() as other:
        first = {d.id for d in await due.lock(one, "a", limit=2)}
        second = {d.id for d in await due.lock(other, "a", limit=4)}
    assert len(first) == len(second) == 2
    assert first | second == ids


async def test_a_lease_hides_it_until_it_runs_out(house: House) -> None:
    async with house.engine.begin() as connection:
        await stock.delivery(connection, "a", **LEASED)
        dead = await stock.delivery(connection, "a", **ABANDONED)
        assert [d.id for d in await due.lock(connection, "a", limit=9)] == [dead.id]


async def test_what_waits_for_nobody_or_for_a_person_is_not_due(house: House) -> None:
    async with house.engine.begin() as connection:
        for state in ("held", "failed", "visible", "superseded", "cancelled"):
            await stock.delivery(connection, "a", state=state)
        assert await due.lock(connection, "a", limit=9) == []
        assert await due.soonest(connection, ["a"]) == {}


async def test_what_may_have_left_is_told_from_what_has_not(house: House) -> None:
    async with house.engine.begin() as connection:
        unsent = {
            (await stock.delivery(connection, "a")).id,
            (await stock.delivery(connection, "a", step="commit")).id,
            (await stock.delivery(connection, "a", **ABANDONED)).id,
        }
        left = {
            (await stock.delivery(connection, "a", state="unconfirmed", **LEFT)).id,
            (await stock.delivery(connection, "a", state="accepted", **LEFT | {"step": "sight"})).id,
            # Its worker died between the intent and the result.
            (await stock.delivery(connection, "a", **ABANDONED | LEFT)).id,
        }
        for wanted, which in ((unsent, False), (left, True), (unsent | left, None)):
            found = await due.lock(connection, "a", limit=9, left=which)
            assert {one.id for one in found} == wanted


@pytest.mark.parametrize("state", ["waiting", "working", "accepted", "unconfirmed", "held", "failed"])
async def test_a_correction_waits_while_what_it_corrects_is_open(house: House, state: str) -> None:
    leased: dict[str, Any] = LEASED if state == "working" else {"state": state}
    async with house.engine.begin() as connection:
        earlier = await stock.delivery(connection, "a", due_in=3600, **leased)
        second = await stock.edition(connection, release=earlier.release, number=2)
        await stock.delivery(connection, "a", of=second)
        elsewhere = await stock.delivery(connection, "b", of=second)
        stranger = await stock.delivery(connection, "a")
        assert [d.id for d in await due.lock(connection, "a", limit=9)] == [stranger.id]
        assert [d.id for d in await due.lock(connection, "b", limit=9)] == [elsewhere.id]


@pytest.mark.parametrize("state", ["visible", "superseded", "cancelled"])
async def test_a_correction_goes_once_what_it_corrects_is_done(house: House, state: str) -> None:
    async with house.engine.begin() as connection:
        earlier = await stock.delivery(connection, "a", state=state)
        second = await stock.edition(connection, release=earlier.release, number=2)
        correction = await stock.delivery(connection, "a", of=second)
        assert [d.id for d in await due.lock(connection, "a", limit=9)] == [correction.id]


async def test_the_next_look_of_a_channel_is_its_first_due_or_the_first_lease_to_end(house: House) -> None:
    async with house.engine.begin() as connection:
        waiting = await stock.delivery(connection, "a", due_in=60)
        await stock.delivery(connection, "a", due_in=90)
        blocked = await stock.edition(connection, release=waiting.release, number=2)
        await stock.delivery(connection, "a", of=blocked, due_in=-60)
        await stock.delivery(connection, "b", **LEASED)
        found = await due.soonest(connection, ["a", "b", "c"])
        assert found == {"a": waiting.due_at, "b": SOON}
        await stock.delivery(connection, "b", due_in=5)
        assert (await due.soonest(connection, ["b"]))["b"] < SOON


async def test_one_act_on_one_edition_is_one_delivery_unless_it_was_cancelled(house: House) -> None:
    async with house.engine.begin() as connection:
        one = await stock.delivery(connection, "a")
        again = Planned(
            **one.model_dump(include={"release", "edition", "digest", "channel", "action", "planned_at", "due_at"})
        )
        assert await deliveries.add(connection, [again]) == 0
        assert await deliveries.add(connection, []) == 0
        annotated = again.model_copy(update={"action": Action.ANNOTATE})
        assert await deliveries.add(connection, [again, annotated]) == 1
        cancelled = one.model_copy(update={"state": DeliveryState.CANCELLED})
        await deliveries.save(connection, one, cancelled)
        assert await deliveries.add(connection, [again]) == 1


async def test_whoever_was_overtaken_writes_nothing(house: House) -> None:
    async with house.engine.begin() as connection:
        before = await stock.delivery(connection, "a", **LEASED)
        overtaken = before.model_copy(update={"fence": before.fence - 1})
        for stale in (overtaken, before.model_copy(update={"state": DeliveryState.WAITING})):
            with pytest.raises(LostLeaseError):
                await deliveries.save(connection, stale, stale.model_copy(update={"attempts": 9}))
        with pytest.raises(LostLeaseError):
            await deliveries.keep_note(connection, overtaken, "draft", "d")
        renewed, lost = await leases.renew(connection, [before, overtaken], seconds=5)
        assert renewed == {(before.id, before.fence)}
        assert lost == {(before.id, before.fence - 1)}
        found = await deliveries.find(connection, before.id)
        assert found is not None
        assert (found.attempts, found.notes, found.step) == (0, {}, Step.PREPARE)


async def test_a_lease_whose_row_is_being_written_is_neither_renewed_nor_lost(house: House) -> None:
    async with house.engine.begin() as connection:
        one = await stock.delivery(connection, "a", **LEASED)
    async with house.engine.begin() as writer, house.engine.begin() as keeper:
        await deliveries.find(writer, one.id, lock=True)
        assert await leases.renew(keeper, [one], seconds=5) == (set(), set())


async def test_notes_are_kept_while_the_row_is_written_and_go_with_a_send_that_came_to_nothing(house: House) -> None:
    async with house.engine.begin() as connection:
        before = await stock.delivery(connection, "a", **LEASED)
        await deliveries.keep_note(connection, before, "draft", {"id": "甲"})
        await deliveries.save(connection, before, before.model_copy(update={"attempts": 1}))
        kept = await deliveries.find(connection, before.id)
        assert kept is not None
        assert (kept.notes, kept.attempts) == ({"draft": {"id": "甲"}}, 1)
        await deliveries.save(connection, kept, kept.model_copy(update={"notes": {}}))
        emptied = await deliveries.find(connection, before.id)
        assert emptied is not None
        assert emptied.notes == {}


async def test_releases_in_somebody_elses_hands_are_told_apart(house: House) -> None:
    async with house.engine.begin() as connection:
        free, taken, done = [(await stock.edition(connection)).release for _ in range(3)]
        await official.make(connection, done, at=SOON, channel="a")
    async with house.engine.begin() as editor, house.engine.begin() as worker:
        await releases.find(editor, taken, lock=True)
        found = await officials.lock_unreleased(worker, [free, taken, done], skip_locked=True)
    assert (set(found.unofficial), set(found.busy)) == ({free}, {taken})
    async with house.engine.begin() as worker:
        found = await officials.lock_unreleased(worker, [free, taken, done], skip_locked=False)
    assert set(found.unofficial) == {free, taken}
    assert not found.busy


async def test_a_closed_circuit_wakes_what_failed_and_nothing_else(house: House) -> None:
    async with house.engine.begin() as connection:
        failed = '{"reaction": "retry", "code": "503", "detail": ""}'
        spent = failed.replace("retry", "quota")
        woken = await stock.delivery(connection, "a", due_in=60, trouble=None)
        others = [
            await stock.delivery(connection, "a", due_in=60),
            await stock.delivery(connection, "b", due_in=60),
        ]
        for one, trouble in ((woken, failed), (others[1], failed), (others[0], spent)):
            await connection.exec_driver_sql("UPDATE deliveries SET trouble = $1 WHERE id = $2", (trouble, one.id))
        await waking.wake_failed(connection, "a", Reaction.RETRY)
        assert [d.id for d in await due.lock(connection, "a", limit=9)] == [woken.id]
        assert await due.lock(connection, "b", limit=9) == []
        await waking.wake_failed(connection, "a", Reaction.RETRY, Reaction.QUOTA)
        assert len(await due.lock(connection, "a", limit=9)) == 2


@pytest.mark.parametrize("state", [DeliveryState.SUPERSEDED, DeliveryState.CANCELLED])
async def test_a_worker_whose_delivery_was_taken_from_it_keeps_no_note(house: House, state: DeliveryState) -> None:
    async with house.engine.begin() as connection:
        held = await stock.delivery(connection, "a", **LEASED)
        taken = held.model_copy(update={"state": state, "lease_owner": None, "lease_until": None})
        await deliveries.save(connection, held, taken)
        with pytest.raises(LostLeaseError):
            await deliveries.keep_note(connection, held, "draft", "d")
