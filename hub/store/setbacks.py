"""The store's clock was set back: what was to happen by the old time is brought into the new one.

A clock that was ahead is put right by this much at once: what had been written as due, leased or closed for a while by
then would have to wait for that much longer.
"""

from datetime import timedelta

from sqlalchemy import Interval, Update, and_, bindparam, func, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store import tables
from schemas.delivery import MOVING

_T, _C = tables.deliveries, tables.circuits
_NOW = text("clock_timestamp()")


async def is_ahead(connection: AsyncConnection, *, by: timedelta) -> bool:
    """Whether the log's time, which never goes back, is ahead of the store's clock by more than this."""
    return bool((await connection.execute(_IS_AHEAD, {"by": by})).scalar_one())


async def make_good(connection: AsyncConnection, *, lease: timedelta) -> None:
    """End waits that began under the old time, and leases no later than a full one from now. May run twice.

    A schedule keeps its hour: it is one of the clock on the wall. What waited for a channel is tried early, once.
    Whoever holds a lease renews it before its new end. What somebody is writing this moment is left alone.
    """
    await connection.execute(_END_WAITS)
    await connection.execute(_CUT_LEASES, {"lease": lease})
    await connection.execute(_END_RESTS)


def _end_waits() -> Update:
    unscheduled = or_(_T.c.planned_at <= _NOW, _T.c.planned_at <= _T.c.created_at)
    # Leased ones too: their worker may be dead, and then they are due when the lease has ended.
    late = and_(_T.c.state.in_(MOVING), _T.c.due_at > _NOW, unscheduled)
    free = select(_T.c.id).where(late).order_by(_T.c.id).with_for_update(skip_locked=True)
    return update(_T).where(_T.c.id.in_(free.scalar_subquery())).values(due_at=_NOW)


def _cut_leases() -> Update:
    longest = _NOW + bindparam("lease", type_=Interval)
    free = select(_T.c.id).where(_T.c.lease_until > longest).order_by(_T.c.id).with_for_update(skip_locked=True)
    return update(_T).where(_T.c.id.in_(free.scalar_subquery())).values(lease_until=longest)


def _end_rests() -> Update:
    ended = {name: func.least(_C.c[name], _NOW) for name in ("probe_at", "rests_until")}
    return update(_C).where(or_(*(_C.c[name] > _NOW for name in ended))).values(ended)


_IS_AHEAD = select(tables.log_head.c.at > _NOW + bindparam("by", type_=Interval))
_END_WAITS, _CUT_LEASES, _END_RESTS = _end_waits(), _cut_leases(), _end_rests()
