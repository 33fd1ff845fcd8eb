"""Finding releases, and what their pages tell of them besides their content."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Text, literal_column, or_, select
from sqlalchemy import text as sql
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store import desks, tables, tenants
from schemas.entry import EntryType
from schemas.office import EVERYTHING, Scope
from schemas.release import ReleaseState
from schemas.standing import StandingKind

_R = tables.releases
#: The only reading that looks at every release when nothing matches; it is given up rather than let others wait.
SEARCH_SECONDS = 5
#: Entries of the newest acts on channels.
CHANGES = 50


QUERY_CANCELED = "57014"


class TooBroadError(Exception):
    """So much would have to be looked at that the search was given up; fewer years or other words help."""


@dataclass(frozen=True)
class Wanted:
    """Which releases are looked for."""

    words: str = ""  #: in the title, or in the 发文字号
    state: ReleaseState | None = None
    year: int | None = None  #: of the 成文日期
    author: str | None = None
    unit: str | None = None  #: whose draft it is
    scope: Scope = EVERYTHING


@dataclass(frozen=True)
class ReleaseLine:
    """One line of the list."""

    id: int
    state: ReleaseState
    title: str
    doc_no: str | None
    edition: int | None
    signed_on: date
    official_at: datetime | None
    official_channel: str | None
    standing: StandingKind | None  #: None is in force, as at first
    unit: str | None
    updated_at: datetime


async def search(connection: AsyncConnection, wanted: Wanted, *, before: int | None, limit: int) -> list[ReleaseLine]:
    """Releases that are looked for, newest first; `before` is the last id of the page before.

    Raises TooBroadError when the store does not find them in `SEARCH_SECONDS`.
    """
    await connection.execute(sql(f"SET LOCAL statement_timeout = '{SEARCH_SECONDS}s'"))
    s = tables.standings
    query = select(*_LINE, s.c.kind.label("standing")).outerjoin(s, s.c.id == _R.c.standing)
    query = query.where(*_conditions(wanted)).order_by(_R.c.id.desc()).limit(limit)
    if before is not None:
        query = query.where(_R.c.id < before)
    try:
        return [_line(row) for row in await connection.execute(query)]
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) == QUERY_CANCELED:
            raise TooBroadError from error
        raise


# Written out: an index over an expression is found by the expression, not by a parameter's place in it.
_TITLE, _DOC_NO, _SIGNED_ON = (
    literal_column(f"(releases.metadata ->> '{name}')", Text) for name in ("title", "doc_no", "signed_on")
)
_LINE = (
    *(_R.c[name] for name in ("id", "state", "edition", "official_at", "official_channel", "unit", "updated_at")),
    _TITLE.label("title"),
    _DOC_NO.label("doc_no"),
    _SIGNED_ON.label("signed_on"),
)


def _line(row: Any) -> ReleaseLine:
    values = {name: getattr(row, name) for name in ReleaseLine.__dataclass_fields__}
    values |= {
        "state": ReleaseState(row.state),
        "signed_on": date.fromisoformat(row.signed_on),
        "standing": StandingKind(row.standing) if row.standing else None,
    }
    return ReleaseLine(**values)


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [*tenants.shown(wanted.scope)]
    if wanted.unit is not None:
        found.append(_R.c.unit == wanted.unit)
    if wanted.state is not None:
        found.append(_R.c.state == wanted.state)
    if wanted.author is not None:
        found.append(desks.wrote(wanted.author))
    if wanted.year is not None:
        found.append(YEAR.in_([f"{wanted.year:04}"]))
    if wanted.words:
        found.append(_says(wanted.words))
    return found


#: Neither this nor the words and the authors have an index: a look at every release costs a tenth of a second at
#: 100,000, an index would cost at every step of every publication.
YEAR: ColumnElement[str] = literal_column("left(releases.metadata ->> 'signed_on', 4)", Text)


def _says(words: str) -> ColumnElement[bool]:
    places = (_TITLE, _DOC_NO)
    if any(letter.isascii() and letter.isalpha() for letter in words):
        return or_(*(place.icontains(words, autoescape=True) for place in places))
    # Chinese has no capitals, and comparing without them is several times faster.
    return or_(*(place.contains(words, autoescape=True) for place in places))


async def names(connection: AsyncConnection, people: Collection[str]) -> dict[str, str]:
    """Id → name, for those that are people."""
    t = tables.people
    if not people:
        return {}
    query = select(t.c.id, t.c.name).where(t.c.id.in_(set(people)))
    return {row.id: row.name for row in await connection.execute(query)}


async def entries(
    connection: AsyncConnection, kind: EntryType, *, release: int | None = None, limit: int = CHANGES
) -> list[tuple[int, bytes]]:
    """The newest entries of one kind as (place, bytes), of one release or of all, newest first."""
    t = tables.log_entries
    query = select(t.c.seq, t.c.body).where(t.c.type == kind).order_by(t.c.seq.desc()).limit(limit)
    if release is not None:
        query = query.where(t.c.release_id == release)
    return [(row.seq, row.body) for row in await connection.execute(query)]
