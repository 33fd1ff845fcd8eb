"""What a recorded outcome leaves behind: publications, the official time and its annotations, a line of history."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from hub.core import journal, planning
from hub.store import attempts, deliveries, editions, publications, releases, standings
from hub.store.releases import Unreleased
from schemas import delivery as events
from schemas.delivery import Action, Delivery, Event
from schemas.entry import Act
from workers.record import Record
from workers.worker import Worker

Changes = Sequence[tuple[Delivery, Delivery]]


def firsts(worker: Worker, records: Sequence[Record], unreleased: Unreleased) -> dict[int, Record]:
    """Release → the record that is the first sighting of its policy on an authoritative channel."""
    found: dict[int, Record] = {}
    for one in records:
        if one.shows_policy and worker.is_authoritative(one.before) and one.before.release in unreleased.unofficial:
            found.setdefault(one.before.release, one)
    return found


def official(worker: Worker, one: Record, made: dict[int, Record]) -> list[Act]:
    """The log entry of the official time, beside the sighting that makes it."""
    if made.get(one.before.release) is not one or not isinstance(one.event, events.Seen):
        return []
    address = next(s.address for s in one.event.sightings if s.document == "policy")
    return [journal.official(one.before, who=worker.who, address=address)]


async def leave(
    connection: AsyncConnection,
    worker: Worker,
    records: Sequence[Record],
    changes: Changes,
    made: dict[int, Record],
    at: datetime,
) -> None:
    """Write all traces of the records. The deliveries themselves are written already."""
    for one in made.values():
        await _make_official(connection, worker, one.before, at)
    for one in records:
        if one.shows_policy and worker.is_authoritative(one.before):
            await releases.settle(connection, one.before.release, one.before.edition)
    published = [row for one, (_, after) in zip(records, changes, strict=True) for row in _published(one, after, at)]
    await publications.put(connection, published)
    for one in records:
        if one.before.action is Action.WITHDRAW and isinstance(one.event, events.Seen):
            await publications.withdraw(connection, one.before, at=at)
    await attempts.add(
        connection, [_attempt(one.event, before, at) for one, (before, _) in zip(records, changes, strict=True)]
    )


async def _make_official(connection: AsyncConnection, worker: Worker, delivery: Delivery, at: datetime) -> None:
    """Set the official time and have it shown wherever the edition went and can still be changed.

    Seen when it is withdrawn already, it was public all the same; but nothing is shown any more. The release is locked,
    so a withdrawal is confirmed either before this or after it, and then it calls off what is made here.
    """
    await releases.make_official(connection, delivery.release, at=at, channel=delivery.channel)
    holding = await standings.current(connection, delivery.release)
    if holding is not None and holding.governs(delivery.edition):
        return
    edition = await editions.find(connection, delivery.release, delivery.edition)
    if edition is not None:
        sent = {d.channel for d in await deliveries.of_release(connection, delivery.release)}
        channels = [name for name in worker.editable if name in sent]
        planned = planning.deliveries(edition, channels, action=Action.ANNOTATE, planned_at=at, now=at)
        await deliveries.add(connection, planned)


def _published(one: Record, after: Delivery, at: datetime) -> list[dict[str, Any]]:
    match one.event:
        case _ if one.before.action is not Action.PUBLISH:
            return []
        case events.Accepted():
            return publications.accepted(after, one.event.receipt, at=at)
        case events.Seen():
            return [publications.seen(after, sighting, at=at) for sighting in one.event.sightings]
        case _:
            return []


def _attempt(event: Event, before: Delivery, at: datetime) -> dict[str, Any]:
    return {
        "delivery_id": before.id,
        "fence": before.fence,
        "step": before.step,
        "worker": before.lease_owner or "",
        "outcome": type(event).__name__,
        "detail": event.model_dump(mode="json"),
        "at": at,
    }
