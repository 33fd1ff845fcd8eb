"""What is mailed, for whom it is due, and what became of all of it. Sent from `hub.store.outgoing`."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ARRAY, BigInteger, bindparam, delete, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store import tables
from hub.store.rows import arrays, table
from schemas.subscription import MailState, News, Slot

_G, _M = tables.mailings, tables.mails
#: Known before a statement begins to read: with `clock_timestamp()` no index could be used to find what is older.
_NOW = func.statement_timestamp()
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


async def news(connection: AsyncConnection, mailings: Collection[int]) -> dict[int, News]:
    """Number → what it tells."""
    rows = await connection.execute(select(_G.c.id, _G.c.news, _G.c.voided_at).where(_G.c.id.in_(mailings)))
    return {row.id: News.model_validate(row.news | {"is_gone": row.voided_at is not None}) for row in rows}


async def totals(connection: AsyncConnection) -> Totals:
    """What there is, for operators."""
    counted: Counter[MailState] = Counter()
    recent = or_(_M.c.ended_at.is_(None), _M.c.ended_at > _NOW - text("interval '1 day'"))
    query = select(_M.c.state, func.count().label("many")).where(recent).group_by(_M.c.state)
    for row in await connection.execute(query):
        counted[MailState(row.state)] = row.many
    wait = func.extract("epoch", _NOW - func.min(_M.c.due_at))
    late = select(func.coalesce(wait, 0)).where(_M.c.ended_at.is_(None), _M.c.due_at < _NOW)
    return Totals(counted, float((await connection.execute(late)).scalar_one()))


async def prune(connection: AsyncConnection, *, ended: timedelta, told: timedelta) -> None:
    """Forget mails that ended long ago, and news that no mail tells any longer."""
    old = select(_M.c.id).where(_M.c.ended_at < _NOW - ended).limit(_BATCH)
    await connection.execute(delete(_M).where(_M.c.id.in_(old)))
    stale = select(_G.c.id).where(_G.c.made_at < _NOW - told).limit(_BATCH)
    await connection.execute(delete(_G).where(_G.c.id.in_(stale)))


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
