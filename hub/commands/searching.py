"""Somebody of the public looks for documents. Reads only."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from hub.core import cards as rules
from hub.core.search import excerpt, question
from hub.core.search.cursor import COUNTED, Count, Cursor, Exactness, Spot
from hub.core.search.excerpt import Piece
from hub.core.search.question import Question
from hub.store import search
from hub.store.catalogue import QUERY_CANCELED
from hub.store.search import Asked
from hub.store.walks import Reach, Walk
from schemas import marks
from schemas.card import Card, Filters

#: Results of a page, by default, at the least and at the most. Namesakes by number all stand on the first one.
PAGE, FEWEST, MOST = 20, 10, 50
#: Walks of a page: titles, texts, and again where what was found did not hold the words themselves. Each time so many
#: times more is fetched: where pairs mislead once, they mislead again.
ROUNDS, WIDER = 4, 3
#: Cards that one walk fetches at the most.
FETCHED = 150
_NAMED, _TITLES, _TEXTS = 0, 1, 2
_NONE = Count(0, Exactness.EXACT)


@dataclass(frozen=True)
class Hit:
    """One document that was found."""

    card: Card
    words: tuple[str, ...]  #: what was looked for
    is_number: bool  #: its 发文字号 is what was asked for
    spot: Spot  #: where one goes on behind it

    @property
    def title(self) -> tuple[Piece, ...]:
        """The title, the found words marked."""
        return excerpt.marked(self.card.title, self.words)

    @property
    def snippet(self) -> tuple[Piece, ...]:
        """The part of the text that was found."""
        return excerpt.snippet(self.card.text, self.words)


@dataclass(frozen=True)
class Found:
    """One page of results."""

    question: Question
    hits: tuple[Hit, ...] = ()
    count: Count = _NONE
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
            reach = await search.begin(connection, filters.year)
            lexemes = await search.rarest_first(connection, (*asked.title_lexemes, *wanted))
            return await _Looking(connection, asked, wanted, lexemes, reach).page(cursor, max(FEWEST, min(limit, MOST)))
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) == QUERY_CANCELED:
            raise TooLongError from error
        raise


class _Looking:
    """One question on its way: a 发文字号 first, then titles, then texts."""

    def __init__(
        self,
        connection: AsyncConnection,
        asked: Question,
        wanted: tuple[str, ...],
        lexemes: tuple[str, ...],
        reach: Reach,
    ) -> None:
        self._connection, self._question, self._marks, self._reach = connection, asked, wanted, reach
        #: Lone characters are found in titles only, and filters without words need only one of the indexes.
        self._reads_texts = bool(asked.lexemes)
        anywhere = {*asked.lexemes, *wanted}
        self._asked = Asked(lexemes, tuple(one for one in lexemes if one in anywhere))
        #: Tier → everything that there is, where that is not much: then no page walks.
        self._all: dict[int, list[int]] | None = None

    async def page(self, cursor: Cursor | None, limit: int) -> Found:
        named = await self._named()
        hits = [] if cursor else await self._read(named, Spot(_NAMED, 0))
        count = cursor.count if cursor and cursor.count.number > COUNTED else await self._surveyed()
        at: Spot | None = cursor.spot if cursor else Spot(_TITLES, self._reach.top)
        wide = 1
        for _ in range(ROUNDS):
            if at is None or len(hits) > limit:
                break
            walk = await self._walk(at, min((limit + 1 - len(hits)) * wide, FETCHED))
            read = await self._read([place for place in walk.places if place not in named], at)
            wide *= WIDER if len(read) < len(walk.places) else 1
            hits += read[: limit + 1 - len(hits)]
            at = self._after(at, walk)
        is_more = len(hits) > limit
        at = hits[limit - 1].spot if is_more else at
        if cursor:
            count = cursor.count
        elif at is None:
            count = Count(len(hits), Exactness.EXACT)
        count = count._replace(number=max(count.number, min(len(hits), limit)))
        following = Cursor(at, count) if at else None
        return Found(self._question, tuple(hits[:limit]), count, at is not None and not is_more, following)

    async def _named(self) -> tuple[int, ...]:
        number = self._question.number
        return await search.numbered(self._connection, number, self._marks) if number else ()

    async def _surveyed(self) -> Count:
        """Count; and where that is not much, keep all of it."""
        titles_only = not self._reads_texts
        walk = await search.survey(
            self._connection, self._asked, self._reach, limit=COUNTED + 1, titles_only=titles_only
        )
        if len(walk.places) > COUNTED:
            return Count(COUNTED + 1, Exactness.ABOUT)
        if walk.below is not None:
            looked, span = self._reach.top - walk.below, self._reach.top - self._reach.bottom
            return Count(min(len(walk.places) * span // looked, COUNTED + 1), Exactness.GUESSED)
        titles = set(walk.places)
        if self._reads_texts and walk.places:
            titles = await search.titled(self._connection, self._asked, walk.places)
        self._all = {
            _TITLES: [place for place in walk.places if place in titles],
            _TEXTS: [place for place in walk.places if place not in titles],
        }
        return Count(len(walk.places), Exactness.EXACT if self._question.is_certain else Exactness.ABOUT)

    async def _walk(self, at: Spot, limit: int) -> Walk:
        if self._all is not None:
            left = [place for place in self._all[at.tier] if place < at.below]
            return Walk(tuple(left[:limit]), left[limit - 1] if len(left) > limit else None)
        by = search.by_title if at.tier == _TITLES else search.by_text
        return await by(self._connection, self._asked, self._reach.below(at.below), limit=limit)

    def _after(self, at: Spot, walk: Walk) -> Spot | None:
        if walk.below is not None:
            return Spot(at.tier, walk.below)
        return Spot(_TEXTS, self._reach.top) if at.tier == _TITLES and self._reads_texts else None

    async def _read(self, places: Sequence[int], at: Spot) -> list[Hit]:
        """What stands there and holds the words themselves, in the order of the places."""
        cards = await search.read(self._connection, places) if places else {}
        is_named, words = at.tier == _NAMED, self._question.words
        return [
            # Behind those of this number come the titles, from the newest on.
            Hit(cards[place], words, is_named, Spot(_TITLES, self._reach.top) if is_named else Spot(at.tier, place))
            for place in places
            if place in cards and (is_named or self._question.is_in(*rules.texts(cards[place])))
        ]
