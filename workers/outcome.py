"""Writes what came of an attempt: the delivery, its history, the log, the publications, the official time."""

from datetime import datetime

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.core import delivery as rules
from hub.core import journal, planning
from hub.store import callbacks, deliveries, editions, engine, log, publications, releases
from hub.store.log import Appended
from schemas import delivery as events
from schemas.delivery import Action, Delivery, Event
from workers.worker import Worker

_log = structlog.get_logger()


async def write(
    connection: AsyncConnection, worker: Worker, before: Delivery, event: Event
) -> tuple[Delivery, Appended | None]:
    """Write the event's whole effect in the caller's transaction. Raises LostLeaseError for an overtaken worker.

    Rows are locked in one order everywhere, release, delivery, log head, so that nobody waits in a circle.
    """
    dice = worker.dice()
    if isinstance(event, events.Unseen) and await callbacks.came_since(connection, before.channel, before.due_at):
        # The channel called back while we were looking, so its wake-up found nothing to wake. Look again at once.
        event = events.Unseen(again_after_seconds=0.0)
    authoritative = worker.channels[before.channel].settings.authoritative
    makes_official = await _may_make_official(connection, before, event) if authoritative else False
    await deliveries.hold(connection, before)
    now = await engine.now(connection)
    after = rules.decide(before, event, now=now, dice=dice)
    acts = journal.acts(before, event, after, who=worker.who, authoritative=authoritative)
    if makes_official and isinstance(event, events.Seen):
        acts.append(journal.official(before, who=worker.who, address=_policy_address(event)))
    appended = await log.append(connection, acts) if acts else None
    if appended:
        # One clock for what counts: the act, its log entry and the rows all carry the same time.
        now = appended.at
        after = rules.decide(before, event, now=now, dice=dice)
    await deliveries.save(connection, before, after)
    await _publications(connection, before, after, event, now)
    if makes_official:
        await _make_official(connection, worker, before, now)
    if authoritative and isinstance(event, events.Seen):
        await releases.settle(connection, before.release, before.edition)
    await deliveries.add_attempt(connection, before, outcome=type(event).__name__, detail=_detail(event), at=now)
    return after, appended


async def tell(worker: Worker, before: Delivery, after: Delivery, event: Event) -> None:
    """After the commit: a line for the operator, and a ring for what the event set going."""
    _log.info(
        "delivery.moved",
        delivery=after.id,
        release=after.release,
        channel=after.channel,
        action=after.action,
        met=type(event).__name__,
        state=after.state,
        was=before.state,
    )
    if isinstance(event, events.Seen):
        for channel in _editable(worker):
            await worker.bell.ring(channel)


async def _may_make_official(connection: AsyncConnection, delivery: Delivery, event: Event) -> bool:
    if not isinstance(event, events.Seen) or all(s.document != "policy" for s in event.sightings):
        return False
    release = await releases.find(connection, delivery.release, lock=True)
    return release is not None and release.official_at is None


async def _make_official(connection: AsyncConnection, worker: Worker, delivery: Delivery, at: datetime) -> None:
    """Set the official time and have it shown wherever the edition went and can still be changed."""
    await releases.make_official(connection, delivery.release, at=at, channel=delivery.channel)
    edition = await editions.find(connection, delivery.release, delivery.edition)
    if edition is not None:
        sent = {d.channel for d in await deliveries.of_release(connection, delivery.release)}
        channels = [name for name in _editable(worker) if name in sent]
        planned = planning.deliveries(edition, channels, action=Action.ANNOTATE, planned_at=at, now=at)
        await deliveries.add(connection, planned)


async def _publications(
    connection: AsyncConnection, before: Delivery, after: Delivery, event: Event, at: datetime
) -> None:
    if before.action is not Action.PUBLISH:
        return
    if isinstance(event, events.Accepted):
        await publications.accepted(connection, after, event.receipt, at=at)
    if isinstance(event, events.Seen):
        for sighting in event.sightings:
            await publications.seen(connection, after, sighting, at=at)


def _editable(worker: Worker) -> list[str]:
    return [name for name, channel in worker.channels.items() if channel.traits.editable]


def _policy_address(event: events.Seen) -> str:
    return next(s.address for s in event.sightings if s.document == "policy")


def _detail(event: Event) -> dict[str, object]:
    return event.model_dump(mode="json")
