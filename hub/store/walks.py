"""Reads an index window by window, the newest first, or all at once where little can be left.

A common word stands in hundreds of thousands of cards, and an index can only hand out all of them. So every card also
bears the marks of the windows that it stands in (`hub.store.cards.window`), and a question is asked of one window
after the other, the newest first. A window's mark comes first, and every word is a condition of its own, so that GIN
looks a word up only where all before it are, and jumps to where it is next: what is paid for is the window, not the
archive. (In one condition GIN reads every word's list wherever the rarest is, though another has long said no.) Where
the first windows say that the whole archive holds little, the rest is asked for in one statement, which costs the
rarest word once instead of once a window.
"""

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import chain, repeat
from typing import Any, Self

from sqlalchemy import BigInteger, ColumnElement, bindparam, literal_column, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store import cards, tables
from hub.store.cards import LEVELS

_C = tables.cards
#: After this long a walk ends where it is; the next page goes on from there.
SECONDS = 0.4
#: Windows of each width before wider ones are asked. The widths that are narrow enough to try a question with.
TWICE, NARROW = 2, 2
#: How many cards are taken from the rest at once. It hands them out in no order, so these must be all.
AT_ONCE = 1_000
#: The rest is asked for where it holds no more than so many times what is still wanted: else windows fill sooner.
SOON = 4


@dataclass(frozen=True)
class Reach:
    """Where the cards of a question can stand: from `bottom` up to, but not with, `top`."""

    bottom: int
    top: int

    def below(self, place: int | None) -> Self:
        """The part of it below the place."""
        return self if place is None else replace(self, top=min(place, self.top))


@dataclass(frozen=True)
class Walk:
    """What a walk found, newest first, and how far it came."""

    places: tuple[int, ...]
    below: int | None  #: where it ended and another one goes on; None when there is nothing further


@dataclass(frozen=True, eq=False)
class Way:
    """One index, and what else must hold of a card."""

    column: Any
    also: tuple[ColumnElement[bool], ...] = ()


@cache
def _rest(way: Way, many: int) -> Any:
    """Cards with so many lexemes, in no order: the store stops reading them at the bound."""
    below = bindparam("below", type_=BigInteger)
    found = select(_C.c.id).where(*(holds(way.column, f"lexeme{at}") for at in range(many)), below > _PLACE, *way.also)
    return found.limit(bindparam("most"))


@cache
def _newest(way: Way, many: int) -> Any:
    """The newest of them."""
    return _rest(way, many).order_by(_PLACE.desc())


def _each(lexemes: Sequence[str]) -> dict[str, str]:
    """What the conditions are given, in their order."""
    return {f"lexeme{at}": tsquery([one]) for at, one in enumerate(lexemes)}


# The bare key would tempt the planner to read the whole table backwards.
_PLACE = _C.c.id + literal_column("0")


def holds(column: Any, name: str) -> Any:
    """Whether the column's lexemes hold the parameter's."""
    return column.bool_op("@@")(text(f"CAST(:{name} AS tsquery)"))


def tsquery(lexemes: Collection[str]) -> str:
    """All of them, as PostgreSQL reads it; what is quoted means nothing but itself."""
    quoted = (one.replace("\\", "\\\\").replace("'", "''") for one in lexemes)
    return " & ".join(f"'{one}'" for one in quoted)


async def walk(
    connection: AsyncConnection,
    way: Way,
    lexemes: Sequence[str],
    reach: Reach,
    *,
    limit: int,
    is_survey: bool = False,
    **also: str,
) -> Walk:
    """Return the newest cards that hold the lexemes, best the rarest first, at most so many.

    A survey ends where only walking on through windows could tell more.
    """
    walker = _Walker(connection, way, lexemes, also, reach, limit, is_survey=is_survey)
    await walker.through(LEVELS[:NARROW])
    if walker.goes_on and walker.is_sparse:
        await walker.take_the_rest()
    if walker.goes_on and not is_survey:
        await walker.through(LEVELS[NARROW:], to_the_end=True)
    return walker.told()


class _Walker:
    """One walk on its way."""

    def __init__(
        self,
        connection: AsyncConnection,
        way: Way,
        lexemes: Sequence[str],
        also: Mapping[str, str],
        reach: Reach,
        limit: int,
        *,
        is_survey: bool,
    ) -> None:
        self._connection, self._way, self._reach, self._limit = connection, way, reach, limit
        self._lexemes, self._also, self._is_survey = lexemes, also, is_survey
        self._found: list[int] = []
        self._below = reach.top
        self._until = time.monotonic() + SECONDS

    @property
    def goes_on(self) -> bool:
        return self._below > self._reach.bottom and len(self._found) < self._limit and time.monotonic() < self._until

    @property
    def is_sparse(self) -> bool:
        """Whether the rest, as far as the part that was looked at can tell, is soon read."""
        looked, left = self._reach.top - self._below, self._below - self._reach.bottom
        return (len(self._found) + 1) * left <= SOON * (self._limit - len(self._found)) * looked

    async def through(self, levels: Sequence[int], *, to_the_end: bool = False) -> None:
        """Some windows of each width; then, to the end, of the last."""
        widths = chain(*([level] * TWICE for level in levels), repeat(levels[-1]) if to_the_end else ())
        for level in widths:
            if not self.goes_on:
                return
            lexemes = (cards.window(level, self._below - 1), *self._lexemes)
            self._found += await self._read(_newest, lexemes, self._limit - len(self._found))
            self._below = (self._below - 1) >> level << level

    async def take_the_rest(self) -> None:
        """All of it in one statement, unless it turns out to be more than that."""
        rest = sorted(await self._read(_rest, self._lexemes, AT_ONCE + 1), reverse=True)
        # A survey need not know which, only that there are so many.
        if len(rest) <= AT_ONCE or self._is_survey:
            self._found += rest[: self._limit - len(self._found)]
            self._below = 0

    async def _read(self, query: Callable[[Way, int], Any], lexemes: Sequence[str], most: int) -> Sequence[int]:
        given = {**self._also, **_each(lexemes), "below": self._below, "most": most}
        return (await self._connection.execute(query(self._way, len(lexemes)), given)).scalars().all()

    def told(self) -> Walk:
        if len(self._found) == self._limit:
            return Walk(tuple(self._found), self._found[-1])
        return Walk(tuple(self._found), self._below if self._below > self._reach.bottom else None)
