"""Somebody of the public looks for documents. Reads only."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Self

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from hub.core import cards as rules
from hub.core.search import excerpt, marks, question
from hub.core.search.excerpt import Piece
from hub.core.search.question import Question
from hub.store import search
from hub.store.catalogue import QUERY_CANCELED
from hub.store.search import Asked, Walk
from schemas.card import Card, Filters

#: Results of a page, by default, at the least and at the most. Namesakes by number all stand on the first one.
PAGE, FEWEST, MOST = 20, 10, 50
#: Beyond this nobody counts.
COUNTED = 1_000
#: Walks of a page: titles, texts, and again where what was found did not hold the words themselves.
ROUNDS = 4
_CURSOR = re.compile(r"([12])-([1-9]\d{0,17})-(\d{1,4})(a?)")
_NAMED, _TITLES, _TEXTS = 0, 1, 2


class Spot(NamedTuple):
    """How far one has come: titles come before texts, and newer before older."""

    tier: int
    below: int


@dataclass(frozen=True)
class Cursor:
    """Where a page ended. It carries the first page's count along, so that nobody counts again."""

    spot: Spot
    count: int
    is_about: bool

    @classmethod
    def read(cls, said: str) -> Self | None:
        """None for what no page of ours has said."""
        found = _CURSOR.fullmatch(said)
        if found is None:
            return None
        return cls(Spot(int(found[1]), int(found[2])), min(int(found[3]), COUNTED + 1), bool(found[4]))

    def __str__(self) -> str:
        return f"{self.spot.tier}-{self.spot.below}-{self.count}{'a' if self.is_about else ''}"


@dataclass(frozen=True)
class Hit:
    """One document that was found."""

    card: Card
    title: tuple[Piece, ...]
    snippet: tuple[Piece, ...]
    is_number: bool  #: its 发文字号 is what was asked for
    spot: Spot


@dataclass(frozen=True)
class Found:
    """One page of results."""

    question: Question
    hits: tuple[Hit, ...] = ()
    count: int = 0  #: no more than `COUNTED + 1`, which means more than `COUNTED`
    is_about: bool = False  #: counted by the index alone, or not to the end
    is_cut_short: bool = False  #: the time was up before the page was full; the next one goes on
    next: Cursor | None = None


class TooLongError(Exception):
    """The store gave the search up; other words or more filters help."""


async def find(
    engine: AsyncEngine, typed: str, filters: Filters, *, cursor: Cursor | None = None, limit: int = PAGE
) -> Found:
    """Look for what was typed; without words, all that pass the filters. Bounded in size and time, whatever it is.

    Raises TooLongError.
    """
    asked = question.read(typed)
    wanted = marks.wanted(filters)
    if not asked.words and not wanted:
        return Found(asked)
    try:
        async with engine.connect() as connection:
            looking = _Looking(connection, asked, wanted, top=await search.begin(connection))
            return await looking.page(cursor, max(FEWEST, min(limit, MOST)))
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) == QUERY_CANCELED:
            raise TooLongError from error
        raise


class _Looking:
    """One question on its way: a 发文字号 first, then titles, then texts."""

    def __init__(self, connection: AsyncConnection, asked: Question, wanted: tuple[str, ...], *, top: int) -> None:
        self._connection, self._question, self._marks, self._top = connection, asked, wanted, top
        #: Lone characters are found in titles only, and filters without words need only one of the indexes.
        self._reads_texts = bool(asked.lexemes)
        self._asked = Asked((*asked.title_lexemes, *wanted), (*asked.lexemes, *wanted))

    async def page(self, cursor: Cursor | None, limit: int) -> Found:
        named = await self._named()
        hits = [] if cursor else await self._read(named, Spot(_NAMED, 0))
        at: Spot | None = self._start(cursor)
        for _ in range(ROUNDS):
            if at is None or len(hits) > limit:
                break
            walk = await self._walk(at, limit + 1 - len(hits))
            hits += await self._read([place for place in walk.places if place not in named], at)
            at = self._after(at, walk)
        if len(hits) > limit:
            at = hits[limit - 1].spot
        count, is_about = (cursor.count, cursor.is_about) if cursor else await self._count(len(hits), at)
        return Found(
            self._question,
            tuple(hits[:limit]),
            count,
            is_about,
            is_cut_short=at is not None and len(hits) <= limit,
            next=Cursor(at, count, is_about) if at else None,
        )

    def _start(self, cursor: Cursor | None) -> Spot:
        """Where the page begins: never above the newest card, whatever an address says."""
        spot = cursor.spot if cursor else Spot(_TITLES, self._top)
        return spot._replace(below=min(spot.below, self._top))

    async def _named(self) -> tuple[int, ...]:
        number = self._question.number
        return await search.numbered(self._connection, number, self._marks) if number else ()

    async def _walk(self, at: Spot, limit: int) -> Walk:
        by = search.by_title if at.tier == _TITLES else search.by_text
        return await by(self._connection, self._asked, below=at.below, limit=limit)

    def _after(self, at: Spot, walk: Walk) -> Spot | None:
        if walk.below is not None:
            return Spot(at.tier, walk.below)
        return Spot(_TEXTS, self._top) if at.tier == _TITLES and self._reads_texts else None

    async def _read(self, places: Sequence[int], at: Spot) -> list[Hit]:
        """What stands there and holds the words themselves, in the order of the places."""
        cards = await search.read(self._connection, places) if places else {}
        is_named = at.tier == _NAMED
        return [
            self._hit(cards[place], Spot(at.tier, place))
            for place in places
            if place in cards and (is_named or self._question.is_in(*rules.texts(cards[place])))
        ]

    def _hit(self, card: Card, spot: Spot) -> Hit:
        words = self._question.words
        title, snippet = excerpt.marked(card.title, words), excerpt.snippet(card.text, words)
        if spot.tier == _NAMED:
            # Behind those of this number come the titles, from the newest on.
            return Hit(card, title, snippet, is_number=True, spot=Spot(_TITLES, self._top))
        return Hit(card, title, snippet, is_number=False, spot=spot)

    async def _count(self, shown: int, at: Spot | None) -> tuple[int, bool]:
        """How many there are, and whether that is only about so many."""
        if at is None:
            return shown, False
        by = search.anywhere if self._reads_texts else search.by_title
        walk = await by(self._connection, self._asked, below=self._top, limit=COUNTED + 1)
        return max(len(walk.places), shown), True
