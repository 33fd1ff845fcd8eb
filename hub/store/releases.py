"""Releases and their documents as people work on them. Every change is conditional on the version that was read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Row,
    Select,
    Update,
    and_,
    bindparam,
    case,
    delete,
    func,
    insert,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store import tables, tenants
from hub.store.direct import Direct
from hub.store.rows import arrays, table
from schemas import addresses
from schemas.office import EVERYTHING, Scope
from schemas.release import Document, Metadata, Release, ReleaseState

#: What `showing` is given for each release.
SHOWN = ("release", "published", "made_at", "made_by")


class StaleVersionError(Exception):
    """Somebody changed the release since it was read; nothing was written."""


async def add(connection: AsyncConnection, metadata: Metadata, *, author: str, unit: str | None = None) -> Release:
    """Create an empty draft of the unit and return it with its id, which is never used again."""
    values = {
        "state": ReleaseState.DRAFT,
        "version": 1,
        "metadata": metadata.model_dump(mode="json"),
        "authors": [author],
        "unit": unit or None,
    }
    row = (await connection.execute(insert(tables.releases).values(values).returning(tables.releases))).one()
    return _release(row, ())


async def find(connection: AsyncConnection, release: int, *, lock: bool = False) -> Release | None:
    """Return the release with its documents. With `lock`, whoever else wants to change it waits."""
    row = (await connection.execute(_FIND[lock], {"release": release})).one_or_none()
    if row is None:
        return None
    content = await connection.execute(_DOCUMENTS, {"release": release})
    return _release(row, tuple(Document.model_validate(c) for c in content.scalars()))


async def newest(
    connection: AsyncConnection, *, before: int | None, limit: int, scope: Scope = EVERYTHING
) -> list[Release]:
    """Releases without their documents, newest first; `before` is the last id of the previous page."""
    t = tables.releases
    query = select(t).where(*tenants.shown(scope)).order_by(t.c.id.desc()).limit(limit)
    if before is not None:
        query = query.where(t.c.id < before)
    return [_release(row, ()) for row in await connection.execute(query)]


async def put_document(connection: AsyncConnection, release: int, document: Document) -> None:
    """Write one document, replacing the one with its number. Its address is fixed by release and number."""
    values = {
        "release_id": release,
        "number": document.number,
        "address": addresses.path(release, document.name),
        "content": document.model_dump(mode="json"),
    }
    statement = upsert(tables.documents).values(values)
    await connection.execute(
        statement.on_conflict_do_update(index_elements=["release_id", "number"], set_={"content": values["content"]}),
    )


async def remove_document(connection: AsyncConnection, release: int, number: int) -> None:
    t = tables.documents
    await connection.execute(delete(t).where(t.c.release_id == release, t.c.number == number))


async def change(connection: AsyncConnection, before: Release, **values: Any) -> None:
    """Set columns of the row, if it still has the version that `before` was read with.

    Raises StaleVersionError otherwise. The version grows by one.
    """
    t = tables.releases
    statement = (
        update(t)
        .where(t.c.id == before.id, t.c.version == before.version)
        .values(version=before.version + 1, updated_at=text("clock_timestamp()"), **values)
    )
    if (await connection.execute(statement)).rowcount != 1:
        raise StaleVersionError


async def make_official(connection: AsyncConnection, release: int, *, at: datetime, channel: str) -> bool:
    """Set the official time if there is none yet; the one write in which it ever comes about. True if this was it."""
    made = {"release": release, "made_at": at, "made_by": channel}
    return (await connection.execute(_MAKE_OFFICIAL, made)).rowcount == 1


@dataclass(frozen=True)
class Unreleased:
    """Releases that a first sighting still changes: locked, without an official time, or in somebody else's hands."""

    unofficial: frozenset[int] = frozenset()
    busy: frozenset[int] = frozenset()
    spoken_of: frozenset[int] = frozenset()  #: of which a standing holds


async def lock_unreleased(connection: AsyncConnection, wanted: Sequence[int], *, skip_locked: bool) -> Unreleased:
    """Lock, in the order of their ids, those that have no official time or whose edition is still being published."""
    locked = await _LOCK_UNRELEASED[skip_locked](connection, {"wanted": list(wanted)})
    unofficial = frozenset(row.id for row in locked if row.official_at is None)
    spoken_of = frozenset(row.id for row in locked if row.standing is not None)
    missing = set(wanted) - {row.id for row in locked}
    if not skip_locked or not missing:
        return Unreleased(unofficial, spoken_of=spoken_of)
    busy = await connection.execute(_UNRELEASED, {"wanted": list(missing)})
    return Unreleased(unofficial, frozenset(busy.scalars()), spoken_of)


async def settle(connection: AsyncConnection, release: int, edition: int) -> None:
    """An authoritative channel shows this edition: if it is the one being published, the release is released."""
    await connection.execute(_SHOW, arrays(SHOWN, [shown(release, edition)]))


def _find(*, lock: bool) -> Select[Any]:
    query = select(tables.releases).where(tables.releases.c.id == bindparam("release"))
    # NO KEY: rows that refer to the release may still be added meanwhile. A plain FOR UPDATE made two workers wait in a
    # circle, one for the log's head, the other for its foreign key.
    return query.with_for_update(key_share=True) if lock else query


def _documents() -> Select[Any]:
    t = tables.documents
    return select(t.c.content).where(t.c.release_id == bindparam("release")).order_by(t.c.number)


def _unreleased() -> Select[Any]:
    t = tables.releases
    mine = t.c.id == func.any(bindparam("wanted", type_=ARRAY(BigInteger)))
    open_ = or_(t.c.official_at.is_(None), t.c.state == ReleaseState.PUBLISHING)
    return select(t.c.id, t.c.official_at, t.c.standing).where(mine, open_).order_by(t.c.id)


def _make_official() -> Update:
    t = tables.releases
    values: dict[Any, Any] = {t.c.official_at: bindparam("made_at"), t.c.official_channel: bindparam("made_by")}
    return update(t).where(t.c.id == bindparam("release"), t.c.official_at.is_(None)).values(values)


def shown(release: int, edition: int) -> dict[str, Any]:
    """A row for `showing`: an authoritative channel shows the edition. Who knows that it is the first adds when."""
    return {"release": release, "published": edition, "made_at": None, "made_by": None}


def showing(prefix: str = "") -> Update:
    """`make_official` and `settle` in one statement, for many: the row stands in many indexes, so it is written once.

    Its parameters are `SHOWN`, at most one row for each release.
    """
    t = tables.releases
    kinds = (t.c.id.type, t.c.edition.type, t.c.official_at.type, t.c.official_channel.type)
    given = table(dict(zip(SHOWN, kinds, strict=True)), prefix=prefix)
    is_first = and_(t.c.official_at.is_(None), given.c.made_at.is_not(None))
    is_out = and_(t.c.edition == given.c.published, t.c.state == ReleaseState.PUBLISHING)
    values: dict[Any, Any] = {
        t.c.official_at: func.coalesce(t.c.official_at, given.c.made_at),
        t.c.official_channel: case((is_first, given.c.made_by), else_=t.c.official_channel),
        t.c.state: case((is_out, ReleaseState.RELEASED), else_=t.c.state),
    }
    return update(t).where(t.c.id == given.c.release, or_(is_first, is_out)).values(values)


# Built once: putting a statement together costs more than running it.
_FIND, _DOCUMENTS = {lock: _find(lock=lock) for lock in (True, False)}, _documents()
_MAKE_OFFICIAL, _SHOW, _UNRELEASED = _make_official(), showing(), _unreleased()
_LOCK_UNRELEASED = {
    skip_locked: Direct(_UNRELEASED.with_for_update(key_share=True, skip_locked=skip_locked))
    for skip_locked in (True, False)
}


def _release(row: Row[Any], documents: tuple[Document, ...]) -> Release:
    return Release(
        id=row.id,
        state=ReleaseState(row.state),
        version=row.version,
        metadata=Metadata.model_validate(row.metadata),
        documents=documents,
        authors=tuple(row.authors),
        edition=row.edition,
        official_at=row.official_at,
        official_channel=row.official_channel,
        standing=row.standing,
        unit=row.unit,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
