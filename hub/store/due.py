"""What is due: found by its time, its lease and its turn, and locked for whoever claims it."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Integer,
    Interval,
    Select,
    Text,
    and_,
    bindparam,
    exists,
    func,
    literal,
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

#: How long after the button a release of the fast lane comes before others.
HURRIED = timedelta(days=2)


def _states(states: Iterable[DeliveryState]) -> list[ColumnElement[str]]:
    """States written out: a plan that is kept knows the partial indexes only by what stands in its text."""
    return [literal_column(f"'{state}'") for state in sorted(states)]


_MOVING, _DONE = _states(MOVING), _states(FINAL)
#: What a channel may have been given already.
_LEFT = or_(_T.c.state.in_(_states([DeliveryState.ACCEPTED, DeliveryState.UNCONFIRMED])), _T.c.intended_at.is_not(None))


async def lock(connection: AsyncConnection, channel: str, *, limit: int, left: bool | None = None) -> list[Delivery]:
    """Lock what is due on the channel and leased by nobody, oldest first, skipping what another worker is locking.

    Order is kept per (release, channel) only: a delivery waits while an earlier one of its release on this channel is
    not done. With `left`, only what may have left already, or only what has not. Where more is due than was asked for,
    releases of the fast lane (应急发布) come first; who has hands for all of it need not ask.
    """
    given = {"channel": channel, "limit": limit}
    found = [from_row(row) for row in await _DUE[left](connection, given)]
    if 0 < limit == len(found) and (hurried := [row.id for row in await _FAST_LANE(connection, given)]):
        first = [from_row(row) for row in await _HURRIED[left](connection, {**given, "hurried": hurried})]
        found = [*first, *(one for one in found if one.id not in {other.id for other in first})]
    return found[:limit]


async def is_sending(connection: AsyncConnection, channel: str) -> bool:
    """Whether a worker is giving the channel something right now, as far as its lease says."""
    return bool((await connection.execute(_IS_SENDING, {"channel": channel})).scalar_one())


async def soonest(connection: AsyncConnection, channels: Sequence[str]) -> dict[str, datetime]:
    """Channel → when its next delivery, or the next lease that may have been lost, wants a look.

    Two index look-ups per channel, however much waits there.
    """
    rows = await connection.execute(_SOONEST, {"channels": list(channels)})
    return {row.name: row.at for row in rows if row.at is not None}


async def counts(connection: AsyncConnection) -> dict[tuple[str, str], int]:
    """(channel, state) → how many, for metrics; what is done is not counted, so that it stays cheap for ever."""
    query = (
        select(_T.c.channel, _T.c.state, func.count())
        .where(_T.c.state.not_in(FINAL))
        .group_by(_T.c.channel, _T.c.state)
    )
    return {(row[0], row[1]): row[2] for row in await connection.execute(query)}


def _first() -> ColumnElement[bool]:
    """No earlier delivery of the same release on the same channel is still open.

    Looked up for each: statistics of a calm hour know of no open delivery, and a join planned by them would hold every
    one of a sudden backlog against every other.
    """
    earlier = _T.alias("earlier")
    found = select(earlier.c.id).where(
        earlier.c.release_id == _T.c.release_id,
        earlier.c.channel == _T.c.channel,
        earlier.c.id < _T.c.id,
        earlier.c.state.not_in(_DONE),
    )
    return found.limit(1).correlate(_T).scalar_subquery().is_(None)


def _fast_lane() -> Select[Any]:
    """The open deliveries of this channel whose editions go the fast lane, of the last days: by index, from the few."""
    u = tables.urgencies
    same = and_(_T.c.release_id == u.c.release_id, _T.c.edition == u.c.edition)
    mine = and_(same, _T.c.channel == bindparam("channel"), _T.c.state.not_in(_DONE))
    return select(_T.c.id).select_from(u).join(_T, mine).where(u.c.published_at > _NOW - literal(HURRIED, Interval))


def _due(*, left: bool | None, hurried: bool = False) -> Select[Any]:
    free = or_(_T.c.lease_until.is_(None), _T.c.lease_until < _NOW)
    mine = (_T.c.channel == bindparam("channel"), _T.c.state.in_(_MOVING), _T.c.due_at <= _NOW, free, _first())
    which = () if left is None else (_LEFT if left else ~_LEFT,)
    if hurried:
        which = (*which, _T.c.id == func.any(bindparam("hurried", type_=ARRAY(BigInteger))))
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
_FAST_LANE = Direct(_fast_lane())
_HURRIED = {left: Direct(_due(left=left, hurried=True)) for left in (None, True, False)}
_IS_SENDING = _is_sending()
_SOONEST = _soonest()
