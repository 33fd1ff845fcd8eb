"""The moves of one delivery: what is asked of its channel, for how long, and what follows of itself."""

import asyncio
from contextlib import suppress

from sqlalchemy.exc import SQLAlchemyError

from channels import bounded
from channels.contract import ChannelError
from hub.core.delivery import Move
from schemas import events
from schemas.delivery import Delivery, Reaction, Trouble
from schemas.events import Event
from schemas.parcel import Parcel
from schemas.publication import Receipt
from workers import parcels
from workers.circuits import take_turn
from workers.station import Station

#: How long a receipt may wait for the first look.
FIRST_LOOK_SECONDS = 0.25
#: How a trouble of ours says where it was met.
WHERE = {
    Move.PREPARE: "准备",
    Move.INTEND: "准备提交",
    Move.COMMIT: "提交",
    Move.LOOK_UP: "查证",
    Move.SIGHT: "见证",
}


class Moves:
    """A delivery's parcel and its channel; `parcel` is the one that was packed with its claim, if any was."""

    def __init__(self, station: Station, parcel: Parcel | None = None) -> None:
        self._station = station
        self._parcel = parcel
        self._seen: Event | None = None

    async def make(self, delivery: Delivery, move: Move) -> Event:
        """Ask the channel, and return what came of it. Raises what the channel raises."""
        channel, parcel = self._station.channel, await self._packed(delivery)
        notes = parcels.Notes(self._station.worker, delivery)
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
                self._station.leases.check(delivery)
                receipt = await channel.commit(parcel, notes)
                self._seen = await self._first_look(parcel, receipt, notes)
                return events.Accepted(receipt=receipt)
            case Move.LOOK_UP:
                found = await channel.look_up(parcel, notes)
                return events.Accepted(receipt=found) if found else events.Absent()
            case Move.SIGHT:
                receipt = delivery.receipt or Receipt(id="")
                return events.Seen(sightings=await channel.sight(parcel, receipt, notes))

    def following(self, event: Event) -> Event | None:
        """What follows the event at once, so that one transaction writes both: an intent, or a sighting."""
        channel = self._station.channel
        if isinstance(event, events.Accepted):
            return self._seen
        if not isinstance(event, events.Prepared) or channel.settings.pace_seconds or not self._parcel:
            return None
        with suppress(ChannelError):
            return events.Intended(rendering_sha256=channel.render(self._parcel).sha256)
        return None

    def bound(self, move: Move) -> float:
        """Seconds that the move may take."""
        traits = self._station.channel.traits
        if move is Move.PREPARE:
            return traits.prepare_seconds
        return traits.commit_seconds if move is Move.COMMIT else traits.sight_seconds

    async def _first_look(self, parcel: Parcel, receipt: Receipt, notes: parcels.Notes) -> Event | None:
        """See at once what a channel shows at once, before its receipt is written; not for long, and only by luck.

        If the process dies meanwhile, the outcome is as unknown as without the look, and the channel is asked.
        """
        if not self._station.channel.traits.shows_at_once:
            return None
        try:
            async with asyncio.timeout(FIRST_LOOK_SECONDS):
                return events.Seen(sightings=await self._station.channel.sight(parcel, receipt, notes))
        except Exception:  # noqa: BLE001 - the receipt counts; the next look meets whatever this one met
            return None

    async def _pace(self) -> None:
        """Raise ChannelError(QUOTA) while another commit would follow the last one too soon."""
        pace = self._station.channel.settings.pace_seconds
        if pace and (wait := await take_turn(self._station.worker.engine, self._station.name, pace_seconds=pace)):
            raise ChannelError(Reaction.QUOTA, "pace", f"每 {pace:g} 秒发出一件，依次进行", retry_after_seconds=wait)

    async def _packed(self, delivery: Delivery) -> Parcel:
        """The parcel, packed once per claim, so that the bytes whose digest was logged are the bytes that leave."""
        if self._parcel is None:
            self._parcel = await self._station.pack(delivery)
        return self._parcel


def unanswered(move: Move, error: Exception) -> Event:
    """What it means that the store, or whoever was called, did not answer."""
    code = "store" if isinstance(error, SQLAlchemyError) else type(error).__name__
    reaction = Reaction.ASK if move is Move.COMMIT else Reaction.RETRY
    return events.Troubled(trouble=Trouble(reaction=reaction, code=code, detail=f"{WHERE[move]}时没有得到应答"))


def bug(move: Move) -> Event:
    """What it means that something escaped which nobody expects."""
    reaction = Reaction.ASK if move is Move.COMMIT else Reaction.BUG
    return events.Troubled(
        trouble=Trouble(reaction=reaction, code="bug", detail=f"{WHERE[move]}时系统出错，请查看日志")
    )
