"""What a day brings: relations that take effect, last days that have passed, first days that have come.

Nobody decides here. What was approved, with a document or with its extension, is carried out when its day comes,
through the same standings that people make, and logged with its ground (docs/decisions/0017). Each in one transaction:
if the process dies before it commits, the row is still due; after it, the deliveries are there for the sweep.
"""

import asyncio
from collections.abc import Sequence
from datetime import date, datetime

import structlog
from pydantic_core import from_json
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.core import relations as rules
from hub.store import editions, engine, relations, releases
from hub.store.followers import Passed
from hub.store.relations import Said, Turn
from schemas.edition import Edition
from schemas.entry import BEIJING, EntryType
from workers import carrying, rest
from workers.carrying import Carried
from workers.worker import Worker

_log = structlog.get_logger()

#: How long a day that has come, or a ring that was lost, goes unnoticed.
INTERVAL_SECONDS = 5.0
#: How canonical JSON spells a sighting of a policy on an authoritative channel.
_SHOWN = (b'"act":"publish"', b'"authoritative":true', b'"document":"policy"')


class Days:
    """The follower that notes what editions declare (`workers.news.Follower`), and the loop that carries it out."""

    name = "days"
    kinds = frozenset({EntryType.SIGHTING, EntryType.STANDING_CONFIRMED})

    def __init__(self, worker: Worker) -> None:
        self._worker = worker
        self._woken = asyncio.Event()

    def wants(self, entry: Passed) -> bool:
        """Sightings of policies on authoritative channels, and what two people say that names another document."""
        return entry.type is not EntryType.SIGHTING or all(mark in entry.body for mark in _SHOWN)

    async def take(self, connection: AsyncConnection, entries: Sequence[Passed]) -> None:
        """Note what every edition declares that an authoritative channel shows from now on."""
        seen: dict[tuple[int, int], date] = {}
        for one in entries:
            body = from_json(one.body)
            if one.release and one.type is EntryType.SIGHTING and self.wants(one):
                seen.setdefault((one.release, body["ed"]), _day(datetime.fromisoformat(body["at"])))
        for release, number in await relations.declaring(connection, seen.keys()) if seen else ():
            edition = await editions.find(connection, release, number)
            if edition:
                await _declare(connection, edition, seen[release, number])

    async def told(self) -> None:
        self._woken.set()

    async def run(self) -> None:
        """Carry out what is due, for ever. Any number of workers may. Ends by cancellation only."""
        while True:
            self._woken.clear()
            try:
                await catch_up(self._worker)
            except (SQLAlchemyError, OSError) as error:
                _log.warning("days.unreachable", reason=type(error).__name__)
            except Exception:  # noqa: BLE001
                _log.exception("days.bug")
            await rest.until(self._woken, seconds=INTERVAL_SECONDS)


async def _declare(connection: AsyncConnection, edition: Edition, day: date) -> None:
    declared = {
        (one.release, one.kind): rules.due_on(one.kind, edition.metadata, day)
        for one in edition.metadata.relations
        if one.release and one.release != edition.release
    }
    known = [number for number, _ in declared]
    found = {number for number in known if await releases.find(connection, number)}
    kept = {one: day for one, day in declared.items() if one[0] in found}
    await relations.declared(connection, edition.release, edition.number, kept)


async def catch_up(worker: Worker) -> None:
    """Carry out everything that is due now. What cannot be is passed over, told, and tried again in the next round."""
    after: Said | None = None
    while one := await relate(worker, after):
        after = one
    then: Turn | None = None
    while day := await turn(worker, then):
        then = day


async def relate(worker: Worker, after: Said | None = None) -> Said | None:
    """Let the next relation take effect that is due. Durable on return; exactly once, whoever else runs this."""
    carried = None
    async with worker.engine.begin() as connection:
        now = await engine.now(connection)
        one = await relations.due(connection, _day(now), after=after.id if after else 0)
        if one is None:
            return None
        try:
            async with connection.begin_nested():
                carried = await carrying.relate(connection, worker, one, now)
            await relations.settle(connection, one, at=now, outcome=carried.outcome)
        except Exception:  # noqa: BLE001
            # Nobody else's day waits for this one.
            _log.exception("days.passed_over", relation=one.id, release=one.release)
    await _ring(worker, carried)
    return one


async def turn(worker: Worker, after: Turn | None = None) -> Turn | None:
    """Turn the next document whose day has come. As `relate`."""
    carried = None
    async with worker.engine.begin() as connection:
        now = await engine.now(connection)
        one = await relations.turning(connection, _day(now), after=after)
        if one is None:
            return None
        try:
            async with connection.begin_nested():
                carried = await carrying.turn(connection, worker, one, now)
            await relations.turned(connection, one, at=now, outcome=carried.outcome)
        except Exception:  # noqa: BLE001
            _log.exception("days.passed_over", release=one.release, day=one.day.isoformat())
    await _ring(worker, carried)
    return one


async def _ring(worker: Worker, carried: Carried | None) -> None:
    # Dies here: the deliveries are there and nobody was rung. The sweep finds them.
    if carried and carried.rings:
        await worker.bell.ring(*sorted(carried.rings))
        await worker.bell.tell()


def _day(now: datetime) -> date:
    return now.astimezone(BEIJING).date()
