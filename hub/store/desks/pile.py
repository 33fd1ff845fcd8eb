"""A pile of releases that wait for a person: what every query of one selects, and what is made of its rows."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Boolean, ColumnElement, Select, Text, cast, exists, func, literal_column
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store import tables
from schemas.release import Disclosure
from schemas.review import Level

_R = tables.releases
_HURRIED = tables.urgencies.alias("hurried")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
#: Lines of one pile; its number says how many there are.
LINES = 20


@dataclass(frozen=True)
class Item:
    """One release that waits."""

    release: int
    title: str
    doc_no: str | None
    edition: int | None
    signed_on: date
    is_open: bool  #: 主动公开: only then there is a day by which it must be public
    at: datetime  #: since when it waits, or for when it is planned
    level: Level | None = None  #: who returned it
    by: str = ""  #: the id of whoever returned it
    said: str = ""
    channels: tuple[str, ...] = ()
    is_urgent: bool = False  #: 应急发布: above all others
    opened_on: date | None = None  #: when an older document became one to be opened
    kind: str = ""
    dates: Mapping[str, date] = field(default_factory=dict)  #: what else it is dated by
    unit: str | None = None  #: whose draft it is


@dataclass(frozen=True)
class Pile:
    """The first lines of what waits, and how many there are."""

    count: int = 0
    items: tuple[Item, ...] = ()


# Written out: an index over an expression is found by the expression, not by a parameter's place in it.
_TITLE, _DOC_NO, SIGNED_ON, DISCLOSURE = (
    literal_column(f"(releases.metadata ->> '{name}')", Text) for name in ("title", "doc_no", "signed_on", "disclosure")
)
#: Since when its time to be public runs: an older document became one to be opened long after it was signed.
SINCE = literal_column("COALESCE(releases.opened_on, (releases.metadata ->> 'signed_on'))", Text)
#: What a line says of its release, and how many lines there are.
HEAD = (
    _R.c.id.label("release"),
    _TITLE.label("title"),
    _DOC_NO.label("doc_no"),
    _R.c.edition,
    SIGNED_ON.label("signed_on"),
    (DISCLOSURE == Disclosure.OPEN).label("is_open"),
    func.count().over().label("whole"),
    _R.c.opened_on,
    literal_column("(releases.metadata ->> 'kind')", Text).label("kind"),
    _R.c.metadata["particulars"].label("particulars"),
    _R.c.unit,
    exists().where(_HURRIED.c.release_id == _R.c.id, _HURRIED.c.edition == _R.c.edition).label("is_urgent"),
)
#: 应急发布 stands above all else in a pile.
URGENT_FIRST = literal_column("is_urgent", Boolean).desc()


def wrote(person: str) -> ColumnElement[bool]:
    """Whether the person is among those who wrote in the release."""
    return _R.c.authors.bool_op("@>")(cast([person], ARRAY(Text)))


async def read_pile(connection: AsyncConnection, query: Select[Any], *, limit: int = LINES) -> Pile:
    """The first lines that the query finds; it selects `HEAD` and when each began to wait."""
    rows = (await connection.execute(query.limit(limit))).all()
    return Pile(count=rows[0].whole if rows else 0, items=tuple(map(item_of, rows)))


def item_of(row: Any) -> Item:
    """The release of a row that has `HEAD`, and what else the query asked for by the names of an item's fields."""
    more = row._mapping  # noqa: SLF001 - SQLAlchemy's public name
    level = more.get("level")
    return Item(
        release=row.release,
        title=row.title,
        doc_no=row.doc_no,
        edition=row.edition,
        signed_on=date.fromisoformat(row.signed_on),
        is_open=row.is_open,
        at=row.at,
        level=Level(level) if level else None,
        by=more.get("by") or "",
        said=more.get("said") or "",
        channels=tuple(sorted(more.get("channels") or ())),
        is_urgent=row.is_urgent,
        opened_on=date.fromisoformat(row.opened_on) if row.opened_on else None,
        kind=row.kind,
        dates={name: date.fromisoformat(value) for name, value in (row.particulars or {}).items() if _dated(value)},
        unit=row.unit,
    )


def _dated(value: Any) -> bool:
    return isinstance(value, str) and _DAY.fullmatch(value) is not None
