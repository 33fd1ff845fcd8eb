"""What a recorded outcome leaves behind: publications, the official time and its annotations, a line of history."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from hub.core import journal, planning
from hub.store import officials, publications, standings
from hub.store.officials import Unreleased
from schemas import events
from schemas.delivery import Action, Delivery, Planned
from schemas.entry import Act
from schemas.events import Event
from workers.record import Change, Record
from workers.worker import Worker


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


async def annotations(
    connection: AsyncConnection, worker: Worker, made: dict[int, Record], unreleased: Unreleased, *, at: datetime
) -> list[Planned]:
    """The deliveries that show the official times made here, wherever the release goes and can be changed."""
    planned: list[Planned] = []
    for one in made.values():
        delivery = one.before
        if delivery.release in unreleased.spoken_of:
            holding = await standings.current(connection, delivery.release)
            if holding is not None and holding.governs(delivery.edition):
                # Seen when it is withdrawn already, it was public all the same; but nothing is shown any more. The
                # release is locked: a withdrawal is confirmed before this, or after it, and then calls off what is
                # made here.
                continue
        planned += planning.annotations(delivery, worker.editable, at=at)
    return planned


def shown(worker: Worker, records: Sequence[Record], made: dict[int, Record], at: datetime) -> list[dict[str, Any]]:
    """One row per release whose policy an authoritative channel shows, with the official time if it is made here."""
    rows: dict[int, dict[str, Any]] = {}
    for one in records:
        if one.shows_policy and worker.is_authoritative(one.before):
            row = officials.shown(one.before.release, one.before.edition)
            if one.before.release in made:
                row |= {"made_at": at, "made_by": one.before.channel}
            rows[one.before.release] = row
    return list(rows.values())


def withdrawn(records: Sequence[Record]) -> list[Delivery]:
    """The withdrawals whose effect somebody has seen."""
    return [one.before for one in records if one.before.action is Action.WITHDRAW and one.is_seen]


def history(records: Sequence[Record], changes: Sequence[Change], at: datetime) -> list[dict[str, Any]]:
    """One line per record."""
    return [_attempt(one.event, before, at) for one, (before, _) in zip(records, changes, strict=True)]


def published(records: Sequence[Record], changes: Sequence[Change], at: datetime) -> list[dict[str, Any]]:
    """One row per document and channel: of a receipt and a sighting that come together, the sighting says all."""
    rows: dict[tuple[int, str, str], dict[str, Any]] = {}
    for one, (_, after) in zip(records, changes, strict=True):
        for row in _published(one, after, at):
            rows[row["release_id"], row["document"], row["channel"]] = row
    return list(rows.values())


def _published(one: Record, after: Delivery, at: datetime) -> Iterator[dict[str, Any]]:
    if one.before.action is not Action.PUBLISH:
        return
    if isinstance(one.event, events.Accepted):
        yield from publications.accepted(after, one.event.receipt, at=at)
    elif isinstance(one.event, events.Seen):
        for sighting in one.event.sightings:
            yield publications.seen(after, sighting, at=at)


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
