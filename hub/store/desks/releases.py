"""Releases that wait: to be mended, to be published, to be official; and those that became official."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Text, cast, exists, func, literal, literal_column, select, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store import tables, tenants
from hub.store.desks.pile import (
    DISCLOSURE,
    HEAD,
    LINES,
    SIGNED_ON,
    SINCE,
    URGENT_FIRST,
    Item,
    Pile,
    item_of,
    read_pile,
    wrote,
)
from schemas.office import EVERYTHING, Scope
from schemas.release import Disclosure, Kind, ReleaseState
from schemas.review import Decision

_R, _V = tables.releases, tables.reviews
_DRAFT, _APPROVED = ReleaseState.DRAFT, ReleaseState.APPROVED


async def to_fix(connection: AsyncConnection, person: str) -> Pile:
    """The person's drafts: those that were returned first, longest ago first, with what was said."""
    returned = (
        select(_V.c.reviewer, _V.c.note, _V.c.at, _V.c.level)
        .where(_V.c.release_id == _R.c.id, _V.c.edition == _R.c.edition, _V.c.decision == Decision.RETURN)
        .order_by(_V.c.id.desc())
        .limit(1)
        .lateral()
    )
    at = func.coalesce(returned.c.at, _R.c.updated_at)
    query = (
        select(*HEAD, at.label("at"), returned.c.level, returned.c.reviewer.label("by"), returned.c.note.label("said"))
        .select_from(_R.outerjoin(returned, true()))
        .where(_R.c.state == _DRAFT, wrote(person))
        .order_by(URGENT_FIRST, returned.c.at.is_(None), at)
    )
    return await read_pile(connection, query)


async def to_publish(connection: AsyncConnection, scope: Scope = EVERYTHING) -> Pile:
    """What everybody has approved and nobody has published, the oldest document first."""
    query = select(*HEAD, _R.c.updated_at.label("at")).where(_R.c.state == _APPROVED, *tenants.shown(scope))
    return await read_pile(connection, query.order_by(URGENT_FIRST, SIGNED_ON, _R.c.id))


async def unofficial(
    connection: AsyncConnection, scope: Scope = EVERYTHING, *, author: str | None = None, limit: int = LINES
) -> Pile:
    """What is to be public and is not official yet, whose time has run longest first."""
    is_open = DISCLOSURE == Disclosure.OPEN
    query = select(*HEAD, _R.c.updated_at.label("at")).where(_R.c.official_at.is_(None), is_open)
    query = query.where(*tenants.shown(scope))
    if author is not None:
        query = query.where(wrote(author))
    return await read_pile(connection, query.order_by(SINCE, _R.c.id), limit=limit)


async def uninterpreted(connection: AsyncConnection, *, days: int, author: str | None = None) -> Pile:
    """Policies of the last days whose interpretation the public has not seen, longest first; `at` is official."""
    b = tables.publications
    read = exists().where(b.c.release_id == _R.c.id, b.c.document != "policy", b.c.seen_at.is_not(None))
    needed = literal_column("releases.metadata ->> 'kind'", Text).in_([one for one in Kind if one.is_interpreted])
    lately = _R.c.official_at >= func.clock_timestamp() - func.make_interval(0, 0, 0, days)
    query = select(*HEAD, _R.c.official_at.label("at")).where(lately, needed, ~read)
    if author is not None:
        query = query.where(wrote(author))
    return await read_pile(connection, query.order_by(_R.c.official_at, _R.c.id))


async def official(connection: AsyncConnection, since: datetime) -> Pile:
    """What became official since then, newest first; `channels` is where it was seen."""
    where = func.array_append(_none(), _R.c.official_channel).label("channels")
    query = select(*HEAD, _R.c.official_at.label("at"), where)
    return await read_pile(connection, query.where(_R.c.official_at >= since).order_by(_R.c.official_at.desc()))


def _none() -> ColumnElement[Any]:
    return cast(literal("{}"), ARRAY(Text))


async def some(connection: AsyncConnection, wanted: Collection[int], scope: Scope = EVERYTHING) -> dict[int, Item]:
    """Number → release, for those that exist and are in scope."""
    query = select(*HEAD, _R.c.updated_at.label("at")).where(_R.c.id.in_(wanted), *tenants.shown(scope))
    return {row.release: item_of(row) for row in await connection.execute(query)} if wanted else {}
