"""What is mailed, and to whom it is still due. Claimed with a lease and a fence, as deliveries are (law 4)."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ARRAY, BigInteger, ColumnElement, Interval, bindparam, delete, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store import tables
from hub.store.rows import arrays, table
from schemas.subscription import Due, MailState, News, Slot

_G, _M, _R = tables.mailings, tables.mails, tables.subscribers
_NOW = text("clock_timestamp()")
_BATCH = 20_000


class LateError(Exception):
    """A gathering was claimed before the news could be put into it: the next one takes it."""


@dataclass(frozen=True)
class Totals:
    """How many mails are due, or ended in the last day as what, and how long the oldest that is due has waited."""

    states: Mapping[MailState, int]
    late_seconds: float


async def announce(connection: AsyncConnection, key: str, news: News) -> int | None:
    """Keep a piece of news and return its number; None when it was kept before, under this key."""
    values = {
        "key": key,
        "release_id": news.release,
        "edition": news.edition,
        "news": news.model_dump(mode="json", exclude={"is_gone"}),
    }
    kept = insert(_G).values(values).on_conflict_do_nothing().returning(_G.c.id)
    found: int | None = (await connection.execute(kept)).scalar_one_or_none()
    return found


async def void(connection: AsyncConnection, release: int, edition: int) -> None:
    """Tell no longer what was said of the release up to this edition. May run twice."""
    mine = (_G.c.release_id == release, _G.c.edition <= edition, _G.c.voided_at.is_(None))
    await connection.execute(update(_G).where(*mine).values(voided_at=_NOW))


async def put(connection: AsyncConnection, mailing: int, slots: Mapping[int, Slot]) -> None:
    """Put the news into a mail of each subscriber: a new one, or the one that gathers for the same time.

    Raises LateError, whereupon the transaction must not commit, if one of those is already on its way.
    """
    if not slots:
        return
    rows = [
        {"subscriber_id": who, "occasion": one.occasion, "due_at": one.due_at} for who, one in sorted(slots.items())
    ]
    placed = (await connection.execute(_PUT, {**arrays(_NEW, rows), "mailing": [mailing]})).rowcount
    if placed != len(slots):
        raise LateError


async def ask(connection: AsyncConnection, subscriber: int, subscription: int, at: datetime) -> None:
    """A mail with the link that confirms, due now."""
    values = {
        "subscriber_id": subscriber,
        "occasion": f"ask:{subscription}:{at.isoformat()}",
        "subscription_id": subscription,
        "due_at": at,
    }
    await connection.execute(insert(_M).values(values).on_conflict_do_nothing())


async def claim(connection: AsyncConnection, *, limit: int, lease: timedelta) -> list[Due]:
    """Lease what is due, whoever waits for a link first. Durable with the transaction; others pass these over."""
    found = await _claim(connection, [_M.c.subscription_id.is_not(None)], limit=limit, lease=lease)
    if len(found) < limit:
        found += await _claim(connection, [], limit=limit - len(found), lease=lease)
    return found


async def sealed(connection: AsyncConnection, mail: Due) -> bytes | None:
    """The sealed address, if the mail is still this worker's and still wanted."""
    query = select(_R.c.sealed).join(_M, _M.c.subscriber_id == _R.c.id).where(*_mine(mail))
    found: bytes | None = (await connection.execute(query)).scalar_one_or_none()
    return found


async def news(connection: AsyncConnection, mailings: Collection[int]) -> dict[int, News]:
    """Number → what it tells."""
    rows = await connection.execute(select(_G.c.id, _G.c.news, _G.c.voided_at).where(_G.c.id.in_(mailings)))
    return {row.id: News.model_validate(row.news | {"is_gone": row.voided_at is not None}) for row in rows}


async def end(connection: AsyncConnection, mail: Due, state: MailState, code: str = "") -> bool:
    """Write down what became of it; False when it is somebody else's by now, or gone."""
    values = {"state": state, "ended_at": _NOW, "lease_until": None, "code": code or None}
    return bool((await connection.execute(update(_M).where(*_mine(mail)).values(values))).rowcount)


async def postpone(connection: AsyncConnection, mail: Due, until: datetime, code: str) -> None:
    """It was put off by the mail server and is tried again."""
    values = {"due_at": until, "attempts": mail.attempts + 1, "lease_until": None, "code": code}
    await connection.execute(update(_M).where(*_mine(mail)).values(values))


async def give_back(connection: AsyncConnection, claimed: Collection[Due]) -> None:
    """End the leases of what was not sent: it is due as before, and any worker may take it."""
    for one in claimed:
        await connection.execute(update(_M).where(*_mine(one)).values(lease_until=None))


async def totals(connection: AsyncConnection) -> Totals:
    """What there is, for operators."""
    counted: Counter[MailState] = Counter()
    recent = or_(_M.c.ended_at.is_(None), _M.c.ended_at > func.clock_timestamp() - text("interval '1 day'"))
    query = select(_M.c.state, func.count().label("many")).where(recent).group_by(_M.c.state)
    for row in await connection.execute(query):
        counted[MailState(row.state)] = row.many
    wait = func.extract("epoch", func.clock_timestamp() - func.min(_M.c.due_at))
    late = select(func.coalesce(wait, 0)).where(_M.c.ended_at.is_(None), _M.c.due_at < _NOW)
    return Totals(counted, float((await connection.execute(late)).scalar_one()))


async def prune(connection: AsyncConnection, *, ended: timedelta, told: timedelta) -> None:
    """Forget mails that ended long ago, and news that no mail tells any longer."""
    old = select(_M.c.id).where(_M.c.ended_at < func.clock_timestamp() - ended).limit(_BATCH)
    await connection.execute(delete(_M).where(_M.c.id.in_(old)))
    stale = select(_G.c.id).where(_G.c.made_at < func.clock_timestamp() - told).limit(_BATCH)
    await connection.execute(delete(_G).where(_G.c.id.in_(stale)))


async def _claim(
    connection: AsyncConnection, which: Sequence[ColumnElement[bool]], *, limit: int, lease: timedelta
) -> list[Due]:
    free = or_(_M.c.lease_until.is_(None), _M.c.lease_until < _NOW)
    due = select(_M.c.id).where(_M.c.ended_at.is_(None), _M.c.due_at <= _NOW, free, *which)
    chosen = due.order_by(_M.c.due_at, _M.c.id).limit(limit).with_for_update(skip_locked=True).cte("chosen")
    until = _NOW + bindparam("lease", type_=Interval)
    values: dict[Any, Any] = {_M.c.lease_until: until, _M.c.fence: _M.c.fence + 1}
    claimed = update(_M).where(_M.c.id == chosen.c.id).values(values).returning(_M)
    rows = (await connection.execute(claimed, {"lease": lease})).all()
    return [
        Due(
            id=row.id,
            subscriber=row.subscriber_id,
            fence=row.fence,
            attempts=row.attempts,
            made_at=row.made_at,
            occasion=row.occasion,
            mailings=tuple(row.mailings),
            subscription=row.subscription_id,
        )
        for row in sorted(rows, key=lambda row: (row.due_at, row.id))
    ]


def _mine(mail: Due) -> tuple[ColumnElement[bool], ...]:
    return (_M.c.id == mail.id, _M.c.fence == mail.fence, _M.c.ended_at.is_(None))


def _put() -> Any:
    given = table({name: _M.c[name].type for name in _NEW})
    told = bindparam("mailing", type_=ARRAY(BigInteger))
    rows = select(*(given.c[name] for name in _NEW), told)
    new = insert(_M).from_select([*_NEW, "mailings"], rows)
    gathered = _M.c.mailings.op("||")(new.excluded.mailings)
    # Once claimed, it is as it is: who sends it again must send the same.
    return new.on_conflict_do_update(
        index_elements=["subscriber_id", "occasion"], set_={"mailings": gathered}, where=_M.c.fence == 0
    )


_NEW = ("subscriber_id", "occasion", "due_at")
_PUT = _put()
