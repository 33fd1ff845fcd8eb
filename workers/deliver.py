"""The central act: claim, attempt, record. One delivery, one worker, one step at a time; the store remembers the rest.

Laws 1 to 5 of the design live here. Whatever dies, the row says how far it came: without an intent the step is made
again, with an intent the channel is asked first.
"""

import asyncio
from contextlib import suppress

import structlog
from sqlalchemy.exc import SQLAlchemyError

from channels.contract import ChannelError, NotYetError
from hub.core import delivery as rules
from hub.core.delivery import Move
from hub.store.deliveries import LostLeaseError
from schemas import events
from schemas.delivery import Action, Delivery
from schemas.events import Event
from schemas.parcel import Parcel
from workers import lease, moves, outcome
from workers.claim import claim
from workers.moves import Moves
from workers.outcome import BusyError
from workers.record import Record
from workers.station import Station

__all__ = ["Job", "claim", "deliver"]

_log = structlog.get_logger()

#: Between two tries to write an outcome while the store does not answer; the lease bounds how many there are.
STORE_PAUSE_SECONDS = 0.2
#: How long what is added to a publication waits at most for others that are public at once.
GIVE_WAY_SECONDS = 0.25


async def deliver(station: Station, delivery: Delivery) -> None:
    """Move a claimed delivery as far as it goes now. Cancelled, it gives the lease back.

    Raises what keeps an intent from being signed: then the lease runs out, and the channel is asked before anything
    else.
    """
    start = station.begun(delivery)
    job = Job(station, delivery, start.parcel)
    try:
        async with station.leases.kept(delivery, since=start.since):
            try:
                await job.ready()
                while job.delivery.lease_owner:
                    await lease.wait_until(job.delivery.due_at)
                    await job.record(await job.attempt())
            except asyncio.CancelledError:
                await asyncio.shield(job.give_back())
                raise
    except LostLeaseError:
        # Somebody else has it: nothing more is written, and what was attempted is theirs to find out.
        _log.warning("delivery.overtaken", delivery=delivery.id, channel=delivery.channel)


class Job:
    """One delivery in one worker's hands, from claim to rest."""

    def __init__(self, station: Station, delivery: Delivery, parcel: Parcel | None = None) -> None:
        self.station = station
        self.delivery = delivery
        self.moves = Moves(station, parcel)

    async def ready(self) -> None:
        """Return once the first move may be made: an intent that came with the claim is in a signed checkpoint.

        What is added to a publication lets others go first, for a moment.
        """
        if rules.next_move(self.delivery) is Move.COMMIT:
            # Signed with the claim, unless somebody else was signing.
            await self.station.worker.checkpointer.cover(self.station.log_size)
        if self.delivery.action is Action.ANNOTATE:
            await self.station.worker.way.publishing.free(seconds=GIVE_WAY_SECONDS)

    async def attempt(self) -> Event:
        """Make the next move and return what came of it. Never raises but CancelledError and LostLeaseError."""
        move = rules.next_move(self.delivery)
        try:
            async with asyncio.timeout(self.moves.bound(move)):
                return await self.moves.make(self.delivery, move)
        except NotYetError as not_yet:
            return events.Unseen(again_after_seconds=not_yet.seconds)
        except ChannelError as error:
            return events.Troubled(trouble=error.trouble)
        except LostLeaseError:
            raise
        except (SQLAlchemyError, OSError) as error:
            return moves.unanswered(move, error)
        except Exception:  # noqa: BLE001 - whatever a channel lets escape is ours to survive
            _log.exception("delivery.bug", delivery=self.delivery.id, channel=self.delivery.channel, move=move)
            return moves.bug(move)

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
        record = Record(before, event, then=self.moves.following(event))
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
