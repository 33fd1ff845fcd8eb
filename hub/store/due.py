"""What is due: found by its time, its lease and its turn, and locked for whoever claims it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Integer,
    Select,
    Text,
    and_,
    bindparam,
    exists,
    func,
    literal_column,
    or_,
    select,
    text,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store import tables
from hub.store.deliveries import from_row
from hub.store.direct import Direct
from schemas.delivery import FINAL, MOVING, Delivery, DeliveryState

_T = tables.deliveries
_NOW = text("clock_timestamp()")


def _states(states: Iterable[DeliveryState]) -> list[ColumnElement[str]]:
    """States written out: a plan that is kept knows the partial indexes only by what stands in its text."""
    return [literal_column(f"'{state}'") for state in sorted(states)]


_MOVING, _DONE = _states(MOVING), _states(FINAL)
#: What a channel may have been given already.
_LEFT = or_(_T.c.state.in_(_states([DeliveryState.ACCEPTED, DeliveryState.UNCONFIRMED])), _T.c.intended_at.is_not(None))


async def lock(connection: AsyncConnection, channel: str, *, limit: int, left: bool | None = None) -> list[Delivery]:
    """Lock what is due on the channel and leased by nobody, oldest first, skipping what another worker is locking.

    Order is kept per (release, channel) only: a delivery waits while an earlier one of its release on this channel is
    not done. With `left`, only what may have left already, or only what has not.
    """
    return [from_row(row) for row in await _DUE[left](connection, {"channel": channel, "limit": limit})]


async def is_sending(connection: AsyncConnection, channel: str) -> bool:
    """Whether a worker is giving the channel something right now, as far as its lease says."""
    return bool((await connection.execute(_IS_SENDING, {"channel": channel})).scalar_one())


async def soonest(connection: AsyncConnection, channels: Sequence[str]) -> dict[str, datetime]:
    """Channel → when its next delivery, or the next lease that may have been lost, wants a look.

    Two index look-ups per channel, however much waits there.
    """
    rows = await connection.execute(_SOONEST, {"channels": list(channels)})
    return {row.name: row.at for row in rows if row.at is not None}


def _first() -> ColumnElement[bool]:
    """No earlier delivery of the same release on the same channel is still open."""
    earlier = _T.alias("earlier")
    return ~exists().where(
        earlier.c.release_id == _T.c.release_id,
        earlier.c.channel == _T.c.channel,
        earlier.c.id < _T.c.id,
        earlier.c.state.not_in(_DONE),
    )


def _due(*, left: bool | None) -> Select[Any]:
    free = or_(_T.c.lease_until.is_(None), _T.c.lease_until < _NOW)
    mine = (_T.c.channel == bindparam("channel"), _T.c.state.in_(_MOVING), _T.c.due_at <= _NOW, free, _first())
    which = () if left is None else (_LEFT if left else ~_LEFT,)
    query = select(_T).where(*mine, *which).order_by(_T.c.due_at, _T.c.id)
    return query.limit(bindparam("limit", type_=Integer)).with_for_update(skip_locked=True)


def _is_sending() -> Select[Any]:
    mine = (_T.c.channel == bindparam("channel"), _T.c.state == DeliveryState.WORKING, _T.c.lease_until >= _NOW)
    return select(exists().where(*mine))


def _soonest() -> Select[Any]:
    wanted = func.unnest(bindparam("channels", type_=ARRAY(Text))).table_valued("name").render_derived()
    mine = and_(_T.c.channel == wanted.c.name, _T.c.state.in_(_MOVING))
    idle = select(_T.c.due_at).where(mine, _T.c.lease_until.is_(None), _first()).order_by(_T.c.due_at).limit(1)
    leased = select(func.min(_T.c.lease_until)).where(mine, _T.c.lease_until.is_not(None))
    at = func.least(idle.correlate(wanted).scalar_subquery(), leased.correlate(wanted).scalar_subquery())
    return select(wanted.c.name, at.label("at"))


# Built once: putting a statement together costs more than running it.
_DUE = {left: Direct(_due(left=left)) for left in (None, True, False)}
_IS_SENDING = _is_sending()
_SOONEST = _soonest()
