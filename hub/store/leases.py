"""Leases: prolonged while their deliveries are worked on, by the store's clock and under the fence."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Interval, Select, and_, bindparam, exists, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store import tables
from hub.store.rows import arrays, table
from schemas.delivery import Delivery

_T = tables.deliveries
_NOW = text("clock_timestamp()")
_MARKS = ("id", "fence", "lease_owner")


def _renew() -> Select[Any]:
    """Prolongs those that are free, and returns all that are still held."""
    # Prefixed: a parameter with a column's name would be set by the update.
    named = table({name: _T.c[name].type for name in _MARKS}, name="named", prefix="held_")
    owned = and_(*(_T.c[name] == named.c[name] for name in _MARKS))
    free = select(_T.c.id).join(named, owned).order_by(_T.c.id).with_for_update(of=_T, skip_locked=True).cte("free")
    until = _NOW + bindparam("length", type_=Interval)
    renewed = update(_T).where(_T.c.id == free.c.id).values(lease_until=until).returning(_T.c.id).cte("renewed")
    is_renewed = exists().where(renewed.c.id == _T.c.id).label("is_renewed")
    return select(_T.c.id, _T.c.fence, is_renewed).join(named, owned)


# Built once: putting a statement together costs more than running it.
_RENEW = _renew()


async def renew(
    connection: AsyncConnection, held: Sequence[Delivery], *, seconds: float
) -> tuple[set[tuple[int, int]], set[tuple[int, int]]]:
    """Prolong leases by the store's clock. Return which (id, fence) are prolonged, and which somebody else has now.

    A row that is being written this moment is neither: waiting for it here could wait in a circle.
    """
    mine = [{"id": one.id, "fence": one.fence, "lease_owner": one.lease_owner} for one in held]
    given = {**arrays(_MARKS, mine, prefix="held_"), "length": timedelta(seconds=seconds)}
    rows = (await connection.execute(_RENEW, given)).all()
    lost = {(one.id, one.fence) for one in held} - {(row.id, row.fence) for row in rows}
    return {(row.id, row.fence) for row in rows if row.is_renewed}, lost
