"""Deliveries: planned, locked, and written back only by whoever still holds the fence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    Update,
    and_,
    bindparam,
    exists,
    func,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import Insert
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.selectable import TableValuedAlias

from hub.store import engine, tables
from hub.store.direct import Direct
from hub.store.numbered import Numbered
from hub.store.rows import arrays, inserted, table
from schemas.delivery import Action, Delivery, DeliveryState, Planned, Step, Trouble
from schemas.publication import Receipt

_T = tables.deliveries
_MARKS = ("id", "fence", "state")
_NEW = (*(name for name in Planned.model_fields if name != "release"), "release_id", "state", "step")
_COLUMNS = tuple(name for name in Delivery.model_fields if name not in {"id", "release", "notes", "created_at"})


class LostLeaseError(Exception):
    """Somebody else has the delivery now; nothing was written and nothing may be."""


@dataclass(frozen=True)
class Held:
    """Rows that this transaction has locked: as they are now, at which time, and which may not be sent any more."""

    marks: Mapping[int, tuple[int, str]]  #: id → (fence, state)
    paused: frozenset[int]  #: those whose channel a person has paused
    now: datetime  #: the store's


async def find(connection: AsyncConnection, delivery: int, *, lock: bool = False) -> Delivery | None:
    query = select(_T).where(_T.c.id == delivery)
    row = (await connection.execute(query.with_for_update() if lock else query)).one_or_none()
    return from_row(row) if row else None


async def of_release(connection: AsyncConnection, release: int, *, lock: bool = False) -> list[Delivery]:
    """Every delivery of the release, oldest first."""
    return [from_row(row) for row in await _OF_RELEASE[lock](connection, {"release": release})]


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


async def add(connection: AsyncConnection, planned: Sequence[Planned]) -> int:
    """Create the planned deliveries and return how many are new; one that exists already is left as it is."""
    return len(await _ADD(connection, added(planned))) if planned else 0


def adding(prefix: str = "") -> Insert:
    """The statement that creates deliveries; its parameters are `added`."""
    return inserted(_T, _NEW, prefix=prefix).on_conflict_do_nothing()


def following(prefix: str = "") -> Insert:
    """As `adding`, but only on channels where some edition of the release goes or went."""
    goes = _T.alias("goes")

    def there(given: TableValuedAlias) -> ColumnElement[bool]:
        return exists().where(goes.c.release_id == given.c.release_id, goes.c.channel == given.c.channel)

    return inserted(_T, _NEW, prefix=prefix, where=there).on_conflict_do_nothing()


def added(planned: Sequence[Planned], prefix: str = "") -> dict[str, list[Any]]:
    """The parameters of `adding`."""
    fresh = {"state": DeliveryState.WAITING, "step": Step.PREPARE}
    rows = [one.model_dump(exclude={"release"}) | {"release_id": one.release, **fresh} for one in planned]
    return arrays(_NEW, rows, prefix=prefix)


async def hold(connection: AsyncConnection, wanted: Sequence[Delivery], *, skip_locked: bool) -> Held:
    """Lock the rows in the order of their ids.

    With `skip_locked`, rows that somebody else is changing are left out instead of waited for.
    """
    rows = await _HOLD[skip_locked](connection, [one.id for one in wanted])
    return Held(
        marks={row.id: (row.fence, row.state) for row in rows},
        paused=frozenset(row.id for row in rows if row.is_paused),
        now=max((row.now for row in rows), default=None) or await engine.now(connection),
    )


async def save(connection: AsyncConnection, before: Delivery, after: Delivery) -> None:
    """Write the delivery back, if fence and state are still those that `before` was read with.

    Raises LostLeaseError otherwise: an overtaken worker changes nothing.
    """
    mine = and_(_T.c.id == before.id, _T.c.fence == before.fence, _T.c.state == before.state)
    if (await connection.execute(update(_T).where(mine).values(_values(after)))).rowcount != 1:
        raise LostLeaseError(before.id)
    await forget(connection, [(before, after)])


def saving(prefix: str = "") -> Update:
    """The statement that writes many back, each under its fence as `save` does; its parameters are `saved`."""
    marks = {f"was_{name}": _T.c[name].type for name in _MARKS}
    given = table(marks | {name: _T.c[name].type for name in _COLUMNS}, prefix=prefix)
    mine = and_(*(_T.c[name] == given.c[f"was_{name}"] for name in _MARKS))
    return update(_T).where(mine).values({name: given.c[name] for name in _COLUMNS})


def saved(changes: Sequence[tuple[Delivery, Delivery]], prefix: str = "") -> dict[str, list[Any]]:
    """The parameters of `saving`."""
    rows = [{f"was_{name}": getattr(before, name) for name in _MARKS} | _values(after) for before, after in changes]
    return arrays((*(f"was_{name}" for name in _MARKS), *_COLUMNS), rows, prefix=prefix)


async def forget(connection: AsyncConnection, changes: Sequence[tuple[Delivery, Delivery]]) -> None:
    """Drop the notes of those that start afresh."""
    afresh = [after.id for before, after in changes if before.notes and not after.notes]
    if afresh:
        await connection.execute(update(_T).where(_T.c.id.in_(afresh)).values(notes={}))


async def keep_note(connection: AsyncConnection, delivery: Delivery, key: str, value: Any) -> None:
    """Add one note under the fence. Raises LostLeaseError."""
    statement = (
        update(_T)
        .where(_T.c.id == delivery.id, _T.c.fence == delivery.fence, _T.c.lease_owner == delivery.lease_owner)
        .values(notes=_T.c.notes.op("||")(func.jsonb_build_object(key, func.cast(value, _T.c.notes.type))))
    )
    if (await connection.execute(statement)).rowcount != 1:
        raise LostLeaseError(delivery.id)


def _values(after: Delivery) -> dict[str, Any]:
    """The row. Notes have a write of their own, `keep_note`, and what was kept meanwhile must not be undone here."""
    values = {name: getattr(after, name) for name in _COLUMNS}
    values["receipt"] = after.receipt.model_dump(mode="json") if after.receipt else None
    values["trouble"] = after.trouble.model_dump(mode="json") if after.trouble else None
    return values


def _of_release(*, lock: bool) -> Select[Any]:
    query = select(_T).where(_T.c.release_id == bindparam("release")).order_by(_T.c.id)
    return query.with_for_update() if lock else query


def _hold(mine: ColumnElement[bool], *, skip_locked: bool) -> Select[Any]:
    c = tables.circuits
    is_paused = exists().where(c.c.channel == _T.c.channel, c.c.paused_at.is_not(None)).label("is_paused")
    columns = (_T.c.id, _T.c.fence, _T.c.state, func.clock_timestamp().label("now"), is_paused)
    return select(*columns).where(mine).order_by(_T.c.id).with_for_update(skip_locked=skip_locked)


# Built once: putting a statement together costs more than running it.
_ADD = Direct(adding().returning(_T.c.id))
_OF_RELEASE = {lock: Direct(_of_release(lock=lock)) for lock in (True, False)}
_HOLD = {skip_locked: Numbered(_T.c.id, partial(_hold, skip_locked=skip_locked)) for skip_locked in (True, False)}
