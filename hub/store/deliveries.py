"""Deliveries: found when due, locked, and written back only by whoever still holds the fence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Interval,
    Row,
    Select,
    Update,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import Insert
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.selectable import TableValuedAlias

from hub.store import engine, tables
from hub.store.direct import Direct
from hub.store.rows import arrays, inserted, table
from schemas.delivery import FINAL, Action, Delivery, DeliveryState, Planned, Reaction, Step, Trouble
from schemas.publication import Receipt

_T = tables.deliveries
_NOW = text("clock_timestamp()")
_MARKS = ("id", "fence", "state")
_LEASE = ("id", "fence", "lease_owner")
_NEW = (*(name for name in Planned.model_fields if name != "release"), "release_id", "state", "step")
_COLUMNS = tuple(name for name in Delivery.model_fields if name not in {"id", "release", "notes", "created_at"})


def _hold(*, skip_locked: bool) -> Select[Any]:
    c = tables.circuits
    mine = _T.c.id == func.any(bindparam("ids", type_=ARRAY(BigInteger)))
    is_paused = exists().where(c.c.channel == _T.c.channel, c.c.paused_at.is_not(None)).label("is_paused")
    columns = (_T.c.id, _T.c.fence, _T.c.state, func.clock_timestamp().label("now"), is_paused)
    return select(*columns).where(mine).order_by(_T.c.id).with_for_update(skip_locked=skip_locked)


def saving(prefix: str = "") -> Update:
    """The statement that writes deliveries back; its parameters are `saved`."""
    marks = {f"was_{name}": _T.c[name].type for name in _MARKS}
    given = table(marks | {name: _T.c[name].type for name in _COLUMNS}, prefix=prefix)
    mine = and_(*(_T.c[name] == given.c[f"was_{name}"] for name in _MARKS))
    return update(_T).where(mine).values({name: given.c[name] for name in _COLUMNS})


def adding(prefix: str = "") -> Insert:
    """The statement that creates deliveries; its parameters are `added`."""
    return inserted(_T, _NEW, prefix=prefix).on_conflict_do_nothing()


def following(prefix: str = "") -> Insert:
    """As `adding`, but only on channels where some edition of the release goes or went."""
    goes = _T.alias("goes")

    def there(given: TableValuedAlias) -> ColumnElement[bool]:
        return exists().where(goes.c.release_id == given.c.release_id, goes.c.channel == given.c.channel)

    return inserted(_T, _NEW, prefix=prefix, where=there).on_conflict_do_nothing()


def _renew() -> Select[Any]:
    """Prolongs those that are free, and returns all that are still held."""
    # Prefixed: a parameter with a column's name would be set by the update.
    named = table({name: _T.c[name].type for name in _LEASE}, name="named", prefix="held_")
    owned = and_(*(_T.c[name] == named.c[name] for name in _LEASE))
    free = select(_T.c.id).join(named, owned).order_by(_T.c.id).with_for_update(of=_T, skip_locked=True).cte("free")
    until = _NOW + bindparam("length", type_=Interval)
    renewed = update(_T).where(_T.c.id == free.c.id).values(lease_until=until).returning(_T.c.id).cte("renewed")
    is_renewed = exists().where(renewed.c.id == _T.c.id).label("is_renewed")
    return select(_T.c.id, _T.c.fence, is_renewed).join(named, owned)


def _of_release(*, lock: bool) -> Select[Any]:
    query = select(_T).where(_T.c.release_id == bindparam("release")).order_by(_T.c.id)
    return query.with_for_update() if lock else query


# Built once: putting a statement together costs more than running it.
_ADD = adding().returning(_T.c.id)
_OF_RELEASE = {lock: _of_release(lock=lock) for lock in (True, False)}
_SAVE = Direct(saving())
_RENEW = _renew()
_HOLD = {skip_locked: Direct(_hold(skip_locked=skip_locked)) for skip_locked in (True, False)}


class LostLeaseError(Exception):
    """Somebody else has the delivery now; nothing was written and nothing may be."""


async def add(connection: AsyncConnection, planned: Sequence[Planned]) -> int:
    """Create the planned deliveries and return how many are new; one that exists already is left as it is."""
    return len((await connection.execute(_ADD, added(planned))).all()) if planned else 0


def added(planned: Sequence[Planned], prefix: str = "") -> dict[str, list[Any]]:
    """The parameters of `adding`."""
    fresh = {"state": DeliveryState.WAITING, "step": Step.PREPARE}
    rows = [one.model_dump(exclude={"release"}) | {"release_id": one.release, **fresh} for one in planned]
    return arrays(_NEW, rows, prefix=prefix)


async def save(connection: AsyncConnection, before: Delivery, after: Delivery) -> None:
    """Write the delivery back, if fence and state are still those that `before` was read with.

    Raises LostLeaseError otherwise: an overtaken worker changes nothing.
    """
    mine = and_(_T.c.id == before.id, _T.c.fence == before.fence, _T.c.state == before.state)
    if (await connection.execute(update(_T).where(mine).values(_values(after)))).rowcount != 1:
        raise LostLeaseError(before.id)
    await forget(connection, [(before, after)])


async def save_many(connection: AsyncConnection, changes: Sequence[tuple[Delivery, Delivery]]) -> None:
    """Write back deliveries that this transaction has locked and found unchanged, each as `save` does."""
    if changes:
        await _SAVE(connection, saved(changes))
        await forget(connection, changes)


def saved(changes: Sequence[tuple[Delivery, Delivery]], prefix: str = "") -> dict[str, list[Any]]:
    """The parameters of `saving`."""
    rows = [{f"was_{name}": getattr(before, name) for name in _MARKS} | _values(after) for before, after in changes]
    return arrays((*(f"was_{name}" for name in _MARKS), *_COLUMNS), rows, prefix=prefix)


async def forget(connection: AsyncConnection, changes: Sequence[tuple[Delivery, Delivery]]) -> None:
    """Drop the notes of those that start afresh."""
    afresh = [after.id for before, after in changes if before.notes and not after.notes]
    if afresh:
        await connection.execute(update(_T).where(_T.c.id.in_(afresh)).values(notes={}))


def _values(after: Delivery) -> dict[str, Any]:
    """The row. Notes have a write of their own, `keep_note`, and what was kept meanwhile must not be undone here."""
    values = {name: getattr(after, name) for name in _COLUMNS}
    values["receipt"] = after.receipt.model_dump(mode="json") if after.receipt else None
    values["trouble"] = after.trouble.model_dump(mode="json") if after.trouble else None
    return values


@dataclass(frozen=True)
class Held:
    """Rows that this transaction has locked: as they are now, at which time, and which may not be sent any more."""

    marks: Mapping[int, tuple[int, str]]  #: id → (fence, state)
    paused: frozenset[int]  #: those whose channel a person has paused
    now: datetime  #: the store's


async def hold(connection: AsyncConnection, wanted: Sequence[Delivery], *, skip_locked: bool) -> Held:
    """Lock the rows in the order of their ids.

    With `skip_locked`, rows that somebody else is changing are left out instead of waited for.
    """
    rows = await _HOLD[skip_locked](connection, {"ids": [one.id for one in wanted]})
    return Held(
        marks={row.id: (row.fence, row.state) for row in rows},
        paused=frozenset(row.id for row in rows if row.is_paused),
        now=max((row.now for row in rows), default=None) or await engine.now(connection),
    )


async def keep_note(connection: AsyncConnection, delivery: Delivery, key: str, value: Any) -> None:
    """Add one note under the fence. Raises LostLeaseError."""
    statement = (
        update(_T)
        .where(_T.c.id == delivery.id, _T.c.fence == delivery.fence, _T.c.lease_owner == delivery.lease_owner)
        .values(notes=_T.c.notes.op("||")(func.jsonb_build_object(key, func.cast(value, _T.c.notes.type))))
    )
    if (await connection.execute(statement)).rowcount != 1:
        raise LostLeaseError(delivery.id)


async def renew(
    connection: AsyncConnection, held: Sequence[Delivery], *, seconds: float
) -> tuple[set[tuple[int, int]], set[tuple[int, int]]]:
    """Prolong leases by the store's clock. Return which (id, fence) are prolonged, and which somebody else has now.

    A row that is being written this moment is neither: waiting for it here could wait in a circle.
    """
    mine = [{"id": one.id, "fence": one.fence, "lease_owner": one.lease_owner} for one in held]
    given = {**arrays(_LEASE, mine, prefix="held_"), "length": timedelta(seconds=seconds)}
    rows = (await connection.execute(_RENEW, given)).all()
    lost = {(one.id, one.fence) for one in held} - {(row.id, row.fence) for row in rows}
    return {(row.id, row.fence) for row in rows if row.is_renewed}, lost


async def find(connection: AsyncConnection, delivery: int, *, lock: bool = False) -> Delivery | None:
    query = select(_T).where(_T.c.id == delivery)
    row = (await connection.execute(query.with_for_update() if lock else query)).one_or_none()
    return from_row(row) if row else None


async def of_release(connection: AsyncConnection, release: int, *, lock: bool = False) -> list[Delivery]:
    """Every delivery of the release, oldest first."""
    return [from_row(row) for row in await connection.execute(_OF_RELEASE[lock], {"release": release})]


async def receipt(connection: AsyncConnection, withdrawal: Delivery) -> Receipt | None:
    """What the channel answered when it took the edition that is withdrawn; None when nobody knows."""
    mine = (_T.c.release_id == withdrawal.release, _T.c.channel == withdrawal.channel)
    same = (_T.c.edition == withdrawal.edition, _T.c.action == Action.PUBLISH, _T.c.receipt.is_not(None))
    query = select(_T.c.receipt).where(*mine, *same, _T.c.id < withdrawal.id).order_by(_T.c.id.desc()).limit(1)
    found = (await connection.execute(query)).scalar_one_or_none()
    return Receipt.model_validate(found) if found else None


async def wake(connection: AsyncConnection, channel: str) -> None:
    """Make what the channel has accepted due now: it has called back."""
    waiting = and_(_T.c.channel == channel, _T.c.state.in_([DeliveryState.ACCEPTED, DeliveryState.UNCONFIRMED]))
    await connection.execute(update(_T).where(waiting, _T.c.due_at > _NOW).values(due_at=_NOW))


async def hasten(connection: AsyncConnection, wanted: Sequence[int]) -> None:
    """Make these due now."""
    if wanted:
        await connection.execute(update(_T).where(_T.c.id.in_(wanted), _T.c.due_at > _NOW).values(due_at=_NOW))


async def given_over(connection: AsyncConnection, wanted: Sequence[int]) -> set[int]:
    """Those of them behind which a withdrawal of the same text waits on the same channel."""
    after = _T.alias("withdrawal")
    waits = exists().where(
        after.c.release_id == _T.c.release_id,
        after.c.channel == _T.c.channel,
        after.c.action == Action.WITHDRAW,
        after.c.edition >= _T.c.edition,
        after.c.id > _T.c.id,
        after.c.state.not_in(FINAL),
    )
    query = select(_T.c.id).where(_T.c.id.in_(wanted), _T.c.action != Action.WITHDRAW, waits)
    return set((await connection.execute(query)).scalars())


async def counts(connection: AsyncConnection) -> dict[tuple[str, str], int]:
    """(channel, state) → how many, for metrics; what is done is not counted, so that it stays cheap for ever."""
    query = (
        select(_T.c.channel, _T.c.state, func.count())
        .where(_T.c.state.not_in(FINAL))
        .group_by(_T.c.channel, _T.c.state)
    )
    return {(row[0], row[1]): row[2] for row in await connection.execute(query)}


async def is_overtaken(connection: AsyncConnection, delivery: Delivery) -> bool:
    """Whether a newer edition of the release, or a withdrawal of this one, waits for the same channel."""
    if delivery.action is Action.WITHDRAW:
        # Nothing goes in its place: what a newer edition stands beside must still be taken down.
        return False
    mine = and_(_T.c.release_id == delivery.release, _T.c.channel == delivery.channel, _T.c.state.not_in(FINAL))
    later = and_(_T.c.action == Action.WITHDRAW, _T.c.edition >= delivery.edition, _T.c.id > delivery.id)
    query = select(exists().where(mine, or_(_T.c.edition > delivery.edition, later)))
    return bool((await connection.execute(query)).scalar_one())


async def wake_failed(connection: AsyncConnection, channel: str, *reactions: Reaction) -> None:
    """Make due now what waits on the channel because of such a trouble."""
    again = and_(_T.c.state == DeliveryState.WAITING, _T.c.trouble["reaction"].astext.in_(reactions))
    await connection.execute(update(_T).where(_T.c.channel == channel, again, _T.c.due_at > _NOW).values(due_at=_NOW))


def from_row(row: Row[Any]) -> Delivery:
    """The delivery that a row of the table holds."""
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
