"""Unsaved texts: one per document and person, kept every few seconds. No act, no log entry, never the release."""

from datetime import timedelta
from typing import Any

from sqlalchemy import Row, delete, func, literal, or_, select, text
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store import tables
from schemas.draft import Draft, Presence, Text
from schemas.release import Attachment

_T = tables.drafts
#: An abandoned text is kept this long.
KEEP = timedelta(days=30)
#: How many unsaved texts one person may have; beyond it the oldest goes.
MAX_OF_PERSON = 100
#: How many images one unsaved text may have brought.
MAX_IMAGES = 100
#: Cleared away at one go, so that no keystroke waits for a big cleaning.
_CLEARED = 20


async def keep(connection: AsyncConnection, draft: Draft, *, with_images: bool = False) -> None:
    """Keep the text in place of the person's last one. Its images stay unless `with_images` brings others."""
    values = {
        "release_id": draft.release,
        "document": draft.document,
        "person_id": draft.person,
        "base": draft.base,
        "content": draft.text.model_dump(),
        "kept_at": text("clock_timestamp()"),
    }
    if with_images:
        values["images"] = [image.model_dump() for image in draft.images]
        values["warnings"] = list(draft.warnings)
    statement = insert(_T).values(values)
    changed = {name: value for name, value in values.items() if name not in _T.primary_key.columns}
    await connection.execute(
        statement.on_conflict_do_update(index_elements=list(_T.primary_key.columns), set_=changed),
    )
    await _prune(connection, draft.person)


async def add_image(connection: AsyncConnection, draft: Draft, image: Attachment) -> bool:
    """Note an image that was brought into the text; `draft` is kept if there is none yet. False beyond the bound."""
    values = {
        "release_id": draft.release,
        "document": draft.document,
        "person_id": draft.person,
        "base": draft.base,
        "content": draft.text.model_dump(),
        "images": [image.model_dump()],
    }
    more = _T.c.images.op("||")(literal([image.model_dump()], JSONB))
    statement = insert(_T).values(values)
    room = func.jsonb_array_length(_T.c.images) < MAX_IMAGES
    done = await connection.execute(
        statement.on_conflict_do_update(index_elements=list(_T.primary_key.columns), set_={"images": more}, where=room),
    )
    return bool(done.rowcount)


async def find(connection: AsyncConnection, release: int, document: str, person: str) -> Draft | None:
    row = (await connection.execute(select(_T).where(_mine(release, document, person)))).one_or_none()
    return _draft(row) if row else None


async def of_release(connection: AsyncConnection, release: int, person: str) -> dict[str, Draft]:
    """The person's unsaved texts in the release, by document."""
    query = select(_T).where(_T.c.release_id == release, _T.c.person_id == person).order_by(_T.c.document)
    return {row.document: _draft(row) for row in await connection.execute(query)}


async def others(
    connection: AsyncConnection, release: int, person: str, *, within: timedelta
) -> dict[str, list[Presence]]:
    """Who else typed into the release's documents within this time, the last one first."""
    p = tables.people
    query = (
        select(_T.c.document, p.c.name, _T.c.kept_at)
        .join(p, p.c.id == _T.c.person_id)
        .where(_T.c.release_id == release, _T.c.person_id != person)
        .where(_T.c.kept_at > func.clock_timestamp() - within)
        .order_by(_T.c.kept_at.desc())
        .limit(20)
    )
    found: dict[str, list[Presence]] = {}
    for row in await connection.execute(query):
        found.setdefault(row.document, []).append(Presence(name=row.name, kept_at=row.kept_at))
    return found


async def any_of(connection: AsyncConnection, release: int, documents: tuple[str, ...]) -> bool:
    """Whether anybody has an unsaved text in one of these documents."""
    query = select(_T.c.document).where(_T.c.release_id == release, _T.c.document.in_(documents)).limit(1)
    return (await connection.execute(query)).first() is not None


async def drop(connection: AsyncConnection, release: int, document: str, person: str) -> bool:
    """Forget the person's unsaved text. False when there was none."""
    return bool((await connection.execute(delete(_T).where(_mine(release, document, person)))).rowcount)


async def drop_document(connection: AsyncConnection, release: int, document: str) -> None:
    """Forget everybody's unsaved texts of a document that is gone."""
    await connection.execute(delete(_T).where(_T.c.release_id == release, _T.c.document == document))


async def _prune(connection: AsyncConnection, person: str) -> None:
    """Clear away what is too old, and what one person has too many of. Rows that others hold are left for next time."""
    key = (_T.c.release_id, _T.c.document, _T.c.person_id)
    beyond = select(_T.c.kept_at).where(_T.c.person_id == person).order_by(_T.c.kept_at.desc()).offset(MAX_OF_PERSON)
    oldest = beyond.limit(1).scalar_subquery()
    old = or_(
        _T.c.kept_at < func.clock_timestamp() - KEEP,
        (_T.c.person_id == person) & (_T.c.kept_at <= oldest),
    )
    chosen = select(*key).where(old).limit(_CLEARED).with_for_update(skip_locked=True)
    rows = (await connection.execute(chosen)).all()
    for row in rows:
        await drop(connection, row.release_id, row.document, row.person_id)


def _mine(release: int, document: str, person: str) -> Any:
    return (_T.c.release_id == release) & (_T.c.document == document) & (_T.c.person_id == person)


def _draft(row: Row[Any]) -> Draft:
    return Draft(
        release=row.release_id,
        document=row.document,
        person=row.person_id,
        base=row.base,
        text=Text.model_validate(row.content),
        images=tuple(Attachment.model_validate(one) for one in row.images),
        warnings=tuple(row.warnings),
        kept_at=row.kept_at,
    )
