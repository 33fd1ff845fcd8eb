"""Subscribers and what they want to hear of. An address goes in sealed and is found by its keyed digest."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, delete, exists, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store import tables
from schemas.subscription import Frequency, Subscription, Wish

_R = tables.subscribers
_S = tables.subscriptions
_M = tables.mails
_NOW = text("clock_timestamp()")
#: Rows that one clearing away takes of each kind.
_BATCH = 5_000
#: Releases that are looked through for the units that one may choose from.
_NEWEST = 2_000


@dataclass(frozen=True)
class Counts:
    """How many there are; administrators see no more."""

    confirmed: int  #: subscriptions that are mailed
    unconfirmed: int
    subscribers: int  #: addresses
    silenced: int  #: digests of addresses that bounced


async def subscriber(connection: AsyncConnection, digest: bytes, sealed: bytes) -> int | None:
    """The subscriber of this digest, made if need be and locked to the end; None where nothing is mailed any longer."""
    await connection.execute(insert(_R).values(digest=digest, sealed=sealed).on_conflict_do_nothing())
    query = select(_R.c.id).where(_R.c.digest == digest, _R.c.silenced_at.is_(None)).with_for_update()
    found: int | None = (await connection.execute(query)).scalar_one_or_none()
    return found


async def lock(connection: AsyncConnection, subscriber: int) -> bool:
    """Lock the subscriber to the end of the transaction; False when there is none, or nothing is mailed there."""
    query = select(_R.c.id).where(_R.c.id == subscriber, _R.c.silenced_at.is_(None)).with_for_update()
    return (await connection.execute(query)).one_or_none() is not None


async def ask(connection: AsyncConnection, subscriber: int, wish: Wish, frequency: Frequency) -> int:
    """Keep what is asked for, unconfirmed, and return its number; of one that is there already, its own."""
    values = _values(wish) | {"subscriber_id": subscriber, "frequency": frequency}
    statement = insert(_S).values(values)
    kept = statement.on_conflict_do_update(index_elements=list(values), set_={"asked_at": _NOW}).returning(_S.c.id)
    return int((await connection.execute(kept)).scalar_one())


async def confirm(connection: AsyncConnection, one: Subscription, *, since: int) -> None:
    """From this place of the log on it is mailed, and no other of the same wish is. May run twice."""
    mine = (_S.c.id == one.id, _S.c.confirmed_at.is_(None))
    await connection.execute(update(_S).where(*mine).values(confirmed_at=_NOW, since=since))
    same = [_S.c[name] == value for name, value in _values(one.wish).items()]
    await connection.execute(delete(_S).where(_S.c.subscriber_id == one.subscriber, *same, _S.c.id != one.id))


async def find(connection: AsyncConnection, number: int) -> Subscription | None:
    row = (await connection.execute(select(_S).where(_S.c.id == number))).one_or_none()
    return _subscription(row) if row else None


async def of_subscriber(connection: AsyncConnection, subscriber: int) -> list[Subscription]:
    """All of them, the unconfirmed ones too, oldest first."""
    rows = await connection.execute(select(_S).where(_S.c.subscriber_id == subscriber).order_by(_S.c.id))
    return [_subscription(row) for row in rows]


async def remove(connection: AsyncConnection, subscriber: int, number: int) -> None:
    """End one subscription, and forget the subscriber with the last one. May run twice."""
    await connection.execute(delete(_S).where(_S.c.id == number, _S.c.subscriber_id == subscriber))
    left = exists().where(_S.c.subscriber_id == subscriber)
    await connection.execute(delete(_R).where(_R.c.id == subscriber, _R.c.silenced_at.is_(None), ~left))


async def erase(connection: AsyncConnection, subscriber: int) -> None:
    """Forget the subscriber with everything, mails on their way included. May run twice."""
    await connection.execute(delete(_R).where(_R.c.id == subscriber, _R.c.silenced_at.is_(None)))


async def silence(connection: AsyncConnection, subscriber: int, bounces: int, at: datetime) -> None:
    """Nothing is mailed there any longer. Everything is erased but the digest, so that nobody writes there again."""
    await connection.execute(delete(_S).where(_S.c.subscriber_id == subscriber))
    await connection.execute(delete(_M).where(_M.c.subscriber_id == subscriber))
    values = {"sealed": None, "silenced_at": at, "bounces": bounces, "bounced_at": at}
    await connection.execute(update(_R).where(_R.c.id == subscriber).values(values))


async def bounces(connection: AsyncConnection, subscriber: int) -> tuple[int, datetime | None] | None:
    """Hard bounces and when the last one came, the row locked; None when there is no such subscriber any longer."""
    query = select(_R.c.bounces, _R.c.bounced_at).where(_R.c.id == subscriber, _R.c.silenced_at.is_(None))
    row = (await connection.execute(query.with_for_update())).one_or_none()
    return (row.bounces, row.bounced_at) if row else None


async def bounced(connection: AsyncConnection, subscriber: int, bounces: int, at: datetime) -> None:
    """Write down a hard bounce that does not silence."""
    await connection.execute(update(_R).where(_R.c.id == subscriber).values(bounces=bounces, bounced_at=at))


async def first_place(connection: AsyncConnection) -> int | None:
    """The first place of the log that anybody hears of; None while nobody does."""
    found: int | None = (await connection.execute(select(func.min(_S.c.since)))).scalar_one()
    return found


async def hearing(
    connection: AsyncConnection, seq: int, columns: Sequence[str], issuers: Sequence[str]
) -> AsyncIterator[Subscription]:
    """Confirmed subscriptions that may hear of the entry at this place; the rules decide (`hub.core.subscribing`)."""
    mine = (
        _S.c.confirmed_at.is_not(None),
        _S.c.since <= seq,
        _S.c.column_code.in_(["", *columns]),
        _S.c.issuer.in_(["", *issuers]),
        exists().where(_R.c.id == _S.c.subscriber_id, _R.c.silenced_at.is_(None)),
    )
    async with connection.stream(select(_S).where(*mine)) as rows:
        async for row in rows:
            yield _subscription(row)


async def issuers(connection: AsyncConnection) -> list[str]:
    """Who issued the newest official releases, as documents bear it, each once, in the order of their names."""
    r = tables.releases
    issuer = r.c.metadata["issuer"].as_string()
    newest = select(issuer.label("issuer")).where(r.c.official_at.is_not(None)).order_by(r.c.id.desc()).limit(_NEWEST)
    found = newest.subquery()
    return list((await connection.execute(select(found.c.issuer).distinct().order_by(found.c.issuer))).scalars())


async def is_full(connection: AsyncConnection, *, unconfirmed: int, subscribers: int) -> bool:
    """Whether there are so many that are not confirmed, or so many addresses."""
    waiting = select(_S.c.id).where(_S.c.confirmed_at.is_(None)).offset(unconfirmed - 1).limit(1)
    known = select(_R.c.id).offset(subscribers - 1).limit(1)
    return bool((await connection.execute(select(or_(exists(waiting), exists(known))))).scalar_one())


async def counts(connection: AsyncConnection) -> Counts:
    query = select(
        select(func.count(_S.c.confirmed_at)).scalar_subquery(),
        select(func.count()).select_from(_S).where(_S.c.confirmed_at.is_(None)).scalar_subquery(),
        select(func.count(_R.c.sealed)).scalar_subquery(),
        select(func.count(_R.c.silenced_at)).scalar_subquery(),
    )
    return Counts(*(await connection.execute(query)).one())


async def any_sealed(connection: AsyncConnection) -> bool:
    """Whether any address needs the hub's secret to be read."""
    return bool((await connection.execute(select(exists().where(_R.c.sealed.is_not(None))))).scalar_one())


async def prune(connection: AsyncConnection, *, unconfirmed: timedelta, silenced: timedelta) -> None:
    """Forget what was not confirmed in time, whoever has nothing left, and digests that were kept long enough."""
    old = select(_S.c.id).where(_S.c.confirmed_at.is_(None), _S.c.asked_at < func.clock_timestamp() - unconfirmed)
    await connection.execute(delete(_S).where(_S.c.id.in_(old.limit(_BATCH))))
    nothing = ~exists().where(_S.c.subscriber_id == _R.c.id)
    # Somebody may be asking this moment: their row is locked, or not there yet.
    bare = select(_R.c.id).where(_R.c.silenced_at.is_(None), nothing)
    gone = select(_R.c.id).where(_R.c.silenced_at < func.clock_timestamp() - silenced)
    for found in (bare, gone):
        batch = found.limit(_BATCH).with_for_update(skip_locked=True, of=_R)
        await connection.execute(delete(_R).where(_R.c.id.in_(batch.scalar_subquery())))


def _values(wish: Wish) -> dict[str, str]:
    return {"column_code": wish.column, "issuer": wish.issuer, "theme": wish.theme, "keyword": wish.keyword}


def _subscription(row: Row[Any]) -> Subscription:
    # Not validated again: a keyword that a later version would refuse is mailed all the same.
    wish = Wish.model_construct(column=row.column_code, issuer=row.issuer, theme=row.theme, keyword=row.keyword)
    return Subscription.model_construct(
        id=row.id,
        subscriber=row.subscriber_id,
        wish=wish,
        frequency=Frequency(row.frequency),
        confirmed_at=row.confirmed_at,
        since=row.since,
    )
