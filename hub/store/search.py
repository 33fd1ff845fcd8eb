"""Finds cards by words, newest first, within a bounded time however common the words are (`hub.store.walks`)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, SmallInteger, Text, bindparam, exists, func, literal_column, not_, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store import cards, tables, walks
from hub.store.walks import Reach, Walk, Way, holds, tsquery
from schemas.card import Card
from schemas.standing import StandingKind

_C = tables.cards
#: The store gives a statement up after this long, whatever it does.
TIMEOUT = "2s"
#: How many documents may share one 发文字号.
NAMESAKES = 10
_TITLES = Way(_C.c.title_words)
_TEXTS = Way(_C.c.words, (not_(holds(_C.c.title_words, "title")),))
_ANYWHERE = Way(_C.c.words)


@dataclass(frozen=True)
class Asked:
    """What cards must be found by. Lexemes and marks together; all of them must be there."""

    title: tuple[str, ...]  #: to be found by the title
    words: tuple[str, ...]  #: to be found by anything


async def begin(connection: AsyncConnection, year: int | None = None) -> Reach:
    """Bound every statement of this transaction, and return where the cards are, or those of this 成文 year."""
    row = (await connection.execute(_BEGIN, {"timeout": TIMEOUT})).one()
    if year is None:
        return Reach(1, int(row.place or 0) + 1)
    span = (await connection.execute(_SPAN, {"year": year})).one()
    return Reach(int(span.first or 1), int(span.last or 0) + 1)


# Whatever the statistics say, an index is meant to answer. The place is asked for alone, so that a key's end tells it.
_BEGIN = text(
    "SELECT set_config('statement_timeout', :timeout, true), set_config('enable_seqscan', 'off', true), "
    "(SELECT max(id) FROM cards) AS place"
)
_SPAN = select(func.min(_C.c.id).label("first"), func.max(_C.c.id).label("last")).where(
    tables.cards_year == bindparam("year", type_=SmallInteger)
)


async def rarest_first(connection: AsyncConnection, lexemes: Collection[str]) -> tuple[str, ...]:
    """The lexemes in the order in which an index answers them soonest, as far as the store's statistics tell."""
    if len(lexemes) < 2:  # noqa: PLR2004 - one needs no order
        return tuple(lexemes)
    found = await connection.execute(_SHARES, {"lexemes": list(lexemes)})
    shares: dict[str, float] = {row.lexeme: row.share for row in found}
    return tuple(sorted(lexemes, key=lambda one: shares.get(one, 0)))


#: The statistics name the thousand most common ones. What they do not name is rarer.
_SHARES = text(
    """
    SELECT known.lexeme, known.share FROM pg_stats,
        unnest(most_common_elems::text::text[], most_common_elem_freqs) AS known (lexeme, share)
    WHERE schemaname = current_schema() AND tablename = 'cards' AND attname = 'words' AND known.lexeme = ANY(:lexemes)
    """
).bindparams(bindparam("lexemes", type_=ARRAY(Text)))


async def numbered(connection: AsyncConnection, doc_no: str, marks: Sequence[str]) -> tuple[int, ...]:
    """The policies that bear this 发文字号, newest first."""
    # Written out, so that a plan made for any number finds the index of those that have 0.
    policies = select(_C.c.id).where(_C.c.doc_no == doc_no, _C.c.number == literal_column("0"))
    query = policies.order_by(_C.c.id.desc()).limit(NAMESAKES)
    if marks:
        query = query.where(holds(_C.c.title_words, "marks"))
        return tuple((await connection.execute(query, {"marks": tsquery(marks)})).scalars())
    return tuple((await connection.execute(query)).scalars())


async def by_title(connection: AsyncConnection, asked: Asked, reach: Reach, *, limit: int) -> Walk:
    """Cards whose title holds it all."""
    return await walks.walk(connection, _TITLES, asked.title, reach, limit=limit)


async def by_text(connection: AsyncConnection, asked: Asked, reach: Reach, *, limit: int) -> Walk:
    """Cards that hold it all, but not in their title."""
    return await walks.walk(connection, _TEXTS, asked.words, reach, limit=limit, title=tsquery(asked.title))


async def survey(
    connection: AsyncConnection, asked: Asked, reach: Reach, *, limit: int, titles_only: bool = False
) -> Walk:
    """Cards that hold it all, wherever or in their titles; it ends where to find more would take long."""
    way, lexemes = (_TITLES, asked.title) if titles_only else (_ANYWHERE, asked.words)
    return await walks.walk(connection, way, lexemes, reach, limit=limit, is_survey=True)


async def titled(connection: AsyncConnection, asked: Asked, places: Sequence[int]) -> set[int]:
    """Those of the places whose title holds it all."""
    return set((await connection.execute(_TITLED, {"query": tsquery(asked.title), "places": list(places)})).scalars())


_TITLED = select(_C.c.id).where(
    _C.c.id == func.any(bindparam("places", type_=ARRAY(BigInteger))), holds(_C.c.title_words, "query")
)


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
