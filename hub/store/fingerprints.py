"""What officially released texts are recognised by. The table only grows: a withdrawn text is still recognised."""

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store import tables
from schemas.release import Frozen

_T = tables.fingerprints
#: Places that one question is answered with, the newest first.
MOST = 20


class Fingerprint(Frozen):
    """One officially released text (`part` 0), or one attachment of it (its number)."""

    release: int
    edition: int
    document: str
    part: int = 0
    sha256: str
    title: str | None = None  #: of texts, a fingerprint
    doc_no: str | None = None


async def add(connection: AsyncConnection, found: Sequence[Fingerprint]) -> None:
    """Keep them. May run twice."""
    rows = [one.model_dump(exclude={"release"}) | {"release_id": one.release} for one in found]
    if rows:
        await connection.execute(insert(_T).values(rows).on_conflict_do_nothing())


async def by_content(connection: AsyncConnection, digests: Collection[str]) -> list[Fingerprint]:
    """Texts or attachments with one of these digests."""
    return await _found(connection, _T.c.sha256.in_(digests))


async def by_number(connection: AsyncConnection, numbers: Collection[str]) -> list[Fingerprint]:
    """Policies with one of these 发文字号, in every edition that was public."""
    return await _found(connection, _T.c.doc_no.in_(numbers))


async def by_title(connection: AsyncConnection, titles: Collection[str]) -> list[Fingerprint]:
    """Documents whose title has one of these fingerprints, in every edition that was public."""
    return await _found(connection, _T.c.title.in_(titles))


async def _found(connection: AsyncConnection, condition: ColumnElement[bool]) -> list[Fingerprint]:
    query = select(_T).where(condition).order_by(_T.c.release_id.desc(), _T.c.edition.desc(), _T.c.part).limit(MOST)
    return [
        Fingerprint(
            release=row.release_id,
            edition=row.edition,
            document=row.document,
            part=row.part,
            sha256=row.sha256,
            title=row.title,
            doc_no=row.doc_no,
        )
        for row in await connection.execute(query)
    ]
