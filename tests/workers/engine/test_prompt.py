"""What needs nothing before its commit is intended with its claim: one transaction, and every law as before."""

import errno
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.commands import reviewing, steering
from hub.core import delivery as rules
from hub.core import planning
from hub.core.delivery import Move
from hub.log import checkpoint
from hub.store import attempts, deliveries, log
from schemas.delivery import Action, DeliveryState
from schemas.parcel import Parcel
from tests import making
from tests.workers.engine import scripted
from tests.workers.engine.rig import Rig
from tests.workers.engine.scripted import Scripted
from workers import deliver, lease, parcels
from workers.checkpoint import Checkpointer
from workers.guard import Guard
from workers.seals import Seal

ALPHA: dict[str, object] = {"name": "alpha", "kind": scripted.KIND, "authoritative": True, "prompt": True}
pytestmark = pytest.mark.parametrize("tables", [(ALPHA,)])


async def signed(connection: AsyncConnection) -> int:
    newest = await log.checkpoint(connection)
    return newest.size if newest else 0


async def expire(rig: Rig) -> None:
    await rig.sql(
        "UPDATE deliveries SET lease_until = clock_timestamp() - interval '1 second' WHERE lease_until IS NOT NULL"
    )


async def test_the_intent_is_durable_and_signed_before_anything_is_called(rig: Rig) -> None:
    (release,) = await rig.published(1)
    station, alpha = rig.station("alpha"), rig.channel("alpha")
    (claimed,) = await deliver.claim(station, limit=1)
    assert rules.next_move(claimed) is Move.COMMIT
    assert not alpha.made
    async with rig.house.engine.connect() as connection:
        assert await deliveries.find(connection, claimed.id) == claimed
        assert [line["outcome"] for line in await attempts.of_delivery(connection, claimed.id)] == [
            "Prepared",
            "Intended",
        ]
        assert b'"send.intent"' in [body async for body in log.entries(connection, 0, 1_000)][-1]
        assert await signed(connection) == await log.size(connection)
    await deliver.deliver(station, claimed)
    assert [one.step for one in alpha.made] == ["commit", "sight"]
    assert {one.state for one in await rig.of(release)} == {DeliveryState.VISIBLE}


async def test_many_are_intended_together_and_each_goes_once(rig: Rig) -> None:
    wanted = await rig.published(6)
    async with rig.working():
        await rig.visible(wanted)
    commits = [one.release for one in rig.channel("alpha").calls("commit")]
    assert sorted(commits) == sorted(wanted)


async def test_after_a_death_the_channel_is_asked_before_anything_is_sent(rig: Rig) -> None:
    (release,) = await rig.published(1)
    alpha = rig.channel("alpha")
    assert await deliver.claim(rig.station("alpha", "dead"), limit=1)
    await expire(rig)
    alive = rig.station("alpha", "alive")
    for _ in range(3):
        await rig.step(alive)
    assert [one.step for one in alpha.made] == ["look_up", "commit", "sight"]
    assert {one.state for one in await rig.of(release)} == {DeliveryState.VISIBLE}


async def test_a_process_that_was_stopped_after_the_claim_sends_nothing(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its lease ran out while it stood still; nothing on its way to the commit would have asked the store."""
    await rig.published(1)
    station, clock = rig.station("alpha"), lease.clock
    (claimed,) = await deliver.claim(station, limit=1)
    monkeypatch.setattr(lease, "clock", lambda: clock() + 10.0)
    await deliver.deliver(station, claimed)
    assert not rig.channel("alpha").made


async def test_what_the_gate_refuses_is_never_intended(rig: Rig) -> None:
    release = (await making.draft(rig.house, rig.staff)).id
    edition = await reviewing.submit(rig.house.hub, rig.staff["editor"], release)
    now = datetime.now(UTC)
    planned = planning.deliveries(edition, ["alpha"], action=Action.PUBLISH, planned_at=now, now=now)
    async with rig.house.engine.begin() as connection:
        await deliveries.add(connection, planned)
    await rig.step(rig.station("alpha"))
    (held,) = await rig.of(release)
    assert held.state is DeliveryState.HELD
    assert held.intended_at is None
    assert not rig.channel("alpha").made


async def test_a_pause_while_the_claim_renders_is_a_pause(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    (release,) = await rig.published(1)
    station, pack = rig.station("alpha"), parcels.packed_in

    async def paused(*given: Any) -> Any:
        await steering.pause(rig.house.hub, rig.staff["publisher"], "alpha", why="内容有误")
        return await pack(*given)

    monkeypatch.setattr(parcels, "packed_in", paused)
    (claimed,) = await deliver.claim(station, limit=1)
    assert claimed.intended_at is None
    monkeypatch.undo()
    await deliver.deliver(station, claimed)
    assert not rig.channel("alpha").calls("commit")
    assert {one.state for one in await rig.of(release)} == {DeliveryState.WAITING}


async def test_one_that_fails_to_render_keeps_no_other_from_being_claimed(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = await rig.published(2)
    render = Scripted.render

    def failing(self: Scripted, parcel: Parcel) -> object:
        if parcel.edition.release == bad:
            raise RuntimeError("a bug")
        return render(self, parcel)

    monkeypatch.setattr(Scripted, "render", failing)
    claimed = {one.release: one for one in await deliver.claim(rig.station("alpha"), limit=2)}
    assert claimed[good].intended_at
    assert not claimed[bad].intended_at


async def test_who_signs_this_moment_is_not_waited_for_by_the_claim(rig: Rig) -> None:
    await rig.published(1)
    station = rig.station("alpha")
    async with rig.house.engine.begin() as other:
        await log.lock_signing(other)
        (claimed,) = await deliver.claim(station, limit=1)
        assert claimed.intended_at
        assert await signed(other) < await log.size(other)
    # But by the call.
    await deliver.deliver(station, claimed)
    assert [one.step for one in rig.channel("alpha").made] == ["commit", "sight"]
    async with rig.house.engine.connect() as connection:
        assert await signed(connection) >= station.log_size


async def test_a_death_before_the_guard_is_written_leaves_it_behind_until_the_next_signature(
    rig: Rig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dead(_self: Checkpointer, _seal: Seal) -> None:
        """Dies here."""

    monkeypatch.setattr(Checkpointer, "keep", dead)
    await rig.published(1)
    assert await deliver.claim(rig.station("alpha"), limit=1)
    async with rig.house.engine.connect() as connection:
        size = await log.size(connection)
        assert await signed(connection) == size
    await Checkpointer(rig.house.engine, rig.house.signer, tmp_path / "guard").cover(size)
    assert guarded(rig, tmp_path / "guard") == size


async def test_the_call_does_not_wait_for_the_guard(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    guard = rig.house.settings.data_dir / "log.guard"
    may_write, write = threading.Event(), Guard.write

    def slow(self: Guard, signed: bytes) -> None:
        may_write.wait(10)
        write(self, signed)

    monkeypatch.setattr(Guard, "write", slow)
    await rig.published(1)
    station = rig.station("alpha")
    (claimed,) = await deliver.claim(station, limit=1)
    await deliver.deliver(station, claimed)
    assert [one.step for one in rig.channel("alpha").made] == ["commit", "sight"]
    assert not guard.exists()
    may_write.set()
    await station.worker.checkpointer.noted()
    async with rig.house.engine.connect() as connection:
        assert guarded(rig, guard) == await signed(connection) == station.log_size


async def test_a_guard_that_cannot_be_written_lets_one_call_leave_and_no_other(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_self: Guard, _signed: bytes) -> None:
        raise OSError(errno.ENOSPC, "the disk is full")

    monkeypatch.setattr(Guard, "write", full)
    releases = await rig.published(2)
    station = rig.station("alpha")
    (claimed,) = await deliver.claim(station, limit=1)
    await deliver.deliver(station, claimed)
    await station.worker.checkpointer.noted()
    (claimed,) = await deliver.claim(station, limit=1)
    with pytest.raises(OSError, match="full"):
        await deliver.deliver(station, claimed)
    assert len(rig.channel("alpha").calls("commit")) == 1
    monkeypatch.undo()
    await expire(rig)
    async with rig.working():
        await rig.visible(releases)


def guarded(rig: Rig, guard: Path) -> int:
    """The size that the guard names."""
    return checkpoint.open_checkpoint(guard.read_bytes(), rig.house.signer.verifier).size
