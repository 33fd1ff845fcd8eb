"""Looks again, long after a sighting, whether what was published is still there, and tells people when it is not.

The follower notes what is to be looked after; the act looks, seldom and counted, so that no platform's quota of queries
is used up by it. A look changes nothing outside: whatever dies in between is looked at again.
"""

import asyncio
import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from channels.contract import Channel, ChannelError, NotYetError, Watchful
from hub.core import watching
from hub.store import deliveries, engine, log, publications, watches
from hub.store.budgets import Budgets
from hub.store.followers import Passed
from schemas.delivery import Action, Delivery, DeliveryState
from schemas.entry import EntryType
from schemas.publication import Loss
from schemas.watch import Watch
from workers import parcels
from workers.worker import Worker

_log = structlog.get_logger()

#: How often we see whether anything is due.
INTERVAL_SECONDS = 30.0
#: When a channel could not say, or was not asked for want of a delivery that is whole.
AGAIN = timedelta(hours=6)


class Watches:
    """A follower of the log (`workers.news.Follower`): what is seen is looked after, what is withdrawn is not."""

    name = "watches"
    kinds = frozenset({EntryType.SIGHTING, EntryType.WITHDRAWAL_SEEN})

    def __init__(self, channels: Mapping[str, Channel]) -> None:
        self._pauses = {name: one.watch.pauses[0] for name, one in channels.items() if isinstance(one, Watchful)}

    def wants(self, entry: Passed) -> bool:
        """What nobody can look at again is not noted (`workers.news.Choosy`)."""
        return entry.type is not EntryType.SIGHTING or entry.said.get("chan") in self._pauses

    async def take(self, connection: AsyncConnection, entries: Sequence[Passed]) -> None:
        for fields in (json.loads(entry.body) for entry in entries):
            await self._one(connection, fields["t"], fields)

    async def told(self) -> None:
        """Nothing is due yet."""

    async def _one(self, connection: AsyncConnection, kind: str, fields: Mapping[str, Any]) -> None:
        release, channel, edition = fields["rel"], fields["chan"], fields["ed"]
        if kind == EntryType.WITHDRAWAL_SEEN:
            await watches.end(connection, release, channel, edition)
        elif channel in self._pauses:
            at = datetime.fromisoformat(fields["at"])
            place = {"release": release, "channel": channel, "edition": edition, "digest": fields["digest"]}
            one = Watch.model_validate({**place, "seen_at": at, "due_at": at})
            await watches.begin(connection, one, pause=timedelta(seconds=self._pauses[channel]))


async def reconcile(worker: Worker) -> None:
    """Look for ever at what is due. Any number of workers may. Ends by cancellation only."""
    watchful = {name: one for name, one in worker.channels.items() if isinstance(one, Watchful)}
    while True:
        for name in watchful:
            try:
                while await look(worker, name):
                    pass
            except (SQLAlchemyError, OSError) as error:
                _log.warning("watch.unreachable", channel=name, reason=type(error).__name__)
            except Exception:  # noqa: BLE001
                # A bug beside the deliveries must not stop them.
                _log.exception("watch.bug", channel=name)
        await asyncio.sleep(INTERVAL_SECONDS)


async def look(worker: Worker, name: str) -> bool:
    """Look at one publication on the channel that is due. Return whether there was one and it could be afforded."""
    channel = worker.channels[name]
    assert isinstance(channel, Watchful)  # noqa: S101 - its caller's choice
    async with worker.engine.begin() as connection:
        one = await watches.claim(connection, name)
    if one is None:
        return False
    wait = await Budgets(worker.engine).spend(name, channel.watch.looks)
    try:
        losses = await _losses(worker, channel, one) if wait is None else None
    except (ChannelError, NotYetError) as error:
        _log.info("watch.unanswered", channel=name, release=one.release, reason=str(error)[:200])
        losses = None
    async with worker.engine.begin() as connection:
        now = await engine.now(connection)
        if losses is None:
            await watches.put_off(connection, one, now + (AGAIN if wait is None else timedelta(seconds=wait)))
        else:
            due_at = watching.next_look(one, losses, channel.watch.pauses, now)
            await watches.looked(connection, one, losses, at=now, due_at=due_at)
            if acts := watching.found(one, losses, who=worker.who):
                await log.append(connection, acts)
    return wait is None


async def _losses(worker: Worker, channel: Watchful, one: Watch) -> tuple[Loss, ...] | None:
    """What is gone; None when nothing of ours is there to be looked at: it is replaced or withdrawn this moment."""
    async with worker.engine.connect() as connection:
        shown = _shown(await deliveries.of_release(connection, one.release), one)
        public = await publications.of_release(connection, one.release)
    addresses = {
        p.document: p.address for p in public if p.channel == one.channel and p.edition == one.edition and p.seen_at
    }
    if shown is None or shown.receipt is None or not addresses:
        return None
    (parcel,) = await parcels.pack(worker, [shown])
    if isinstance(parcel, Exception):
        return None
    return await channel.still_there(parcel, shown.receipt, addresses)


def _shown(found: Sequence[Delivery], one: Watch) -> Delivery | None:
    """The delivery that brought the edition there, unless something is under way on the channel that changes it."""
    here = [each for each in found if each.channel == one.channel and each.edition >= one.edition]
    if any(each.action is Action.WITHDRAW or each.edition > one.edition for each in here):
        return None
    seen = [each for each in here if each.action is Action.PUBLISH and each.state is DeliveryState.VISIBLE]
    return seen[-1] if seen else None
