"""Places on the numbered lists of a site: given once, in a row without gaps, and never taken back.

Every question is answered by its places alone, so it costs the same in a large archive as in a small one.
"""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ARRAY, BigInteger, Text, and_, bindparam, func, or_, select, true, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store import tables
from schemas.delivery import Action
from schemas.listing import Place, Span

_T, _L = tables.listings, tables.lists


async def enrol(connection: AsyncConnection, channel: str, wanted: Sequence[tuple[int, str]]) -> None:
    """Give each (release, list) the next place of its list, in the order given; who has one keeps it. May run twice.

    The lists are locked until the transaction ends, in one order everywhere. If the process dies before that, no place
    was given; after it, whoever asks again finds the places.
    """
    if await _missing(connection, channel, wanted):
        names = sorted({name for _, name in wanted})
        new = insert(_L).values([{"channel": channel, "list": name} for name in names])
        await connection.execute(new.on_conflict_do_nothing())
        held = select(_L.c.list, _L.c.size).where(_L.c.channel == channel, _L.c.list.in_(names))
        rows = (await connection.execute(held.order_by(_L.c.list).with_for_update())).all()
        # Asked again: another process may have given them while this one waited for the lists.
        missing = await _missing(connection, channel, wanted)
        await _place(connection, channel, missing, {row.list: row.size for row in rows})


async def _missing(
    connection: AsyncConnection, channel: str, wanted: Sequence[tuple[int, str]]
) -> list[tuple[int, str]]:
    has = {(one.release, one.list) for one in await places(connection, channel, {release for release, _ in wanted})}
    return [one for one in dict.fromkeys(wanted) if one not in has]


async def _place(
    connection: AsyncConnection, channel: str, missing: Sequence[tuple[int, str]], sizes: dict[str, int]
) -> None:
    rows = []
    for release, name in missing:
        sizes[name] += 1
        rows.append({"channel": channel, "list": name, "ordinal": sizes[name], "release_id": release})
    if rows:
        await connection.execute(insert(_T), rows)
    for name in {name for _, name in missing}:
        grown = update(_L).where(_L.c.channel == channel, _L.c.list == name)
        await connection.execute(grown.values(size=sizes[name]))


async def places(connection: AsyncConnection, channel: str, releases: Collection[int]) -> list[Place]:
    """Every place of these releases."""
    query = select(_T).where(_T.c.channel == channel, _T.c.release_id.in_(sorted(releases)))
    rows = await connection.execute(query)
    return [Place(list=row.list, ordinal=row.ordinal, release=row.release_id) for row in rows]


async def sizes(connection: AsyncConnection, channel: str) -> dict[str, int]:
    """List → its highest ordinal, for every list of the channel that has a place."""
    rows = await connection.execute(select(_L.c.list, _L.c.size).where(_L.c.channel == channel, _L.c.size > 0))
    return {row.list: row.size for row in rows}


async def within(connection: AsyncConnection, channel: str, spans: Sequence[Span]) -> list[Place]:
    """Who stands there, the newest first."""
    # Spans overlap: a page that has begun is on the index too. Each place is found once.
    wanted = dict.fromkeys((one.list, ordinal) for one in spans for ordinal in range(one.first, one.last + 1))
    parameters = {
        "channel": channel,
        "lists": [name for name, _ in wanted],
        "ordinals": [ordinal for _, ordinal in wanted],
    }
    rows = await connection.execute(_WITHIN, parameters)
    return [Place(list=row.list, ordinal=row.ordinal, release=row.release_id) for row in rows]


async def published(connection: AsyncConnection, channel: str, *, after: int, limit: int) -> list[tuple[int, int]]:
    """(delivery, release) of what the public has seen on the channel, the oldest first, behind this delivery."""
    d = tables.deliveries
    query = (
        select(d.c.id, d.c.release_id)
        .where(d.c.channel == channel, d.c.id > after, d.c.action == Action.PUBLISH, d.c.seen_at.is_not(None))
        .where(or_(d.c.intended_at.is_not(None), d.c.accepted_at.is_not(None)))
        .order_by(d.c.id)
        .limit(limit)
    )
    return [(row.id, row.release_id) for row in await connection.execute(query)]


def shown() -> Any:
    """Of each release in `releases` the newest edition that is, or may be, public on `channel`, and what it is now."""
    d, r = tables.deliveries, tables.releases
    wanted = (
        func.unnest(bindparam("releases", type_=ARRAY(BigInteger))).table_valued("id").render_derived(name="wanted")
    )
    newest = (
        select(d.c.edition, d.c.digest, d.c.planned_at)
        .where(d.c.release_id == wanted.c.id, d.c.channel == bindparam("channel"), d.c.action == Action.PUBLISH)
        .where(or_(d.c.intended_at.is_not(None), d.c.accepted_at.is_not(None)))
        .order_by(d.c.id.desc())
        .limit(1)
        .lateral("newest")
    )
    return (
        select(r.c.id, newest.c.edition, newest.c.digest, newest.c.planned_at, r.c.official_at, r.c.standing)
        .select_from(wanted)
        .join(r, r.c.id == wanted.c.id)
        .join(newest, true())
    )


def _within() -> Any:
    """Each place by its whole key: ranges would be guessed at, and a wrong guess reads the archive."""
    given = func.unnest(bindparam("lists", type_=ARRAY(Text)), bindparam("ordinals", type_=ARRAY(BigInteger)))
    wanted = given.table_valued("list", "ordinal").render_derived(name="wanted")
    mine = and_(_T.c.channel == bindparam("channel"), tuple_(_T.c.list, _T.c.ordinal) == tuple_(*wanted.c))
    return select(_T).select_from(wanted).join(_T, mine).order_by(_T.c.ordinal.desc())


# Built once: putting a statement together costs more than running it.
_WITHIN = _within()
