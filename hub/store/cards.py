"""Writes index cards, from the store's own word on what the public can see (law 2)."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import ARRAY, Row, Text, cast, delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store import filing, standings, tables
from schemas.card import Card, Validity
from schemas.delivery import Action
from schemas.edition import Edition
from schemas.particulars import NOTHING, Form, Particulars
from schemas.relation import Tie
from schemas.release import Kind
from schemas.standing import Ruling, Standing, StandingKind, Successor

_C, _H = tables.cards, tables.holdings
#: Widths of the windows that a card stands in, as powers of two: how newest-first reading skips through an index.
LEVELS = (10, 13, 16, 18)
#: What a card is read from; what it is found by stays where it is.
SHOWN = tuple(one for one in _C.c if one.name not in {"id", "title_words", "words", "order_no", "successor_id"})
#: What a tsvector holds, with something to spare.
MAX_BYTES = 1_000_000
#: Cards whose day has come, that one transaction takes.
MOST = 200


class TooMuchError(ValueError):
    """A card is found by more than the store can hold."""


@dataclass(frozen=True)
class Shown:
    """What the public can, or could, see of a release on the site."""

    edition: Edition  #: the newest that was seen
    official_at: datetime | None
    seen: dict[str, datetime] = field(default_factory=dict)  #: document → first sighting, if it is still there
    said: list[Standing] = field(default_factory=list)  #: confirmed, oldest first


@dataclass(frozen=True)
class Filled:
    """A card with what it is found by."""

    card: Card
    order_no: str
    title_words: Collection[str]
    words: Collection[str]


def window(level: int, place: int) -> str:
    """The lexeme of the window of this width that the place is in."""
    return f"#{level}:{place >> level}"


async def shown(connection: AsyncConnection, releases: Collection[int], sites: Collection[str]) -> dict[int, Shown]:
    """Release → what was seen of it on these channels; nothing of those that were not."""
    d = tables.deliveries
    query = (
        select(d.c.release_id, func.max(d.c.edition).label("edition"))
        .where(d.c.release_id.in_(releases), d.c.channel.in_(sites))
        .where(d.c.action == Action.PUBLISH, d.c.seen_at.is_not(None))
        .group_by(d.c.release_id)
    )
    newest = [(row.release_id, row.edition) for row in await connection.execute(query)]
    filed = await filing.filed(connection, newest)
    found = {release: Shown(one.edition, one.official_at) for (release, _), one in filed.items()}
    for row in await connection.execute(_visible(found, sites)):
        found[row.release_id].seen[row.document] = row.seen_at
    for release, said in (await _said(connection, found)).items():
        found[release].said.extend(said)
    return found


def _visible(releases: Collection[int], sites: Collection[str]) -> Any:
    p = tables.publications
    return (
        select(p.c.release_id, p.c.document, func.min(p.c.seen_at).label("seen_at"))
        .where(p.c.release_id.in_(releases), p.c.channel.in_(sites))
        .where(p.c.seen_at.is_not(None), p.c.withdrawn_at.is_(None))
        .group_by(p.c.release_id, p.c.document)
    )


async def _said(connection: AsyncConnection, releases: Collection[int]) -> dict[int, list[Standing]]:
    r = tables.rulings
    query = select(r.c.standing_id).where(r.c.release_id.in_(releases), r.c.ruling == Ruling.CONFIRM)
    found = await standings.some(connection, (await connection.execute(query)).scalars().all())
    by_release: dict[int, list[Standing]] = defaultdict(list)
    for one in sorted(found.values(), key=lambda one: one.serial or 0):
        by_release[one.release].append(one)
    return by_release


async def of_release(connection: AsyncConnection, release: int) -> list[Card]:
    """The release's cards as they are, the policy first."""
    query = select(*SHOWN).where(_C.c.release_id == release).order_by(_C.c.number)
    return [parse(row) for row in await connection.execute(query)]


async def put(connection: AsyncConnection, release: int, filled: Sequence[Filled]) -> None:
    """Let these be the release's cards, and tell harvesters. Nothing at all is written when they are so already.

    Whoever calls this holds the follower's lock: the order of changes is the order of their commits. Raises
    TooMuchError.
    """
    if await of_release(connection, release) == [one.card for one in filled]:
        return
    gone = _C.c.number.not_in([one.card.number for one in filled])
    await connection.execute(delete(_C).where(_C.c.release_id == release, gone))
    # Newest first is the policy first, and then what was said of it.
    for one in sorted(filled, key=lambda one: -one.card.number):
        await _put(connection, one)
    now = func.clock_timestamp()
    values = {"changed": tables.changes.next_value(), "changed_at": now, "withdrawn_at": None if filled else now}
    holding = insert(_H).values(release_id=release, **values)
    await connection.execute(holding.on_conflict_do_update(index_elements=["release_id"], set_=values))


async def _put(connection: AsyncConnection, one: Filled) -> None:
    card = one.card
    where = (_C.c.release_id == card.release, _C.c.number == card.number)
    place = (await connection.execute(select(_C.c.id).where(*where))).scalar_one_or_none()
    is_new = place is None
    if place is None:
        place = (await connection.execute(text("SELECT nextval(pg_get_serial_sequence('cards', 'id'))"))).scalar_one()
    windows = [window(level, place) for level in LEVELS]
    values = card.model_dump(exclude={"release", "successor", "particulars", "ties"}) | {
        "ties": [tie.model_dump(mode="json") for tie in card.ties],
        "particulars": card.particulars.model_dump(mode="json"),
        "id": place,
        "release_id": card.release,
        "successor": card.successor.model_dump(mode="json") if card.successor else None,
        "order_no": one.order_no,
        "title_words": _vector([*one.title_words, *windows]),
        "words": _vector([*one.words, *windows]),
    }
    await connection.execute(insert(_C).values(values) if is_new else update(_C).where(*where).values(values))


def _vector(lexemes: Collection[str]) -> Any:
    # PostgreSQL keeps places in 20 bits, and `array_to_tsvector` does not look whether they fit.
    if sum(len(one.encode()) for one in lexemes) > MAX_BYTES:
        raise TooMuchError
    return func.array_to_tsvector(cast(sorted(lexemes), ARRAY(Text)))


async def turning(connection: AsyncConnection, today: date) -> list[int]:
    """Releases whose validity changes by this day without anybody's act."""
    query = select(_C.c.release_id).where(_C.c.turns_on <= today).distinct().limit(MOST)
    return list((await connection.execute(query)).scalars())


def parse(row: Row[Any]) -> Card:
    """The card that a row holds."""
    values = {name: getattr(row, name) for name in Card.model_fields if name != "release"}
    values |= {
        "release": row.release_id,
        "kind": Kind(row.kind),
        "validity": Validity(row.validity),
        "standing": StandingKind(row.standing) if row.standing else None,
        "successor": Successor.model_validate(row.successor) if row.successor else None,
        "ties": tuple(Tie.model_validate(tie) for tie in row.ties),
        "form": Form(row.form),
        "particulars": Particulars.model_validate(row.particulars) if row.particulars else NOTHING,
    }
    return Card.model_construct(**values)
