"""The register (规范性文件库): every 行政规范性文件 that the public can see, what holds of it, what replaced it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, Self

from sqlalchemy import ColumnElement, Select, Text, cast, func, literal_column, select, text, tuple_
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store import cards, search, tables, walks
from schemas import addresses, marks
from schemas.card import Card, Filters, Validity
from schemas.release import Frozen
from schemas.standing import Successor

_C = tables.cards
#: The store gives a statement up after this long.
TIMEOUT = "5s"
_MAX_KEY = 100
_REGISTERED = text("cards.kind = 'normative' AND cards.number = 0")
#: The text and what it is found by are not listed.
_LISTED = tuple(literal_column("''", Text).label("text") if one is _C.c.text else one for one in cards.SHOWN)


class Sort(StrEnum):
    """In which order the register is listed; the newest first in both."""

    DATE = "date"  #: by 成文日期
    NUMBER = "number"  #: by 发文字号: year, 代字, number


@dataclass(frozen=True)
class Wanted:
    """What documents must be: titles that hold all these lexemes, and what the filters say."""

    words: tuple[str, ...]
    filters: Filters

    @property
    def lexemes(self) -> tuple[str, ...]:
        """All that the index is asked for."""
        return (*self.words, *marks.wanted(self.filters))


@dataclass(frozen=True)
class Key:
    """Where a page ended."""

    value: str
    place: int

    @classmethod
    def read(cls, said: str, sort: Sort) -> Self | None:
        """None for what no page of ours has said."""
        value, _, place = said[:_MAX_KEY].rpartition("_")
        if not (place.isascii() and place.isdigit() and len(place) < 19):  # noqa: PLR2004 - it fits a bigint
            return None
        if sort is Sort.DATE:
            try:
                date.fromisoformat(value)
            except ValueError:
                return None
        return cls(value, int(place))

    def __str__(self) -> str:
        return f"{self.value}_{self.place}"


class Tie(Frozen):
    """Another document that this one replaced, or that replaced it. `path` is empty where it is not on the site."""

    title: str
    path: str


@dataclass(frozen=True)
class Line:
    """One document of the register."""

    card: Card
    key: Key
    successor: Tie | None = None
    replaced: tuple[Tie, ...] = ()


async def bound(connection: AsyncConnection) -> None:
    """Bound every statement of this transaction."""
    await connection.execute(text(f"SET LOCAL statement_timeout = '{TIMEOUT}'"))


async def page(connection: AsyncConnection, wanted: Wanted, sort: Sort, *, after: Key | None, limit: int) -> list[Line]:
    """Documents that bear all of it, from behind the key on."""
    first = _C.c.signed_on if sort is Sort.DATE else _C.c.order_no
    query = await _some(connection, select(*_LISTED, _C.c.id, first.label("key")), wanted)
    query = query.order_by(first.desc(), _C.c.id.desc())
    if after:
        value = date.fromisoformat(after.value) if sort is Sort.DATE else after.value
        query = query.where(tuple_(first, _C.c.id) < tuple_(value, after.place))
    rows = (await connection.execute(query.limit(limit))).all()
    return await _tied(connection, [Line(cards.parse(row), Key(str(row.key), row.id)) for row in rows])


async def counts(connection: AsyncConnection, wanted: Wanted) -> dict[Validity, int]:
    """How many of them there are in each state."""
    query = await _some(connection, select(_C.c.validity, func.count().label("count")), wanted)
    found = {Validity(row.validity): row.count for row in await connection.execute(query.group_by(_C.c.validity))}
    return {one: found.get(one, 0) for one in Validity}


async def _some(connection: AsyncConnection, query: Select[Any], wanted: Wanted) -> Select[Any]:
    """Of the register, what bears the lexemes: each a condition of its own, the rarest first (`walks`).

    A year is said by its mark and by its days: without these a list by date is walked from today back to that year.
    """
    ordered = await search.rarest_first(connection, wanted.lexemes)
    query = query.where(_REGISTERED, ~search.withdrawn(), *map(_bears, ordered))
    year = wanted.filters.year
    return query.where(_C.c.signed_on.between(date(year, 1, 1), date(year, 12, 31))) if year else query


def _bears(lexeme: str) -> ColumnElement[bool]:
    return _C.c.title_words.bool_op("@@")(cast(walks.tsquery([lexeme]), TSQUERY))


async def _tied(connection: AsyncConnection, lines: Sequence[Line]) -> list[Line]:
    """The lines with what they replaced and what replaced them; linked where the public can see it."""
    named = {line.card.successor.release for line in lines if line.card.successor and line.card.successor.release}
    known = {release: tie for release, _, tie in await _policies(connection, _C.c.release_id.in_(named))}
    replaced: dict[int | None, list[Tie]] = defaultdict(list)
    mine = [line.card.release for line in lines]
    for _, successor, tie in await _policies(connection, _C.c.successor_id.in_(mine)):
        replaced[successor].append(tie)
    return [
        replace(line, successor=_successor(line.card.successor, known), replaced=tuple(replaced[line.card.release]))
        for line in lines
    ]


async def _policies(connection: AsyncConnection, which: ColumnElement[bool]) -> list[tuple[int, int | None, Tie]]:
    """(release, the one that replaced it, its title and address)."""
    query = select(_C.c.release_id, _C.c.successor_id, _C.c.title).where(_C.c.number == 0, which, ~search.withdrawn())
    rows = await connection.execute(query.order_by(_C.c.id))
    return [(row[0], row[1], Tie(title=row.title, path=addresses.path(row[0], "policy"))) for row in rows]


def _successor(said: Successor | None, known: Mapping[int, Tie]) -> Tie | None:
    if said is None:
        return None
    if said.release is None:
        return Tie(title=said.title, path=said.address)
    return known.get(said.release) or Tie(title=said.title, path="")
