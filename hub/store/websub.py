"""Subscriptions to our feeds, and what was asked of the hub. What is claimed is held by a lease and a fence.

A subscription has one row, and in it at most one delivery under way: what is sent is always the feed as it is now, so a
change that comes while another is on its way only makes the row due again.
"""

from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, Table, and_, case, delete, func, null, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store import tables
from schemas.websub import Asked, Due, Full, Outcome, Wish

_S = tables.websub_subscriptions
_W = tables.websub_wishes
#: The transaction's own time: all that one claim compares is compared with the same.
_NOW = func.now()
HOUR = timedelta(hours=1)
#: Advisory lock of those who count before they add; any number that nobody else uses.
_COUNTING = 0x77737562


async def full(connection: AsyncConnection, wished: Wish) -> Full:
    """Count, and keep others from adding until the end of the transaction."""
    await connection.execute(select(func.pg_advisory_xact_lock(_COUNTING)))
    recent, valid = _W.c.asked_at > _NOW - HOUR, _S.c.expires_at > _NOW
    mine = and_(valid, _S.c.topic == wished.topic, _S.c.callback == wished.callback)
    query = select(
        select(func.count()).select_from(_S).where(valid).scalar_subquery().label("subscriptions"),
        select(func.count()).select_from(_S).where(valid, _S.c.host == wished.host).scalar_subquery().label("of_host"),
        select(func.count()).select_from(_W).where(recent).scalar_subquery().label("asked"),
        select(func.count())
        .select_from(_W)
        .where(recent, _W.c.host == wished.host)
        .scalar_subquery()
        .label("asked_of_host"),
        select(func.count() > 0).select_from(_S).where(mine).scalar_subquery().label("is_known"),
        _NOW.label("now"),
    )
    return Full.model_validate((await connection.execute(query)).one()._asdict())


async def ask(connection: AsyncConnection, wished: Wish) -> None:
    """Have the callback asked. An earlier wish for the same pair that is still open is forgotten."""
    same = (_W.c.topic == wished.topic, _W.c.callback == wished.callback, _W.c.due_at.is_not(None))
    await connection.execute(update(_W).where(*same).values(due_at=None))
    await connection.execute(insert(_W).values(**wished.model_dump(), due_at=_NOW))


async def wishes(
    connection: AsyncConnection, *, limit: int, full: Collection[str], per_host: int, hold: timedelta
) -> list[Asked]:
    """Claim wishes that are due, at most `per_host` of one callback host and none of the `full` ones."""
    rows = await connection.execute(_claim(_W, _ready(_W), limit, full, per_host, hold))
    return [Asked.model_validate(_picked(row, Asked)) for row in rows]


async def due(
    connection: AsyncConnection, *, limit: int, full: Collection[str], per_host: int, hold: timedelta, failed: bool
) -> list[Due]:
    """Claim subscriptions that are due, in the same way: either those whose last try failed, or only the others."""
    ready = and_(_ready(_S), _S.c.expires_at > _NOW, _S.c.tries > 0 if failed else _S.c.tries == 0)
    rows = await connection.execute(_claim(_S, ready, limit, full, per_host, hold))
    return [Due.model_validate(_picked(row, Due)) for row in rows]


async def topics(connection: AsyncConnection) -> list[str]:
    """Every topic that somebody is subscribed to."""
    query = select(_S.c.topic).where(_S.c.expires_at > _NOW).distinct().order_by(_S.c.topic)
    return list((await connection.execute(query)).scalars())


async def stir(connection: AsyncConnection, topic: str, sha256: str) -> int:
    """Make those due who do not have this feed yet. Who failed before keeps the time of the next try."""
    behind = and_(_S.c.topic == topic, _S.c.has != sha256, _S.c.expires_at > _NOW)
    values = {"wanted": _S.c.wanted + 1, "due_at": func.coalesce(_S.c.due_at, _NOW)}
    # Locked in one order, as `settle` does: two that wait for each other would wait a second.
    held = select(_S.c.id).where(behind).order_by(_S.c.id).with_for_update().cte("held")
    return (await connection.execute(update(_S).where(_S.c.id.in_(select(held.c.id))).values(values))).rowcount


async def settle(connection: AsyncConnection, outcomes: Sequence[Outcome]) -> None:
    """Write what became of deliveries. What was claimed anew since, or unsubscribed, is left as it is."""
    for outcome in sorted(outcomes, key=lambda one: one.claim.id):
        await connection.execute(_settled(outcome))


async def subscribe(connection: AsyncConnection, asked: Asked, has: str) -> bool:
    """Make the wish a subscription, or renew it. False when it is no longer this process's to grant.

    `has` is the digest of the feed now: only what comes after is sent. It is due at once, to be looked at again: the
    feed may have changed between that look and this commit.
    """
    if not await close(connection, asked):
        return False
    made = insert(_S).values(
        topic=asked.topic,
        callback=asked.callback,
        host=asked.host,
        secret=asked.secret,
        expires_at=_NOW + asked.lease,
        has=has,
        due_at=_NOW,
    )
    lapsed = _S.c.expires_at <= _NOW
    renewed = {
        "secret": made.excluded.secret,
        "expires_at": made.excluded.expires_at,
        "has": case((lapsed, made.excluded.has), else_=_S.c.has),
        "wanted": _S.c.wanted + 1,
        "due_at": _NOW,
        "tries": 0,
    }
    await connection.execute(made.on_conflict_do_update(index_elements=["topic", "callback"], set_=renewed))
    return True


async def unsubscribe(connection: AsyncConnection, asked: Asked) -> bool:
    """End the subscription. May find none. False when the wish is no longer this process's to grant."""
    if not await close(connection, asked):
        return False
    await connection.execute(delete(_S).where(_S.c.topic == asked.topic, _S.c.callback == asked.callback))
    return True


async def close(connection: AsyncConnection, asked: Asked) -> bool:
    """Be done with a wish. False when a newer one has taken its place, or another process has it."""
    mine = and_(_W.c.id == asked.id, _W.c.fence == asked.fence, _W.c.due_at.is_not(None))
    return bool((await connection.execute(update(_W).where(mine).values(due_at=None, held_until=None))).rowcount)


async def ask_again(connection: AsyncConnection, asked: Asked, after: timedelta) -> None:
    """Have the callback asked again later."""
    mine = and_(_W.c.id == asked.id, _W.c.fence == asked.fence, _W.c.due_at.is_not(None))
    values = {"due_at": _NOW + after, "held_until": None, "tries": asked.tries + 1}
    await connection.execute(update(_W).where(mine).values(values))


async def tidy(connection: AsyncConnection) -> None:
    """Delete subscriptions whose lease is over, and wishes that count no longer. May run any time."""
    lapsed = select(_S.c.id).where(_S.c.expires_at <= _NOW).with_for_update(skip_locked=True)
    await connection.execute(delete(_S).where(_S.c.id.in_(lapsed)))
    await connection.execute(delete(_W).where(_W.c.asked_at <= _NOW - HOUR, _W.c.due_at.is_(None)))


async def counts(connection: AsyncConnection) -> dict[str, int]:
    """For metrics: `valid` subscriptions, of them `due` ones and those that are `failing`, and `asked` wishes."""
    valid = _S.c.expires_at > _NOW
    query = select(
        select(func.count()).select_from(_S).where(valid).scalar_subquery().label("valid"),
        select(func.count()).select_from(_S).where(valid, _S.c.due_at.is_not(None)).scalar_subquery().label("due"),
        select(func.count()).select_from(_S).where(valid, _S.c.tries > 0).scalar_subquery().label("failing"),
        select(func.count()).select_from(_W).where(_W.c.due_at.is_not(None)).scalar_subquery().label("asked"),
    )
    return dict((await connection.execute(query)).one()._asdict())


def _ready(table: Table) -> Any:
    free = or_(table.c.held_until.is_(None), table.c.held_until <= _NOW)
    return and_(table.c.due_at <= _NOW, free)


def _claim(table: Table, ready: Any, limit: int, full: Collection[str], per_host: int, hold: timedelta) -> Any:
    """A host with many subscriptions takes its turn like one with a single one."""
    place = func.row_number().over(partition_by=table.c.host, order_by=(table.c.due_at, table.c.id)).label("place")
    turn = select(table.c.id, table.c.due_at, place).where(ready, table.c.host.not_in(list(full))).subquery()
    chosen = select(turn.c.id).where(turn.c.place <= per_host).order_by(turn.c.due_at, turn.c.id).limit(limit)
    # Asked again under the lock: another process may have claimed it in between.
    free = select(table.c.id).where(table.c.id.in_(chosen), ready).with_for_update(skip_locked=True).cte("free")
    values = {"fence": table.c.fence + 1, "held_until": _NOW + hold}
    return update(table).where(table.c.id.in_(select(free.c.id))).values(values).returning(*table.c)


def _settled(outcome: Outcome) -> Any:
    claim = outcome.claim
    mine = and_(_S.c.id == claim.id, _S.c.fence == claim.fence)
    if outcome.is_over:
        return delete(_S).where(mine)
    wanted = claim.wanted if isinstance(claim, Due) else 0
    # What has changed meanwhile is due at once.
    rest = case((_S.c.wanted > wanted, _NOW), else_=null())
    if outcome.took is not None:
        return update(_S).where(mine).values(has=outcome.took, tries=0, held_until=None, due_at=rest)
    if outcome.again is not None:
        return update(_S).where(mine).values(tries=claim.tries + 1, held_until=None, due_at=_NOW + outcome.again)
    return update(_S).where(mine).values(tries=0, held_until=None, due_at=rest)


def _picked(row: Row[Any], kind: type[Asked | Due]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in kind.model_fields}
