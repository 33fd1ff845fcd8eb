"""How often an endpoint of a channel was called in the current window, counted for all workers together."""

from collections.abc import Iterable

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from hub.store import engine, tables
from schemas.budget import Budget, Spent

_T = tables.budgets


class Budgets:
    """What channels are given (`channels.contract.Budgets`): each call counted is its own short transaction."""

    def __init__(self, store: AsyncEngine) -> None:
        self._store = store

    async def spend(self, channel: str, budget: Budget) -> float | None:
        """Count one call, durable on return. Return None, or the seconds to the next window if this one is used up.

        Counted before the call is made: a process that dies in between wastes one call and never makes one too many.
        """
        async with self._store.begin() as connection:
            now = await engine.now(connection)
            opened_at = budget.window(now)
            named = {"channel": channel, "endpoint": budget.endpoint, "opened_at": opened_at}
            statement = insert(_T).values(**named, used=1)
            counted = statement.on_conflict_do_update(
                index_elements=list(named), set_={"used": _T.c.used + 1}, where=_T.c.used < budget.limit
            )
            spent = (await connection.execute(counted.returning(_T.c.used))).scalar_one_or_none()
        return (budget.closes(opened_at) - now).total_seconds() if spent is None else None


async def spent(connection: AsyncConnection, channel: str, budgets: Iterable[Budget]) -> list[Spent]:
    """How much of each of the channel's budgets is used in its current window."""
    now, asked = await engine.now(connection), list(budgets)
    since = min((one.window(now) for one in asked), default=now)
    query = (
        select(_T.c.endpoint, _T.c.opened_at, func.max(_T.c.used).label("used"))
        .where(_T.c.channel == channel, _T.c.opened_at >= since)
        .group_by(_T.c.endpoint, _T.c.opened_at)
    )
    used = {(row.endpoint, row.opened_at): row.used for row in await connection.execute(query)}
    return [
        Spent(
            endpoint=one.endpoint,
            limit=one.limit,
            used=used.get((one.endpoint, one.window(now)), 0),
            resets_at=one.closes(one.window(now)),
            is_monthly=one.is_monthly,
            name=one.name,
            per_publication=one.per_publication,
            choice=one.choice,
        )
        for one in asked
    ]
