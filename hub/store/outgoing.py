"""One mail on its way: claimed with a lease and a fence, as deliveries are (law 4), looked at again, and ended."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ARRAY, BigInteger, ColumnElement, Integer, Interval, bindparam, func, or_, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store import tables
from hub.store.direct import Direct
from schemas.subscription import Due, MailState

_G, _M, _R = tables.mailings, tables.mails, tables.subscribers
#: Known before a statement begins to read, so that an index ends at it: what is due later is not even looked at.
_NOW = func.statement_timestamp()


@dataclass(frozen=True)
class Ready:
    """What is known of a mail right before it leaves."""

    sealed: bytes  #: the address
    voided: frozenset[int]  #: the mailings among its own that are told no longer


async def claim(connection: AsyncConnection, *, limit: int, lease: timedelta) -> list[Due]:
    """Lease what is due, whoever waits for a link first. Durable with the transaction; others pass these over.

    Costs the same however much is due, now or later.
    """
    await connection.execute(_BY_INDEX)
    found = await _ASKING(connection, {"limit": limit, "lease": lease})
    if len(found) < limit:
        found = [*found, *await _ANY(connection, {"limit": limit - len(found), "lease": lease})]
    return [_due(row) for row in sorted(found, key=lambda row: (row.subscription_id is None, row.due_at, row.id))]


async def look(connection: AsyncConnection, mail: Due) -> Ready | None:
    """Where it goes and what it tells no longer; None when it is somebody else's by now, or wanted no longer."""
    row = (await connection.execute(_READY, _which(mail))).one_or_none()
    return Ready(row.sealed, frozenset(row.voided)) if row else None


async def end(connection: AsyncConnection, mail: Due, state: MailState, code: str = "") -> bool:
    """Write down what became of it; False when it is somebody else's by now, or gone."""
    given = {"ended_as": state, "answer": code or None}
    return bool((await connection.execute(_END, {**_which(mail), **given})).rowcount)


async def postpone(connection: AsyncConnection, mail: Due, until: datetime, code: str) -> None:
    """It was put off by the mail server and is tried again."""
    given = {"until": until, "attempted": mail.attempts + 1, "answer": code}
    await connection.execute(_POSTPONE, {**_which(mail), **given})


async def give_back(connection: AsyncConnection, claimed: Collection[Due]) -> None:
    """End the leases of what was not sent: it is due as before, and any worker may take it."""
    for one in claimed:
        await connection.execute(_GIVE_BACK, _which(one))


def _which(mail: Due) -> Mapping[str, int]:
    return {"mail": mail.id, "claimed_as": mail.fence}


def _due(row: Any) -> Due:
    return Due(
        id=row.id,
        subscriber=row.subscriber_id,
        fence=row.fence,
        attempts=row.attempts,
        made_at=row.made_at,
        occasion=row.occasion,
        mailings=tuple(row.mailings),
        subscription=row.subscription_id,
    )


def _claim(*which: ColumnElement[bool]) -> Direct:
    free = or_(_M.c.lease_until.is_(None), _M.c.lease_until < _NOW)
    due = select(_M.c.id).where(_M.c.ended_at.is_(None), _M.c.due_at <= _NOW, free, *which)
    few = due.order_by(_M.c.due_at, _M.c.id).limit(bindparam("limit", type_=Integer))
    chosen = few.with_for_update(skip_locked=True).cte("chosen")
    until = _NOW + bindparam("lease", type_=Interval)
    # By their numbers, each looked up: there is no join that a plan could make in another way.
    mine = _M.c.id == func.any(func.array(select(chosen.c.id).scalar_subquery()))
    return Direct(update(_M).where(mine).values(lease_until=until, fence=_M.c.fence + 1).returning(_M))


# Built once: putting a statement together costs more than running it.
_ASKING, _ANY = _claim(_M.c.subscription_id.is_not(None)), _claim()
#: Statistics of a calm hour know of no mail that is due: a plan made by them sorts a whole crowd for every few.
_BY_INDEX = text("SELECT set_config('enable_sort', 'off', true)")
_MINE = (_M.c.id == bindparam("mail"), _M.c.fence == bindparam("claimed_as"), _M.c.ended_at.is_(None))
_VOIDED = select(_G.c.id).where(_G.c.id == func.any(_M.c.mailings), _G.c.voided_at.is_not(None)).correlate(_M)
_READY = (
    select(_R.c.sealed, func.array(_VOIDED.scalar_subquery(), type_=ARRAY(BigInteger)).label("voided"))
    .join(_M, _M.c.subscriber_id == _R.c.id)
    .where(*_MINE)
)
_OURS = update(_M).where(*_MINE)
_END = _OURS.values(state=bindparam("ended_as"), ended_at=_NOW, lease_until=None, code=bindparam("answer"))
_POSTPONE = _OURS.values(
    due_at=bindparam("until"), attempts=bindparam("attempted"), lease_until=None, code=bindparam("answer")
)
_GIVE_BACK = _OURS.values(lease_until=None)
