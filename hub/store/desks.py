"""What waits for a person: drafts, reviews, publications, deliveries that stopped. Each is bounded and counted."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Select,
    Text,
    and_,
    cast,
    exists,
    func,
    literal,
    literal_column,
    select,
    text,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store import tables, tenants
from hub.store.deliveries import from_row
from schemas.delivery import MOVING, Action, Delivery, DeliveryState
from schemas.edition import Edition
from schemas.office import EVERYTHING, Scope
from schemas.release import Disclosure, Kind, ReleaseState
from schemas.review import Decision, Level, Review, chain

_R, _E, _V, _D = tables.releases, tables.editions, tables.reviews, tables.deliveries
_U, _HURRIED = tables.urgencies, tables.urgencies.alias("hurried")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
#: Lines of one pile; its number says how many there are.
LINES = 20
#: More than a bureau ever has under review at once.
REVIEWING = 500
_REVIEW = ("edition", "digest", "level", "decision", "reviewer", "on_behalf_of", "note", "at")
#: These wait for a person, or for the channel to say what became of them.
STUCK = (DeliveryState.UNCONFIRMED, DeliveryState.HELD, DeliveryState.FAILED)
_DRAFT, _IN_REVIEW, _APPROVED = ReleaseState.DRAFT, ReleaseState.IN_REVIEW, ReleaseState.APPROVED


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
_TITLE, _DOC_NO, _SIGNED_ON, _DISCLOSURE = (
    literal_column(f"(releases.metadata ->> '{name}')", Text) for name in ("title", "doc_no", "signed_on", "disclosure")
)
#: Since when its time to be public runs: an older document became one to be opened long after it was signed.
SINCE = literal_column("COALESCE(releases.opened_on, (releases.metadata ->> 'signed_on'))", Text)
_HEAD = (
    _R.c.id.label("release"),
    _TITLE.label("title"),
    _DOC_NO.label("doc_no"),
    _R.c.edition,
    _SIGNED_ON.label("signed_on"),
    (_DISCLOSURE == Disclosure.OPEN).label("is_open"),
    func.count().over().label("whole"),
    _R.c.opened_on,
    literal_column("(releases.metadata ->> 'kind')", Text).label("kind"),
    _R.c.metadata["particulars"].label("particulars"),
    _R.c.unit,
    exists().where(_HURRIED.c.release_id == _R.c.id, _HURRIED.c.edition == _R.c.edition).label("is_urgent"),
)
#: 应急发布 stands above all else in a pile.
_URGENT_FIRST = literal_column("is_urgent", Boolean).desc()


def wrote(person: str) -> ColumnElement[bool]:
    """Whether the person is among those who wrote in the release."""
    return _R.c.authors.bool_op("@>")(cast([person], ARRAY(Text)))


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
        select(*_HEAD, at.label("at"), returned.c.level, returned.c.reviewer.label("by"), returned.c.note.label("said"))
        .select_from(_R.outerjoin(returned, true()))
        .where(_R.c.state == _DRAFT, wrote(person))
        .order_by(_URGENT_FIRST, returned.c.at.is_(None), at)
    )
    return await _pile(connection, query)


@dataclass(frozen=True)
class Reviewing:
    """A release under review with what decides whom it waits for. The edition is there by its name alone."""

    item: Item
    edition: Edition
    authors: tuple[str, ...]
    reviews: tuple[Review, ...]


async def in_review(connection: AsyncConnection, scope: Scope = EVERYTHING) -> list[Reviewing]:
    """What is being reviewed, longest first. Nobody's desk holds more of it than `REVIEWING`."""
    said = func.jsonb_build_object(*(part for name in _REVIEW for part in (name, _V.c[name])))
    made = (
        select(func.jsonb_agg(aggregate_order_by(said, _V.c.id)).label("reviews"))
        .where(_V.c.release_id == _R.c.id, _V.c.edition == _R.c.edition)
        .lateral()
    )
    query = (
        select(*_HEAD, _E.c.frozen_at.label("at"), _E.c.digest, _E.c.authors, made.c.reviews, _U.c.chain)
        .select_from(
            _R.join(_E, and_(_E.c.release_id == _R.c.id, _E.c.number == _R.c.edition))
            .join(made, true())
            .outerjoin(_U, and_(_U.c.release_id == _E.c.release_id, _U.c.edition == _E.c.number)),
        )
        .where(_R.c.state == _IN_REVIEW, *tenants.shown(scope))
        .order_by(_URGENT_FIRST, _E.c.frozen_at, _R.c.id)
        .limit(REVIEWING)
    )
    return [_reviewing(row) for row in await connection.execute(query)]


def _reviewing(row: Any) -> Reviewing:
    # The rules compare digests; the texts of all that is being reviewed would be megabytes.
    asked = chain(map(Level, row.chain or ()))
    edition = Edition.model_construct(release=row.release, number=row.edition, chain=asked)  # type: ignore[call-arg]
    edition.__dict__["digest"] = row.digest
    reviews = tuple(Review.model_validate({"release": row.release, **one}) for one in row.reviews or ())
    return Reviewing(_item(row), edition, tuple(row.authors), reviews)


def _none() -> ColumnElement[Any]:
    return cast(literal("{}"), ARRAY(Text))


async def to_publish(connection: AsyncConnection, scope: Scope = EVERYTHING) -> Pile:
    """What everybody has approved and nobody has published, the oldest document first."""
    query = select(*_HEAD, _R.c.updated_at.label("at")).where(_R.c.state == _APPROVED, *tenants.shown(scope))
    return await _pile(connection, query.order_by(_URGENT_FIRST, _SIGNED_ON, _R.c.id))


async def unofficial(
    connection: AsyncConnection, scope: Scope = EVERYTHING, *, author: str | None = None, limit: int = LINES
) -> Pile:
    """What is to be public and is not official yet, whose time has run longest first."""
    is_open = _DISCLOSURE == Disclosure.OPEN
    query = select(*_HEAD, _R.c.updated_at.label("at")).where(_R.c.official_at.is_(None), is_open)
    query = query.where(*tenants.shown(scope))
    if author is not None:
        query = query.where(wrote(author))
    return await _pile(connection, query.order_by(SINCE, _R.c.id), limit=limit)


async def uninterpreted(connection: AsyncConnection, *, days: int, author: str | None = None) -> Pile:
    """Policies of the last days whose interpretation the public has not seen, longest first; `at` is official."""
    b = tables.publications
    read = exists().where(b.c.release_id == _R.c.id, b.c.document != "policy", b.c.seen_at.is_not(None))
    needed = literal_column("releases.metadata ->> 'kind'", Text).in_([one for one in Kind if one.is_interpreted])
    lately = _R.c.official_at >= func.clock_timestamp() - func.make_interval(0, 0, 0, days)
    query = select(*_HEAD, _R.c.official_at.label("at")).where(lately, needed, ~read)
    if author is not None:
        query = query.where(wrote(author))
    return await _pile(connection, query.order_by(_R.c.official_at, _R.c.id))


async def official(connection: AsyncConnection, since: datetime) -> Pile:
    """What became official since then, newest first; `channels` is where it was seen."""
    where = func.array_append(_none(), _R.c.official_channel).label("channels")
    query = select(*_HEAD, _R.c.official_at.label("at"), where)
    return await _pile(connection, query.where(_R.c.official_at >= since).order_by(_R.c.official_at.desc()))


async def scheduled(connection: AsyncConnection, channels: Collection[str]) -> Pile:
    """What is planned for later, the nearest first, with the channels that it goes to."""
    # Nothing is due more than ten minutes before its time (`planning.PREPARE_AHEAD`): the index by due time serves.
    lately = text("clock_timestamp() - interval '10 minutes'")
    later = and_(
        _D.c.channel.in_(channels),
        _D.c.state.in_(MOVING),
        _D.c.due_at > lately,
        _D.c.planned_at > text("clock_timestamp()"),
        _D.c.action == Action.PUBLISH,
    )
    going = (
        select(_D.c.release_id, func.min(_D.c.planned_at).label("at"), func.array_agg(_D.c.channel).label("channels"))
        .where(later)
        .group_by(_D.c.release_id)
        .subquery()
    )
    query = select(*_HEAD, going.c.at, going.c.channels).select_from(_R.join(going, going.c.release_id == _R.c.id))
    return await _pile(connection, query.order_by(going.c.at, _R.c.id))


async def some(connection: AsyncConnection, wanted: Collection[int], scope: Scope = EVERYTHING) -> dict[int, Item]:
    """Number → release, for those that exist and are in scope."""
    query = select(*_HEAD, _R.c.updated_at.label("at")).where(_R.c.id.in_(wanted), *tenants.shown(scope))
    return {row.release: _item(row) for row in await connection.execute(query)} if wanted else {}


async def stuck(connection: AsyncConnection) -> tuple[int, list[Delivery]]:
    """How many deliveries wait for a person, or for a channel's word, and the oldest of them."""
    query = select(_D, func.count().over().label("whole")).where(_D.c.state.in_(STUCK)).order_by(_D.c.id).limit(LINES)
    rows = (await connection.execute(query)).all()
    return (rows[0].whole if rows else 0), [from_row(row) for row in rows]


@dataclass(frozen=True)
class Signed:
    """How long the log is, and how much of it was signed when."""

    size: int
    signed: int
    at: datetime | None


async def signed(connection: AsyncConnection) -> Signed:
    """The state of the log's signatures."""
    c = tables.log_checkpoints
    newest = select(c.c.size, c.c.at).order_by(c.c.size.desc()).limit(1).subquery()
    query = select(tables.log_head.c.size, newest.c.size.label("signed"), newest.c.at).outerjoin(newest, true())
    row = (await connection.execute(query)).one()
    return Signed(size=row.size, signed=row.signed or 0, at=row.at)


async def _pile(connection: AsyncConnection, query: Select[Any], *, limit: int = LINES) -> Pile:
    rows = (await connection.execute(query.limit(limit))).all()
    return Pile(count=rows[0].whole if rows else 0, items=tuple(map(_item, rows)))


def _item(row: Any) -> Item:
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
