"""Claiming: leases what is due on a channel, and intends at once what needs nothing before its commit.

One transaction for both, so one durable commit and one signature stand before the call instead of three.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from channels import bounded
from channels.contract import Prompt
from hub.core import delivery as rules
from hub.core.delivery import Move
from hub.store import circuits, direct
from schemas import events
from schemas.delivery import Action, Delivery
from schemas.events import Intended
from schemas.parcel import Parcel
from workers import effect, lease, parcels
from workers.circuits import admitted, confirmed
from workers.record import Change, Record
from workers.station import Start, Station


async def claim(station: Station, *, limit: int) -> list[Delivery]:
    """Lease what is due on the channel. Durable on return; each claim raises the fence, so older holders are out.

    What its channel is ready for is prepared and intended with it (law 4: the intent is durable, and signed, before
    `deliver` commits). If the process dies after this, such a delivery has an intent without a result: the channel is
    asked, as after any other.
    """
    worker, since = station.worker, lease.clock()
    async with direct.begin(worker.engine) as connection:
        station.circuit, now = await circuits.find(connection, station.name)
        due = await admitted(connection, station.circuit, now, limit=limit)
        until = now + timedelta(seconds=worker.lease_seconds)
        event = events.Claimed(owner=worker.name, until=until, patience_seconds=worker.patience_seconds)
        claims = [(one, rules.decide(one, event, now=now, dice=0.0)) for one in due]
        claims = await confirmed(connection, station.circuit, claims, now, lease_seconds=worker.lease_seconds)
        starts = {one.id: Start(since) for _, one in claims if one.lease_owner}
        records = await prompt(station, connection, claims, starts, now)
        done = await effect.carry(connection, worker, records, now, claims=claims)
    done.seal(worker)
    held = [one.after for one in done.recorded.values() if one.after.lease_owner]
    station.begin(held, starts, log_size=max((one.log_size for one in done.recorded.values()), default=0))
    return held


async def prompt(
    station: Station, connection: AsyncConnection, claims: Sequence[Change], starts: dict[int, Start], now: datetime
) -> list[Record]:
    """Preparation and intent of what needs nothing before its commit, which gets the very parcel that is intended.

    Whatever is in the way, the gate included, is left to the attempt, which meets it again and tells.
    """
    channel = station.channel
    wanted = [after for _, after in claims if _may_leave(station, after, now)]
    if not wanted or not isinstance(channel, Prompt) or channel.settings.kind in bounded.FOREIGN:
        return []
    records: list[Record] = []
    for one, parcel in zip(wanted, await parcels.packed_in(connection, station.worker, wanted), strict=True):
        if not isinstance(parcel, Parcel):
            continue
        starts[one.id] = replace(starts[one.id], parcel=parcel)
        if intent := _intent(channel, parcel):
            prepared = [Record(one, events.Prepared())] if rules.next_move(one) is Move.PREPARE else []
            records += [*prepared, Record(one, intent)]
    # A person may have paused the channel while texts were rendered, and a pause is a pause.
    circuit, _ = await circuits.find(connection, station.name)
    return [] if circuit.paused_at else records


def _intent(channel: Prompt, parcel: Parcel) -> Intended | None:
    try:
        return Intended(rendering_sha256=channel.render(parcel).sha256) if channel.is_ready(parcel) else None
    except Exception:  # noqa: BLE001 - one that fails must not keep the others from being claimed
        return None


def _may_leave(station: Station, one: Delivery, now: datetime) -> bool:
    """Whether its commit is next, and waits for nothing and nobody."""
    is_next = rules.next_move(one) in {Move.PREPARE, Move.INTEND}
    has_come = rules.has_come(one, now.replace(microsecond=now.microsecond // 1000 * 1000))
    gives_way = one.action is Action.ANNOTATE or bool(station.channel.settings.pace_seconds)
    return bool(one.lease_owner) and is_next and has_come and not gives_way
