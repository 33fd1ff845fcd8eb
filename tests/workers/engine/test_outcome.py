"""Many outcomes in one transaction: nobody fails, waits or deadlocks for a neighbour's sake."""

import asyncio
import random
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from hub.commands import drafting, steering
from hub.core import delivery as rules
from hub.store import attempts, log, releases
from hub.store.deliveries import LostLeaseError
from schemas import events
from schemas.circuit import Circuit
from schemas.delivery import Delivery, DeliveryState, Reaction, Trouble
from schemas.edition import Edition
from schemas.errors import HubError
from schemas.events import Event
from schemas.publication import Receipt, Sighting
from tests import making
from tests.workers.engine.rig import Rig
from workers import deliver, outcome
from workers.outcome import BusyError
from workers.record import Record, Recorded
from workers.station import Station

SIGHTING = Sighting(document="policy", address="http://a/1", sha256="0" * 64, fetched_at=datetime.now(UTC))
SEEN = events.Seen(sightings=(SIGHTING,))
ACCEPTED = events.Accepted(receipt=Receipt(id="r", addresses={"policy": "http://a/1"}))
RETRY = events.Troubled(trouble=Trouble(reaction=Reaction.RETRY, code="503", detail=""))
#: What a worker meets, in turn, when all goes well.
WAY: tuple[Event, ...] = (events.Prepared(), events.Intended(rendering_sha256="0" * 64), ACCEPTED, SEEN)


async def brought(station: Station, count: int, *, steps: int) -> list[Delivery]:
    """Claimed deliveries, brought so many steps along their way."""
    claimed = await deliver.claim(station, limit=count)
    for event in WAY[:steps]:
        written = await outcome.write(
            station.worker, station.circuit, [Record(one, event) for one in claimed], patient=True
        )
        claimed = [one.after for one in written if isinstance(one, Recorded)]
    assert len(claimed) == count
    return claimed


async def test_an_overtaken_record_among_good_ones_fails_alone_and_writes_nothing(rig: Rig) -> None:
    await rig.published(3)
    station = rig.station("alpha")
    good, overtaken, other = await brought(station, 3, steps=2)
    await rig.sql("UPDATE deliveries SET fence = fence + 1, lease_owner = 'other' WHERE id = :id", id=overtaken.id)
    records = [Record(one, ACCEPTED) for one in (good, overtaken, other)]
    written = await asyncio.gather(*(station.record(one) for one in records), return_exceptions=True)
    assert isinstance(written[0], Recorded)
    assert isinstance(written[1], LostLeaseError)
    assert isinstance(written[2], Recorded)
    now = {d.id: d for d in await rig.of(good.release, overtaken.release, other.release)}
    assert now[good.id].state is now[other.id].state is DeliveryState.ACCEPTED
    assert now[overtaken.id].state is DeliveryState.WORKING
    async with rig.house.engine.connect() as connection:
        entries = [body async for body in log.entries(connection, 0, await log.size(connection))]
        assert sum(b'"send.result"' in body for body in entries) == 2
        assert [line["outcome"] for line in await attempts.of_delivery(connection, overtaken.id)][-1] == "Intended"


async def test_a_batch_of_overtaken_records_alone_says_so(rig: Rig) -> None:
    await rig.published(1)
    station = rig.station("alpha")
    (one,) = await brought(station, 1, steps=0)
    await rig.sql("UPDATE deliveries SET fence = fence + 1")
    with pytest.raises(LostLeaseError):
        await station.record(Record(one, WAY[0]))


async def test_only_the_first_of_two_sightings_makes_the_official_time(rig: Rig) -> None:
    (release,) = await rig.published(1, "alpha", "beta")
    stations = [rig.station("alpha"), rig.station("beta")]
    held = [(await brought(station, 1, steps=3))[0] for station in stations]
    written = await asyncio.gather(*(s.record(Record(d, SEEN)) for s, d in zip(stations, held, strict=True)))
    assert {one.after.state for one in written} == {DeliveryState.VISIBLE}
    async with rig.house.engine.connect() as connection:
        found = await releases.find(connection, release)
        entries = [body async for body in log.entries(connection, 0, await log.size(connection))]
    assert found is not None
    assert found.official_channel == "alpha"
    assert found.official_at == written[0].after.seen_at
    assert sum(b'"release.official"' in body for body in entries) == 1


async def test_a_busy_release_delays_nobody_else_in_its_batch_and_is_written_once_it_is_free(rig: Rig) -> None:
    busy, free = await rig.published(2)
    station = rig.station("alpha")
    held = {one.release: one for one in await brought(station, 2, steps=3)}
    async with rig.house.engine.begin() as editor:
        await releases.find(editor, busy, lock=True)
        asked = asyncio.gather(
            *(station.record(Record(held[release], SEEN)) for release in (busy, free)), return_exceptions=True
        )
        async with asyncio.timeout(5):
            told, recorded = await asked
        assert isinstance(told, BusyError)
        assert isinstance(recorded, Recorded)
        assert recorded.after.state is DeliveryState.VISIBLE
        alone = asyncio.create_task(station.record_alone(Record(held[busy], SEEN)))
        await asyncio.sleep(0.1)
        assert not alone.done()
    assert (await alone).after.state is DeliveryState.VISIBLE


async def test_a_lock_held_for_longer_than_a_statement_may_take_is_waited_out(rig: Rig) -> None:
    (release,) = await rig.published(1)
    impatient = impatiently(rig)
    station = rig.station("alpha")
    station.worker = replace(station.worker, engine=impatient)
    (claimed,) = await deliver.claim(station, limit=1)
    try:
        async with rig.house.engine.begin() as editor:
            await releases.find(editor, release, lock=True)
            working = asyncio.create_task(deliver.deliver(station, claimed))
            await asyncio.wait([working], timeout=1)
        await working
    finally:
        await impatient.dispose()
    assert {d.state for d in await rig.of(release)} == {DeliveryState.VISIBLE}


def impatiently(rig: Rig) -> AsyncEngine:
    """The store, with half a second for each statement instead of thirty."""
    connect = {"server_settings": {"statement_timeout": "500", "timezone": "UTC"}}
    return create_async_engine(rig.house.servers.database_url, connect_args=connect)


async def test_workers_and_people_never_wait_for_each_other_in_a_circle(rig: Rig) -> None:
    """Two hundred random batches by two workers on two channels, among publications, edits and a person's hand."""
    dice = random.Random(20261126)  # noqa: S311 - a schedule, no secret
    wanted = await rig.published(24, "alpha", "beta")
    left = await rig.approved(10)
    stations = [rig.station(channel, worker) for channel in ("alpha", "beta") for worker in ("one", "two")]
    complaints: list[BaseException] = []
    writers = [write(station, dice, 50, complaints) for station in stations]
    people = [Day(rig, dice, wanted, left).pass_by() for _ in range(3)]
    async with asyncio.timeout(50):
        await asyncio.gather(*writers, *people)
    assert not [c for c in complaints if not isinstance(c, LostLeaseError | BusyError)]


async def write(station: Station, dice: random.Random, batches: int, complaints: list[BaseException]) -> None:
    """Claim, meet things at random, write them down in batches; a claim that finds nothing counts as one."""
    for _ in range(batches):
        held = await deliver.claim(station, limit=dice.randint(1, 8))
        while held:
            records = [Record(one, met(dice, one)) for one in held]
            written = await outcome.write(station.worker, station.circuit, records, patient=dice.random() < 0.5)
            complaints += [one for one in written if isinstance(one, Exception)]
            held = [one.after for one in written if isinstance(one, Recorded) and one.after.lease_owner]
        await asyncio.sleep(0)


def met(dice: random.Random, one: Delivery) -> Event:
    """Something that can happen to the delivery now."""
    forward = {
        rules.Move.PREPARE: WAY[0],
        rules.Move.INTEND: WAY[1],
        rules.Move.COMMIT: ACCEPTED,
        rules.Move.LOOK_UP: ACCEPTED,
        rules.Move.SIGHT: SEEN,
    }[rules.next_move(one)]
    now = events.Troubled(trouble=RETRY.trouble.model_copy(update={"retry_after_seconds": dice.random() / 20}))
    return dice.choices([forward, now, events.Released()], [8, 2, 1])[0]


@dataclass
class Day:
    """What people do meanwhile: publish, retry, postpone, resume, edit; what is refused is refused."""

    rig: Rig
    dice: random.Random
    wanted: list[int]
    left: list[Edition]

    async def pass_by(self) -> None:
        things = (self.publish, self.retry, self.retry, self.postpone, self.resume, self.resume, self.edit)
        for _ in range(40):
            with suppress(HubError):
                await self.dice.choice(things)()

    async def publish(self) -> None:
        if self.left:
            await self.rig.publish(self.left.pop(), "alpha", "beta")

    async def retry(self) -> None:
        await steering.retry(self.rig.house.hub, self.rig.staff["publisher"], await self._any())

    async def postpone(self) -> None:
        soon = datetime.now(UTC) + timedelta(seconds=0.1)
        await steering.postpone(self.rig.house.hub, self.rig.staff["publisher"], await self._any(), soon)

    async def resume(self) -> None:
        channel = self.dice.choice(["alpha", "beta"])
        await steering.resume(self.rig.house.hub, self.rig.staff["publisher"], channel)

    async def edit(self) -> None:
        policy, _ = making.documents()
        release = self.dice.choice(self.wanted)
        await drafting.put_document(self.rig.house.hub, self.rig.staff["editor"], release, policy)

    async def _any(self) -> int:
        return self.dice.choice(await self.rig.of(self.dice.choice(self.wanted))).id


async def test_a_success_that_a_stale_circuit_does_not_expect_costs_nothing(rig: Rig) -> None:
    """While all is well no circuit is read or written with an outcome."""
    await rig.published(1)
    station = rig.station("alpha")
    await brought(station, 1, steps=3)
    async with rig.house.engine.connect() as connection:
        assert (await connection.exec_driver_sql("SELECT count(*) FROM circuits")).scalar_one() == 0
    assert station.circuit == Circuit(channel="alpha")
