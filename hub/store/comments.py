"""Comments on editions, and the bookmarks of who has read which. Neither is proof: the log knows nothing of them."""

from typing import Any

from sqlalchemy import Row, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store import tables
from schemas.comment import Comment, Remark, Thread

_C, _READ = tables.comments, tables.readings
_NOW = text("clock_timestamp()")
#: So many a release may have, answers included: a page shows them all.
MAX_COMMENTS = 300


async def add(connection: AsyncConnection, release: int, remark: Remark, *, author: str) -> int:
    """Keep a comment and return its number. Raises IntegrityError for an edition that does not exist."""
    values = remark.model_dump() | {"release_id": release, "author": author}
    return int((await connection.execute(insert(_C).values(values).returning(_C.c.id))).scalar_one())


async def answer(connection: AsyncConnection, first: Comment, words: str, *, author: str) -> int:
    """Keep an answer to a comment and return its number."""
    values = {
        "release_id": first.release,
        "edition": first.edition,
        "document": first.document,
        "thread": first.id,
        "quote": "",
        "before": "",
        "after": "",
        "words": words,
        "author": author,
    }
    return int((await connection.execute(insert(_C).values(values).returning(_C.c.id))).scalar_one())


async def resolve(connection: AsyncConnection, comment: int, *, by: str | None) -> None:
    """Mark a comment as resolved by this person, or as open again. The first who resolved it stays named."""
    if by is None:
        values: dict[str, Any] = {"resolved_at": None, "resolved_by": None}
        await connection.execute(update(_C).where(_C.c.id == comment).values(values))
        return
    still_open = (_C.c.id == comment, _C.c.resolved_at.is_(None))
    await connection.execute(update(_C).where(*still_open).values(resolved_at=_NOW, resolved_by=by))


async def find(connection: AsyncConnection, comment: int) -> Comment | None:
    row = (await connection.execute(_named().where(_C.c.id == comment))).one_or_none()
    return _comment(row) if row else None


async def of_release(connection: AsyncConnection, release: int) -> list[Thread]:
    """Every comment of the release with its answers, oldest first, whichever edition it was made on."""
    rows = await connection.execute(_named().where(_C.c.release_id == release).order_by(_C.c.id).limit(MAX_COMMENTS))
    every = [_comment(row) for row in rows]
    return [
        Thread(first=one, answers=tuple(other for other in every if other.thread == one.id))
        for one in every
        if one.thread is None
    ]


async def count(connection: AsyncConnection, release: int, *, edition: int | None = None, by: str | None = None) -> int:
    """How many comments the release has, answers included; with `edition` and `by` those first words only."""
    query = select(func.count()).where(_C.c.release_id == release)
    if edition is not None:
        query = query.where(_C.c.edition == edition, _C.c.thread.is_(None))
    if by is not None:
        query = query.where(_C.c.author == by)
    return int((await connection.execute(query)).scalar_one())


async def read(connection: AsyncConnection, person: str, release: int, edition: int) -> None:
    """Put a bookmark: the person has had this edition before them. May run twice."""
    values = {"person_id": person, "release_id": release, "edition": edition}
    await connection.execute(upsert(_READ).values(values).on_conflict_do_nothing())


async def last_read(connection: AsyncConnection, person: str, release: int, *, before: int) -> int:
    """The newest edition under `before` that the person has read; 0 when there is none."""
    mine = (_READ.c.person_id == person, _READ.c.release_id == release, _READ.c.edition < before)
    query = select(func.coalesce(func.max(_READ.c.edition), 0)).where(*mine)
    return int((await connection.execute(query)).scalar_one())


def _named() -> Any:
    author, resolver = tables.people.alias("author"), tables.people.alias("resolver")
    return (
        select(_C, author.c.name.label("author_name"), func.coalesce(resolver.c.name, "").label("resolver_name"))
        .join(author, author.c.id == _C.c.author)
        .outerjoin(resolver, resolver.c.id == _C.c.resolved_by)
    )


def _comment(row: Row[Any]) -> Comment:
    names = (name for name in Comment.model_fields if name != "release")
    return Comment(release=row.release_id, **{name: getattr(row, name) for name in names})
