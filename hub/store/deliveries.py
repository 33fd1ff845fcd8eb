"""Deliveries: found when due, locked, and written back only by whoever still holds the fence."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, and_, exists, func, insert, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store import tables
from schemas.delivery import FINAL, MOVING, Action, Delivery, DeliveryState, Planned, Step, Trouble
from schemas.publication import Receipt

_T = tables.deliveries
_NOW = text("clock_timestamp()")


class LostLeaseError(Exception):
    """Somebody else has the delivery now; nothing was written and nothing may be."""


async def add(connection: AsyncConnection, planned: Sequence[Planned]) -> int:
    """Create the planned deliveries and return how many are new; one that exists already is left as it is."""
    rows = [
        p.model_dump(exclude={"release"})
        | {"release_id": p.release, "state": DeliveryState.WAITING, "step": Step.PREPARE}
        for p in planned
    ]
    if not rows:
        return 0
    result = await connection.execute(upsert(_T).values(rows).on_conflict_do_nothing().returning(_T.c.id))
    return len(result.all())


async def lock_due(connection: AsyncConnection, channel: str, *, limit: int) -> list[Delivery]:
    """Lock what is due on the channel and leased by nobody, oldest first, skipping what another worker is locking.

    Order is kept per (release, channel) only: a delivery waits while an earlier one of its release on this channel is
    not done.
    """
    query = _due(channel).order_by(_T.c.due_at, _T.c.id).limit(limit).with_for_update(skip_locked=True)
    return [_delivery(row) for row in await connection.execute(query)]


async def next_due(connection: AsyncConnection, channels: Sequence[str]) -> dict[str, datetime]:
    """Channel → when its next delivery, or the next lease that may have been lost, wants a look."""
    at = func.min(func.greatest(_T.c.due_at, func.coalesce(_T.c.lease_until, _T.c.due_at)))
    query = (
        select(_T.c.channel, at)
        .where(_T.c.channel.in_(channels), _T.c.state.in_(MOVING), _first())
        .group_by(_T.c.channel)
    )
    return {row[0]: row[1] for row in await connection.execute(query)}


async def save(connection: AsyncConnection, before: Delivery, after: Delivery) -> None:
    """Write the delivery back, if fence and state are still those that `before` was read with.

    Raises LostLeaseError otherwise: an overtaken worker changes nothing.
    """
    # Notes have a write of their own, `keep_note`, and what was kept meanwhile must not be undone here.
    values = after.model_dump(mode="json", include={"receipt", "trouble"})
    values |= after.model_dump(exclude={"id", "release", "notes", "receipt", "trouble"})
    statement = (
        update(_T).where(_T.c.id == before.id, _T.c.fence == before.fence, _T.c.state == before.state).values(values)
    )
    if (await connection.execute(statement)).rowcount != 1:
        raise LostLeaseError(before.id)


async def hold(connection: AsyncConnection, delivery: Delivery) -> None:
    """Lock the row if fence and state are still those of `delivery`. Raises LostLeaseError otherwise."""
    mine = and_(_T.c.id == delivery.id, _T.c.fence == delivery.fence, _T.c.state == delivery.state)
    if (await connection.execute(select(_T.c.id).where(mine).with_for_update())).one_or_none() is None:
        raise LostLeaseError(delivery.id)


async def keep_note(connection: AsyncConnection, delivery: Delivery, key: str, value: Any) -> None:
    """Add one note under the fence. Raises LostLeaseError."""
    statement = (
        update(_T)
        .where(_T.c.id == delivery.id, _T.c.fence == delivery.fence)
        .values(notes=_T.c.notes.op("||")(func.jsonb_build_object(key, func.cast(value, _T.c.notes.type))))
    )
    if (await connection.execute(statement)).rowcount != 1:
        raise LostLeaseError(delivery.id)


async def renew(connection: AsyncConnection, delivery: Delivery, *, seconds: float) -> bool:
    """Prolong the lease by the store's clock. False when somebody else has it."""
    until = _NOW + func.make_interval(0, 0, 0, 0, 0, 0, seconds)
    held = and_(_T.c.id == delivery.id, _T.c.fence == delivery.fence, _T.c.lease_owner == delivery.lease_owner)
    return (await connection.execute(update(_T).where(held).values(lease_until=until))).rowcount == 1


async def find(connection: AsyncConnection, delivery: int, *, lock: bool = False) -> Delivery | None:
    query = select(_T).where(_T.c.id == delivery)
    row = (await connection.execute(query.with_for_update() if lock else query)).one_or_none()
    return _delivery(row) if row else None


async def of_release(connection: AsyncConnection, release: int, *, lock: bool = False) -> list[Delivery]:
    """Every delivery of the release, oldest first."""
    query = select(_T).where(_T.c.release_id == release).order_by(_T.c.id)
    return [_delivery(row) for row in await connection.execute(query.with_for_update() if lock else query)]


async def wake(connection: AsyncConnection, channel: str) -> None:
    """Make what the channel has accepted due now: it has called back."""
    waiting = and_(_T.c.channel == channel, _T.c.state.in_([DeliveryState.ACCEPTED, DeliveryState.UNCONFIRMED]))
    await connection.execute(update(_T).where(waiting, _T.c.due_at > _NOW).values(due_at=_NOW))


async def counts(connection: AsyncConnection) -> dict[tuple[str, str], int]:
    """(channel, state) → how many, for metrics; what is done is not counted, so that it stays cheap for ever."""
    query = (
        select(_T.c.channel, _T.c.state, func.count())
        .where(_T.c.state.not_in(FINAL))
        .group_by(_T.c.channel, _T.c.state)
    )
    return {(row[0], row[1]): row[2] for row in await connection.execute(query)}


async def add_attempt(
    connection: AsyncConnection, delivery: Delivery, *, outcome: str, detail: dict[str, Any], at: datetime
) -> None:
    """Write one line of the delivery's history: which step met which outcome."""
    a = tables.attempts
    mine = and_(a.c.delivery_id == delivery.id, a.c.fence == delivery.fence)
    serial = select(func.coalesce(func.max(a.c.serial), 0) + 1).where(mine).scalar_subquery()
    values = {"delivery_id": delivery.id, "fence": delivery.fence, "serial": serial, "step": delivery.step}
    worker = delivery.lease_owner or ""
    await connection.execute(insert(a).values(**values, worker=worker, outcome=outcome, detail=detail, at=at))


async def history(connection: AsyncConnection, delivery: int) -> list[dict[str, Any]]:
    """What every worker did with the delivery, in order."""
    a = tables.attempts
    query = select(a).where(a.c.delivery_id == delivery).order_by(a.c.fence, a.c.serial).limit(1000)
    return [dict(row._mapping) for row in await connection.execute(query)]  # noqa: SLF001 - SQLAlchemy's public name


def _due(channel: str) -> Select[Any]:
    free = or_(_T.c.lease_until.is_(None), _T.c.lease_until < _NOW)
    return select(_T).where(_T.c.channel == channel, _T.c.state.in_(MOVING), _T.c.due_at <= _NOW, free, _first())


def _first() -> Any:
    """No earlier delivery of the same release on the same channel is still open."""
    earlier = _T.alias("earlier")
    return ~exists().where(
        earlier.c.release_id == _T.c.release_id,
        earlier.c.channel == _T.c.channel,
        earlier.c.id < _T.c.id,
        earlier.c.state.not_in(FINAL),
    )


def _delivery(row: Row[Any]) -> Delivery:
    values = {name: getattr(row, name) for name in Delivery.model_fields if name != "release"}
    values |= {
        "release": row.release_id,
        "action": Action(row.action),
        "state": DeliveryState(row.state),
        "step": Step(row.step),
    }
    values["receipt"] = Receipt.model_validate(row.receipt) if row.receipt else None
    values["trouble"] = Trouble.model_validate(row.trouble) if row.trouble else None
    return Delivery.model_construct(**values)
