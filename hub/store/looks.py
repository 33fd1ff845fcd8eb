"""What was seen at the addresses that texts link to. A look that is claimed is held by a lease."""

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import Row, and_, delete, exists, func, or_, select, update
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store import tables
from schemas.look import Look, Seen
from schemas.release import Disclosure, ReleaseState, Secrecy

_T = tables.link_looks
_NOW = func.clock_timestamp()
#: An address that no text has named for so long is not looked at any more; it is noted at most so often.
_WANTED, _NOTED = timedelta(minutes=30), timedelta(minutes=5)
_KEPT = timedelta(days=90)
#: Advisory lock of those who claim: two at once would both take the same host. Any number that nobody else uses.
_CLAIMING = 0x6C696E6B


async def open_releases(connection: AsyncConnection) -> dict[int, int]:
    """Release → version, of those whose links are looked at: being written or in review, and meant for the public.

    What is secret or not to be opened tells nobody outside which addresses it names.
    """
    t = tables.releases
    is_public = and_(
        t.c.metadata["disclosure"].astext == Disclosure.OPEN.value, t.c.metadata["secrecy"].astext == Secrecy.NONE.value
    )
    states = [ReleaseState.DRAFT.value, ReleaseState.IN_REVIEW.value]
    # As in the index of what is open.
    query = select(t.c.id, t.c.version).where(
        t.c.state != ReleaseState.RELEASED.value, t.c.state.in_(states), is_public
    )
    return {row.id: row.version for row in await connection.execute(query)}


async def want(connection: AsyncConnection, hosts: Mapping[str, str]) -> None:
    """Note that texts name these addresses (address → host). May run twice."""
    if not hosts:
        return
    # In one order: two that note the same addresses must not wait for each other.
    new = insert(_T).values([{"address": address, "host": hosts[address]} for address in sorted(hosts)])
    old = _T.c.wanted_at < _NOW - _NOTED
    await connection.execute(new.on_conflict_do_update(index_elements=["address"], set_={"wanted_at": _NOW}, where=old))


async def claim(
    connection: AsyncConnection, *, limit: int, full: Collection[str], pause: timedelta, hold: timedelta
) -> list[Look]:
    """Take what is due, at most one of a host: of none that is `full`, held, or was looked at within the pause."""
    await connection.execute(select(func.pg_advisory_xact_lock(_CLAIMING)))
    other = _T.alias()
    busy = exists().where(other.c.host == _T.c.host, or_(other.c.held_until > _NOW, other.c.looked_at > _NOW - pause))
    due = and_(_T.c.due_at <= _NOW, _T.c.wanted_at > _NOW - _WANTED, _T.c.host.not_in(list(full)), ~busy)
    each = select(_T.c.address, _T.c.due_at).ext(distinct_on(_T.c.host)).where(due)
    first = each.order_by(_T.c.host, _T.c.due_at).subquery()
    chosen = select(first.c.address).order_by(first.c.due_at).limit(limit)
    taken = update(_T).where(_T.c.address.in_(chosen)).values(held_until=_NOW + hold).returning(*_T.c)
    return [_look(row) for row in await connection.execute(taken)]


async def looked(
    connection: AsyncConnection, one: Look, seen: Seen, *, status: int | None, times: int, again: timedelta
) -> None:
    """Write what a claimed look saw; the next one is due after `again`."""
    values = {"seen": seen, "status": status, "times": times, "looked_at": _NOW, "due_at": _NOW + again}
    await connection.execute(update(_T).where(_T.c.address == one.address).values(**values, held_until=None))


async def broken(connection: AsyncConnection, addresses: Collection[str], *, times: int) -> list[Look]:
    """Those of the addresses that were seen broken at least so often, one look after another."""
    if not addresses:
        return []
    query = select(_T).where(_T.c.address.in_(list(addresses)), _T.c.times >= times)
    return [_look(row) for row in await connection.execute(query)]


async def prune(connection: AsyncConnection) -> None:
    """Forget what no text has named for long."""
    await connection.execute(delete(_T).where(_T.c.wanted_at < _NOW - _KEPT))


def _look(row: Row[Any]) -> Look:
    return Look.model_validate({name: getattr(row, name) for name in Look.model_fields})
