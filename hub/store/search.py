"""Finds cards by words, newest first, within a bounded time however common the words are.

A common word stands in hundreds of thousands of cards, and an index can only hand out all of them. So every card also
bears the marks of the windows that it stands in (`hub.store.cards.window`), and a question is asked of one window
after the other, the newest first, each wider than the last while little is found. A window's mark is rare, and GIN
looks up the other words only where the rarest one is: what is paid for is the window, not the archive.
"""

import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, bindparam, exists, func, literal_column, not_, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store import cards, tables
from hub.store.cards import LEVELS
from schemas.card import Card
from schemas.standing import StandingKind

_C = tables.cards
#: After this long a walk ends where it is; the next page goes on from there.
SECONDS = 0.4
#: The store gives a statement up after this long, whatever it does.
TIMEOUT = "2s"
#: How many documents may share one 发文字号.
NAMESAKES = 10
#: Walks that found nothing in a window twice go on in wider ones.
TWICE = 2


@dataclass(frozen=True)
class Asked:
    """What cards must be found by. Lexemes and marks together; all of them must be there."""

    title: tuple[str, ...]  #: to be found by the title
    words: tuple[str, ...]  #: to be found by anything


@dataclass(frozen=True)
class Walk:
    """What a walk found, newest first, and how far it came."""

    places: tuple[int, ...]
    below: int | None  #: where it ended and another one goes on; None when there is nothing further


async def begin(connection: AsyncConnection) -> int:
    """Bound every statement of this transaction, and return the place behind the newest card."""
    row = (await connection.execute(_BEGIN, {"timeout": TIMEOUT})).one()
    return int(row.place or 0) + 1


# Whatever the statistics say, an index is meant to answer. The place is asked for alone, so that a key's end tells it.
_BEGIN = text(
    "SELECT set_config('statement_timeout', :timeout, true), set_config('enable_seqscan', 'off', true), "
    "(SELECT max(id) FROM cards) AS place"
)


async def numbered(connection: AsyncConnection, doc_no: str, marks: Sequence[str]) -> tuple[int, ...]:
    """The policies that bear this 发文字号, newest first."""
    query = select(_C.c.id).where(_C.c.doc_no == doc_no, _C.c.number == 0).order_by(_C.c.id.desc()).limit(NAMESAKES)
    if marks:
        query = query.where(_holds(_C.c.title_words, "marks"))
        return tuple((await connection.execute(query, {"marks": tsquery(marks)})).scalars())
    return tuple((await connection.execute(query)).scalars())


async def by_title(connection: AsyncConnection, asked: Asked, *, below: int, limit: int) -> Walk:
    """Cards whose title holds it all."""
    return await _walk(connection, _BY_TITLE, asked.title, {}, below=below, limit=limit)


async def by_text(connection: AsyncConnection, asked: Asked, *, below: int, limit: int) -> Walk:
    """Cards that hold it all, but not in their title."""
    return await _walk(connection, _BY_TEXT, asked.words, {"title": tsquery(asked.title)}, below=below, limit=limit)


async def anywhere(connection: AsyncConnection, asked: Asked, *, below: int, limit: int) -> Walk:
    """Cards that hold it all, wherever."""
    return await _walk(connection, _ANYWHERE, asked.words, {}, below=below, limit=limit)


def _holds(column: Any, name: str) -> Any:
    return column.bool_op("@@")(text(f"CAST(:{name} AS tsquery)"))


def _walked(column: Any, *more: Any) -> Any:
    # The bare key would tempt the planner to read the whole table backwards.
    place = _C.c.id + literal_column("0")
    found = select(_C.c.id).where(_holds(column, "query"), place < bindparam("below", type_=BigInteger), *more)
    return found.order_by(place.desc()).limit(bindparam("most"))


_BY_TITLE = _walked(_C.c.title_words)
_BY_TEXT = _walked(_C.c.words, not_(_holds(_C.c.title_words, "title")))
_ANYWHERE = _walked(_C.c.words)


async def _walk(
    connection: AsyncConnection,
    statement: Any,
    lexemes: Sequence[str],
    more: dict[str, Any],
    *,
    below: int,
    limit: int,
) -> Walk:
    found: list[int] = []
    until = time.monotonic() + SECONDS
    steps = 0
    while below > 1 and len(found) < limit:
        if time.monotonic() > until:
            return Walk(tuple(found), below)
        level = LEVELS[min(steps // TWICE, len(LEVELS) - 1)]
        query = tsquery([*lexemes, cards.window(level, below - 1)])
        asked = {"query": query, "below": below, "most": limit - len(found), **more}
        found += (await connection.execute(statement, asked)).scalars()
        below = (below - 1) >> level << level
        steps += 1
    if len(found) == limit:
        return Walk(tuple(found), found[-1])
    return Walk(tuple(found), None)


def tsquery(lexemes: Collection[str]) -> str:
    """All of them, as PostgreSQL reads it; what is quoted means nothing but itself."""
    quoted = (one.replace("\\", "\\\\").replace("'", "''") for one in lexemes)
    return " & ".join(f"'{one}'" for one in quoted)


async def read(connection: AsyncConnection, places: Collection[int]) -> dict[int, Card]:
    """Place → card, for those that are public at this very moment: a withdrawal that nobody indexed yet counts too."""
    return {row.id: cards.parse(row) for row in await connection.execute(_READ, {"places": list(places)})}


def withdrawn() -> Any:
    """Whether two people have withdrawn what a card tells, indexed or not."""
    s, r = tables.standings, tables.rulings
    return exists().where(
        r.c.release_id == _C.c.release_id,
        r.c.serial.is_not(None),
        r.c.edition >= _C.c.edition,
        s.c.id == r.c.standing_id,
        s.c.kind == StandingKind.WITHDRAWN,
    )


_READ = select(_C.c.id, *cards.SHOWN).where(
    _C.c.id == func.any(bindparam("places", type_=ARRAY(BigInteger))), ~withdrawn()
)


async def units(connection: AsyncConnection) -> list[str]:
    """Every 发文机关 as documents bear it, without reading them all."""
    return list((await connection.execute(_UNITS)).scalars())


#: A walk from each name to the next one in the index; as many steps as there are names.
_UNITS = text(
    """
    WITH RECURSIVE walk AS (
        (SELECT issuer FROM cards WHERE number = 0 ORDER BY issuer LIMIT 1)
        UNION ALL
        SELECT (SELECT issuer FROM cards WHERE number = 0 AND issuer > walk.issuer ORDER BY issuer LIMIT 1)
        FROM walk WHERE walk.issuer IS NOT NULL
    ) SELECT issuer FROM walk WHERE issuer IS NOT NULL LIMIT 200
    """
)


async def years(connection: AsyncConnection) -> range:
    """The years of 成文日期 from the first to the last; empty while there are no cards."""
    query = select(func.min(_C.c.signed_on), func.max(_C.c.signed_on)).where(_C.c.number == 0)
    first, last = (await connection.execute(query)).one()
    return range(first.year, last.year + 1) if first else range(0)
