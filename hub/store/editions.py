"""Editions and the reviews that bind to them. Both tables only grow."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    Column,
    Row,
    Select,
    and_,
    bindparam,
    func,
    insert,
    select,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store import tables
from hub.store.direct import Direct
from schemas.edition import Edition
from schemas.review import Chain, Decision, Level, Review, chain


async def freeze(connection: AsyncConnection, edition: Edition, authors: tuple[str, ...]) -> None:
    """Keep the edition's canonical bytes with everyone who wrote in it. The database checks the digest."""
    values = {
        "release_id": edition.release,
        "number": edition.number,
        "digest": edition.digest,
        "content": edition.encoded(),
        "authors": sorted(set(authors)),
    }
    await connection.execute(insert(tables.editions), values)


async def find(connection: AsyncConnection, release: int, number: int) -> Edition | None:
    rows = await _FIND(connection, {"release": release, "number": number})
    return parse(rows[0].content) if rows else None


@lru_cache(maxsize=512)
def parse(content: bytes) -> Edition:
    """The edition of these canonical bytes. Editions never change, so the bytes are the key."""
    return Edition.thaw(content)


def _find(column: Column[Any]) -> Select[Any]:
    t = tables.editions
    return select(column).where(t.c.release_id == bindparam("release"), t.c.number == bindparam("number"))


def _reviews() -> Select[Any]:
    t = tables.reviews
    mine = and_(t.c.release_id == bindparam("release"), t.c.edition == bindparam("number"))
    return select(t).where(mine).order_by(t.c.id)


# Built once: putting a statement together costs more than running it.
_FIND, _AUTHORS = Direct(_find(tables.editions.c.content)), Direct(_find(tables.editions.c.authors))
_REVIEWS = Direct(_reviews())


async def newest_number(connection: AsyncConnection, release: int) -> int:
    """The number of the newest edition, 0 when there is none."""
    t = tables.editions
    query = select(func.coalesce(func.max(t.c.number), 0)).where(t.c.release_id == release)
    return int((await connection.execute(query)).scalar_one())


async def authors(connection: AsyncConnection, release: int, number: int) -> tuple[str, ...]:
    """Everyone who wrote in the edition; none of them may have reviewed it."""
    (row,) = await _AUTHORS(connection, {"release": release, "number": number})
    return tuple(row.authors)


async def add_review(connection: AsyncConnection, review: Review) -> None:
    """Keep a decision. Raises IntegrityError when the level or the person has approved this edition already."""
    values = review.model_dump(exclude={"release"}) | {"release_id": review.release}
    await connection.execute(insert(tables.reviews), values)


async def reviews(connection: AsyncConnection, release: int, number: int) -> tuple[Review, ...]:
    """Every decision on the edition, in the order in which they were made."""
    return tuple(_review(row) for row in await _REVIEWS(connection, {"release": release, "number": number}))


@dataclass(frozen=True)
class Frozen:
    """One edition's cover: what its chain needs, without its text."""

    number: int
    digest: str
    authors: tuple[str, ...]
    frozen_at: datetime
    chain: Chain = ()  #: of its fast lane; empty is all levels


async def covers(connection: AsyncConnection, release: int, *, limit: int) -> list[Frozen]:
    """The release's editions without their texts, newest first."""
    t, u = tables.editions, tables.urgencies
    hurried = and_(u.c.release_id == t.c.release_id, u.c.edition == t.c.number)
    query = select(t.c.number, t.c.digest, t.c.authors, t.c.frozen_at, u.c.chain).outerjoin(u, hurried)
    rows = await connection.execute(query.where(t.c.release_id == release).order_by(t.c.number.desc()).limit(limit))
    return [
        Frozen(row.number, row.digest, tuple(row.authors), row.frozen_at, chain(map(Level, row.chain or ())))
        for row in rows
    ]


async def history(connection: AsyncConnection, release: int, *, limit: int) -> list[Review]:
    """Every decision on every edition of the release, newest first."""
    t = tables.reviews
    query = select(t).where(t.c.release_id == release).order_by(t.c.edition.desc(), t.c.id.desc()).limit(limit)
    return [_review(row) for row in await connection.execute(query)]


def _review(row: Row[Any]) -> Review:
    return Review(
        release=row.release_id,
        edition=row.edition,
        digest=row.digest,
        level=Level(row.level),
        decision=Decision(row.decision),
        reviewer=row.reviewer,
        note=row.note,
        at=row.at,
        on_behalf_of=row.on_behalf_of,
    )
