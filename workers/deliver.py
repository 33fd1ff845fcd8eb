"""The central act: claim, attempt, record. One delivery, one worker, one step at a time; the store remembers the rest.

Laws 1 to 5 of the design live here. Whatever dies, the row says how far it came: without an intent the step is made
again, with an intent the channel is asked first.
"""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError

from channels.contract import Channel, ChannelError, NotYetError
from hub.core import delivery as rules
from hub.core import journal
from hub.core.delivery import Move
from hub.store import deliveries, engine, log
from hub.store.deliveries import LostLeaseError
from schemas import delivery as events
from schemas.delivery import Delivery, Event, Reaction, Trouble
from schemas.parcel import Parcel
from schemas.publication import Receipt
from workers import lease, outcome, parcels
from workers.worker import Worker

_log = structlog.get_logger()


async def deliver(worker: Worker, delivery: Delivery) -> None:
    """Move a claimed delivery as far as it goes now. Never raises but CancelledError; then its lease is given back."""
    try:
        async with lease.kept(worker, delivery):
            job = Job(worker, worker.channels[delivery.channel], delivery)
            try:
                while job.delivery.lease_owner:
                    await lease.wait_until(job.delivery.due_at)
                    await job.record(await job.attempt())
            except asyncio.CancelledError:
                await asyncio.shield(job.give_back())
                raise
    except LostLeaseError:
        # Somebody else has it: nothing more is written, and what was attempted is theirs to find out.
        _log.warning("delivery.overtaken", delivery=delivery.id, channel=delivery.channel)


async def claim(worker: Worker, channel: str, *, limit: int) -> list[Delivery]:
    """Lease what is due on the channel. Durable on return; each claim raises the fence, so older holders are out."""
    async with worker.engine.begin() as connection:
        due = await deliveries.lock_due(connection, channel, limit=limit)
        if not due:
            return []
        now = await engine.now(connection)
        event = events.Claimed(owner=worker.name, until=now + timedelta(seconds=worker.lease_seconds))
        claimed = [rules.decide(one, event, now=now, dice=0.0) for one in due]
        for before, after in zip(due, claimed, strict=True):
            await deliveries.save(connection, before, after)
        stopped = [journal.stopped(one, who=worker.who) for one in claimed if not one.lease_owner]
        if stopped:
            await log.append(connection, stopped)
    return [one for one in claimed if one.lease_owner]


@dataclass
class Job:
    """One delivery in one worker's hands, from claim to rest."""

    worker: Worker
    channel: Channel
    delivery: Delivery
    _parcel: Parcel | None = None

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
        except TimeoutError:
            return _unanswered(move, "timeout")
        except (SQLAlchemyError, OSError) as error:
            return _unanswered(move, type(error).__name__)
        except Exception:  # noqa: BLE001 - whatever a channel lets escape is ours to survive
            _log.exception("delivery.bug", delivery=self.delivery.id, channel=self.delivery.channel, move=move)
            return _bug(move)

    async def record(self, event: Event) -> None:
        """Write the outcome, its log entries and what follows from it in one transaction, under the fence.

        Returns once an intent is in a signed checkpoint: only then may the commit leave (law 4). If the process dies
        before that, the intent stands without a result and the channel will be asked.
        """
        before = self.delivery
        async with self.worker.engine.begin() as connection:
            self.delivery, appended = await outcome.write(connection, self.worker, before, event)
        if isinstance(event, events.Intended) and appended:
            await self.worker.checkpointer.cover(appended.size)
        await outcome.tell(self.worker, before, self.delivery, event)

    async def give_back(self) -> None:
        """Let another worker go on at once; without this it would wait for the lease to run out."""
        if self.delivery.lease_owner:
            with suppress(LostLeaseError):
                await self.record(events.Released())

    async def _make(self, move: Move) -> Event:
        parcel = await self._packed(move)
        notes = parcels.Notes(self.worker, self.delivery)
        match move:
            case Move.PREPARE:
                await self.channel.prepare(parcel, notes)
                return events.Prepared()
            case Move.INTEND:
                return events.Intended(rendering_sha256=self.channel.render(parcel).sha256)
            case Move.COMMIT:
                return events.Accepted(receipt=await self.channel.commit(parcel, notes))
            case Move.LOOK_UP:
                receipt = await self.channel.look_up(parcel, notes)
                return events.Accepted(receipt=receipt) if receipt else events.Absent()
            case Move.SIGHT:
                receipt = self.delivery.receipt or Receipt(id="")
                return events.Seen(sightings=await self.channel.sight(parcel, receipt, notes))

    async def _packed(self, move: Move) -> Parcel:
        """The parcel, packed once per claim, so that the bytes whose digest was logged are the bytes that leave."""
        if self._parcel is None:
            self._parcel = await parcels.pack(self.worker, self.delivery, gate=move in {Move.PREPARE, Move.INTEND})
        return self._parcel

    def _bound(self, move: Move) -> float:
        traits = self.channel.traits
        if move is Move.PREPARE:
            return traits.prepare_seconds
        return traits.commit_seconds if move is Move.COMMIT else traits.sight_seconds


def _unanswered(move: Move, code: str) -> Event:
    reaction = Reaction.ASK if move is Move.COMMIT else Reaction.RETRY
    return events.Troubled(trouble=Trouble(reaction=reaction, code=code, detail=f"{move} got no answer"))


def _bug(move: Move) -> Event:
    reaction = Reaction.ASK if move is Move.COMMIT else Reaction.BUG
    return events.Troubled(trouble=Trouble(reaction=reaction, code="bug", detail=f"{move} failed unexpectedly"))
