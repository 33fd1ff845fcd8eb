"""Editions and the reviews that bind to them. Both tables only grow."""

from typing import Any

from sqlalchemy import Row, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store import tables
from schemas.edition import Edition
from schemas.review import Decision, Level, Review


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
    t = tables.editions
    query = select(t.c.content).where(t.c.release_id == release, t.c.number == number)
    content = (await connection.execute(query)).scalar_one_or_none()
    return Edition.model_validate_json(content) if content is not None else None


async def newest_number(connection: AsyncConnection, release: int) -> int:
    """The number of the newest edition, 0 when there is none."""
    t = tables.editions
    query = select(func.coalesce(func.max(t.c.number), 0)).where(t.c.release_id == release)
    return int((await connection.execute(query)).scalar_one())


async def authors(connection: AsyncConnection, release: int, number: int) -> tuple[str, ...]:
    """Everyone who wrote in the edition; none of them may have reviewed it."""
    t = tables.editions
    query = select(t.c.authors).where(t.c.release_id == release, t.c.number == number)
    return tuple((await connection.execute(query)).scalar_one())


async def add_review(connection: AsyncConnection, review: Review) -> None:
    """Keep a decision. Raises IntegrityError when the level or the person has approved this edition already."""
    values = review.model_dump(exclude={"release"}) | {"release_id": review.release}
    await connection.execute(insert(tables.reviews), values)


async def reviews(connection: AsyncConnection, release: int, number: int) -> tuple[Review, ...]:
    """Every decision on the edition, in the order in which they were made."""
    t = tables.reviews
    query = select(t).where(t.c.release_id == release, t.c.edition == number).order_by(t.c.id)
    return tuple(_review(row) for row in await connection.execute(query))


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
    )
