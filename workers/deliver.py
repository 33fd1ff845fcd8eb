"""The central act: claim, attempt, record. One delivery, one worker, one step at a time; the store remembers the rest.

Laws 1 to 5 of the design live here. Whatever dies, the row says how far it came: without an intent the step is made
again, with an intent the channel is asked first.
"""

import asyncio
from contextlib import suppress
from datetime import timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError

from channels import bounded
from channels.contract import ChannelError, NotYetError
from hub.core import delivery as rules
from hub.core import journal
from hub.core.delivery import Move
from hub.store import circuits, deliveries, direct, log
from hub.store.deliveries import LostLeaseError
from schemas import delivery as events
from schemas.delivery import Action, Delivery, Event, Reaction, Trouble
from schemas.parcel import Parcel
from schemas.publication import Receipt
from workers import lease, outcome, parcels
from workers.circuits import admitted, confirmed, take_turn
from workers.outcome import BusyError
from workers.record import Record
from workers.station import Station

_log = structlog.get_logger()

#: Between two tries to write an outcome while the store does not answer; the lease bounds how many there are.
STORE_PAUSE_SECONDS = 0.2
#: How long a receipt may wait for the first look.
FIRST_LOOK_SECONDS = 0.25
#: How long what is added to a publication waits at most for others that are public at once.
GIVE_WAY_SECONDS = 0.25
#: How a trouble of ours says where it was met.
WHERE = {
    Move.PREPARE: "准备",
    Move.INTEND: "准备提交",
    Move.COMMIT: "提交",
    Move.LOOK_UP: "查证",
    Move.SIGHT: "见证",
}


async def deliver(station: Station, delivery: Delivery) -> None:
    """Move a claimed delivery as far as it goes now. Cancelled, it gives the lease back.

    Raises what keeps an intent from being signed: then the lease runs out, and the channel is asked before anything
    else.
    """
    try:
        async with station.leases.kept(delivery):
            job = Job(station, delivery)
            try:
                if delivery.action is Action.ANNOTATE:
                    await station.worker.way.publishing.free(seconds=GIVE_WAY_SECONDS)
                while job.delivery.lease_owner:
                    await lease.wait_until(job.delivery.due_at)
                    await job.record(await job.attempt())
            except asyncio.CancelledError:
                await asyncio.shield(job.give_back())
                raise
    except LostLeaseError:
        # Somebody else has it: nothing more is written, and what was attempted is theirs to find out.
        _log.warning("delivery.overtaken", delivery=delivery.id, channel=delivery.channel)


async def claim(station: Station, *, limit: int) -> list[Delivery]:
    """Lease what is due on the channel. Durable on return; each claim raises the fence, so older holders are out."""
    worker = station.worker
    async with direct.begin(worker.engine) as connection:
        station.circuit, now = await circuits.find(connection, station.name)
        due = await admitted(connection, station.circuit, now, limit=limit)
        until = now + timedelta(seconds=worker.lease_seconds)
        event = events.Claimed(owner=worker.name, until=until, patience_seconds=worker.patience_seconds)
        changes = [(one, rules.decide(one, event, now=now, dice=0.0)) for one in due]
        changes = await confirmed(connection, station.circuit, changes, now, lease_seconds=worker.lease_seconds)
        await deliveries.save_many(connection, changes)
        claimed = [after for _, after in changes]
        stopped = [journal.stopped(one, who=worker.who) for one in claimed if not one.lease_owner]
        if stopped:
            await log.append(connection, stopped)
    return [one for one in claimed if one.lease_owner]


class Job:
    """One delivery in one worker's hands, from claim to rest."""

    def __init__(self, station: Station, delivery: Delivery) -> None:
        self.station = station
        self.delivery = delivery
        self._parcel: Parcel | None = None
        self._seen: Event | None = None

    async def attempt(self) -> Event:
        """Make the next move and return what came of it. Never raises but CancelledError and LostLeaseError."""
        move = rules.next_move(self.delivery)
        try:
            async with asyncio.timeout(self._bound(move)):
                return await self._make(move)
        except NotYetError as not_yet:
            return events.Unseen(again_after_seconds=not_yet.seconds)
        except ChannelError as error:
            return events.Troubled(trouble=error.trouble)
        except LostLeaseError:
            raise
        except (SQLAlchemyError, OSError) as error:
            return _unanswered(move, error)
        except Exception:  # noqa: BLE001 - whatever a channel lets escape is ours to survive
            _log.exception("delivery.bug", delivery=self.delivery.id, channel=self.delivery.channel, move=move)
            return _bug(move)

    async def record(self, event: Event) -> None:
        """Write the outcome, its log entries and what follows from it in one transaction, under the fence.

        Returns once an intent is in a signed checkpoint: only then may the commit leave (law 4). If the process dies
        before that, the intent stands without a result and the channel will be asked. Cancelled, it still knows what
        was written, so that the lease can be given back.
        """
        writing = asyncio.create_task(self._write(event))
        try:
            await asyncio.shield(writing)
        except asyncio.CancelledError:
            await asyncio.wait([writing])
            raise

    async def give_back(self) -> None:
        """Let another worker go on at once; without this it would wait for the lease to run out.

        It does wait when the lease is in doubt while a commit is out: nobody can call the commit back, and whoever asks
        the channel before it has arrived is told of nothing.
        """
        is_out = rules.next_move(self.delivery) is Move.COMMIT
        if self.delivery.lease_owner and not (is_out and self.station.leases.doubts(self.delivery)):
            with suppress(LostLeaseError):
                await self.record(events.Released())

    async def _write(self, event: Event) -> None:
        before = self.delivery
        record = Record(before, event, self._goes_on(event))
        is_alone = False
        while True:
            try:
                recorded = await (self.station.record_alone(record) if is_alone else self.station.record(record))
                break
            except BusyError:
                is_alone = True
            except (SQLAlchemyError, OSError) as error:
                # Asked again, a write that was done after all finds its row changed and says that the lease is lost.
                self.station.leases.check(before)
                _log.warning("delivery.unrecorded", delivery=before.id, reason=type(error).__name__)
                await asyncio.sleep(STORE_PAUSE_SECONDS)
        self.delivery = recorded.after
        if not self.delivery.lease_owner:
            # What is left is to ring: nothing of it is worth stopping.
            self.station.leases.let_go(before)
        if self.delivery.intended_at and not before.intended_at:
            await self.station.worker.checkpointer.cover(recorded.log_size)
        await outcome.tell(self.station.worker, record, self.delivery)

    def _goes_on(self, event: Event) -> Event | None:
        """What follows the event at once, so that one transaction writes both: an intent, or a sighting."""
        if isinstance(event, events.Accepted):
            return self._seen
        if not isinstance(event, events.Prepared) or self.station.channel.settings.pace_seconds or not self._parcel:
            return None
        with suppress(ChannelError):
            return events.Intended(rendering_sha256=self.station.channel.render(self._parcel).sha256)
        return None

    async def _make(self, move: Move) -> Event:
        channel, parcel = self.station.channel, await self._packed()
        notes = parcels.Notes(self.station.worker, self.delivery)
        match move:
            case Move.PREPARE:
                await bounded.tried(channel, parcel)
                await channel.prepare(parcel, notes)
                return events.Prepared()
            case Move.INTEND:
                await self._pace()
                return events.Intended(rendering_sha256=channel.render(parcel).sha256)
            case Move.COMMIT:
                # A process that was stopped since it wrote its intent may have lost its lease without noticing.
                self.station.leases.check(self.delivery)
                receipt = await channel.commit(parcel, notes)
                self._seen = await self._first_look(parcel, receipt, notes)
                return events.Accepted(receipt=receipt)
            case Move.LOOK_UP:
                found = await channel.look_up(parcel, notes)
                return events.Accepted(receipt=found) if found else events.Absent()
            case Move.SIGHT:
                receipt = self.delivery.receipt or Receipt(id="")
                return events.Seen(sightings=await channel.sight(parcel, receipt, notes))

    async def _first_look(self, parcel: Parcel, receipt: Receipt, notes: parcels.Notes) -> Event | None:
        """See at once what a channel shows at once, before its receipt is written; not for long, and only by luck.

        If the process dies meanwhile, the outcome is as unknown as without the look, and the channel is asked.
        """
        if not self.station.channel.traits.shows_at_once:
            return None
        try:
            async with asyncio.timeout(FIRST_LOOK_SECONDS):
                return events.Seen(sightings=await self.station.channel.sight(parcel, receipt, notes))
        except Exception:  # noqa: BLE001 - the receipt counts; the next look meets whatever this one met
            return None

    async def _pace(self) -> None:
        """Raise ChannelError(QUOTA) while another commit would follow the last one too soon."""
        pace = self.station.channel.settings.pace_seconds
        if pace and (wait := await take_turn(self.station.worker.engine, self.station.name, pace_seconds=pace)):
            raise ChannelError(Reaction.QUOTA, "pace", f"每 {pace:g} 秒发出一件，依次进行", retry_after_seconds=wait)

    async def _packed(self) -> Parcel:
        """The parcel, packed once per claim, so that the bytes whose digest was logged are the bytes that leave."""
        if self._parcel is None:
            self._parcel = await self.station.pack(self.delivery)
        return self._parcel

    def _bound(self, move: Move) -> float:
        traits = self.station.channel.traits
        if move is Move.PREPARE:
            return traits.prepare_seconds
        return traits.commit_seconds if move is Move.COMMIT else traits.sight_seconds


def _unanswered(move: Move, error: Exception) -> Event:
    code = "store" if isinstance(error, SQLAlchemyError) else type(error).__name__
    reaction = Reaction.ASK if move is Move.COMMIT else Reaction.RETRY
    return events.Troubled(trouble=Trouble(reaction=reaction, code=code, detail=f"{WHERE[move]}时没有得到应答"))


def _bug(move: Move) -> Event:
    reaction = Reaction.ASK if move is Move.COMMIT else Reaction.BUG
    return events.Troubled(
        trouble=Trouble(reaction=reaction, code="bug", detail=f"{WHERE[move]}时系统出错，请查看日志")
    )
