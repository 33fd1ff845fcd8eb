"""Releases and their documents as people work on them. Every change is conditional on the version that was read."""

from functools import cache
from typing import Any

from sqlalchemy import Row, Select, bindparam, delete, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store import tables, tenants
from hub.store.direct import Direct
from schemas import addresses
from schemas.office import EVERYTHING, Scope
from schemas.release import Document, Metadata, Release, ReleaseState


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
    found = await _FIND[lock](connection, {"release": release})
    if not found:
        return None
    # A statement of its own: who waited for the lock must read what was written meanwhile.
    rows = await _DOCUMENTS(connection, {"release": release})
    return _release(found[0], tuple(Document.model_validate(row.content) for row in rows))


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
    given = {"was_id": before.id, "was_version": before.version, **{f"new_{name}": values[name] for name in values}}
    if not await _changing(tuple(values))(connection, given):
        raise StaleVersionError


@cache
def _changing(names: tuple[str, ...]) -> Direct:
    t = tables.releases
    set_ = {t.c[name]: bindparam(f"new_{name}", type_=t.c[name].type) for name in names}
    mine = (t.c.id == bindparam("was_id"), t.c.version == bindparam("was_version"))
    grown = {t.c.version: t.c.version + 1, t.c.updated_at: text("clock_timestamp()")}
    return Direct(update(t).where(*mine).values({**grown, **set_}).returning(t.c.id))


def _find(*, lock: bool) -> Select[Any]:
    query = select(tables.releases).where(tables.releases.c.id == bindparam("release"))
    # NO KEY: rows that refer to the release may still be added meanwhile. A plain FOR UPDATE made two workers wait in a
    # circle, one for the log's head, the other for its foreign key.
    return query.with_for_update(key_share=True) if lock else query


def _documents() -> Select[Any]:
    t = tables.documents
    return select(t.c.content).where(t.c.release_id == bindparam("release")).order_by(t.c.number)


# Built once: putting a statement together costs more than running it.
_FIND, _DOCUMENTS = {lock: Direct(_find(lock=lock)) for lock in (True, False)}, Direct(_documents())


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
