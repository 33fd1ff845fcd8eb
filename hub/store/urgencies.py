"""应急发布: which editions went the fast lane, and what the levels that they were spared say of them afterwards."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, and_, exists, func, insert, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store import tables
from hub.store.desks import wrote
from schemas.review import WHOLE, Level, chain
from schemas.urgency import Countersign, Urgency, Verdict

_U, _C = tables.urgencies, tables.countersigns
#: More than a bureau ever owes at once.
MOST = 100


@dataclass(frozen=True)
class Kept:
    """One edition of the fast lane with every word that was said of it."""

    urgency: Urgency
    signs: tuple[Countersign, ...]


async def add(connection: AsyncConnection, urgency: Urgency) -> None:
    """Keep why the edition, frozen already, goes the fast lane."""
    values = urgency.model_dump(exclude={"release"}) | {"release_id": urgency.release}
    await connection.execute(insert(_U).values(values))


async def published(connection: AsyncConnection, release: int, edition: int, at: datetime) -> None:
    """The button was pressed for the edition: if it went the fast lane, its countersigning is due from now on."""
    mine = and_(_U.c.release_id == release, _U.c.edition == edition, _U.c.published_at.is_(None))
    await connection.execute(update(_U).where(mine).values(published_at=at))


async def sign(connection: AsyncConnection, made: Countersign) -> None:
    """Keep a word. Raises IntegrityError when the level or the person has said one already."""
    values = made.model_dump(exclude={"release"}) | {"release_id": made.release}
    await connection.execute(insert(_C).values(values))


async def find(connection: AsyncConnection, release: int, edition: int) -> Kept | None:
    """The edition's; None for one that went the usual way."""
    found = await _kept(connection, select(_U).where(_U.c.release_id == release, _U.c.edition == edition))
    return found[0] if found else None


async def of_release(connection: AsyncConnection, release: int) -> list[Kept]:
    """Every edition of the release that went the fast lane, oldest first."""
    return await _kept(connection, select(_U).where(_U.c.release_id == release).order_by(_U.c.edition))


async def owed(connection: AsyncConnection) -> list[Kept]:
    """What is public and not countersigned by every level yet, the longest waiting first."""
    said = (
        select(func.count())
        .where(_C.c.release_id == _U.c.release_id, _C.c.edition == _U.c.edition)
        .correlate(_U)
        .scalar_subquery()
    )
    # An empty chain is all of them: then nothing was skipped.
    waits = and_(_U.c.published_at.is_not(None), said < len(WHOLE) - func.cardinality(_U.c.chain))
    whole = func.cardinality(_U.c.chain) > 0
    query = select(_U).where(waits, whole).order_by(_U.c.published_at, _U.c.release_id, _U.c.edition)
    return await _kept(connection, query.limit(MOST))


async def between(connection: AsyncConnection, start: datetime, end: datetime, *, limit: int) -> list[Kept]:
    """What was published by the fast lane in this time, oldest first."""
    within = (_U.c.published_at >= start, _U.c.published_at < end)
    return await _kept(connection, select(_U).where(*within).order_by(_U.c.published_at, _U.c.edition).limit(limit))


async def to_correct(connection: AsyncConnection, author: str) -> list[Countersign]:
    """Objections that ask for a correction which nobody has submitted yet, of releases that this person wrote in."""
    r = tables.releases
    query = (
        select(_C)
        .join(r, and_(r.c.id == _C.c.release_id, r.c.edition == _C.c.edition))
        .where(_C.c.verdict == Verdict.CORRECT, wrote(author))
        .order_by(_C.c.id)
        .limit(MOST)
    )
    return [_signed(row) for row in await connection.execute(query)]


async def urgent(connection: AsyncConnection, releases: Collection[int]) -> set[int]:
    """Those of the releases whose newest edition goes, or went, the fast lane."""
    if not releases:
        return set()
    r = tables.releases
    mine = exists().where(_U.c.release_id == r.c.id, _U.c.edition == r.c.edition)
    return set((await connection.execute(select(r.c.id).where(r.c.id.in_(list(releases)), mine))).scalars())


async def units(connection: AsyncConnection, releases: Collection[int]) -> dict[int, str | None]:
    """Release → the unit whose draft it was: some duties are for one's own unit alone."""
    r = tables.releases
    rows = await connection.execute(select(r.c.id, r.c.unit).where(r.c.id.in_(list(releases))))
    return {row.id: row.unit for row in rows} if releases else {}


async def _kept(connection: AsyncConnection, query: Select[Any]) -> list[Kept]:
    rows = (await connection.execute(query)).all()
    named = [(row.release_id, row.edition) for row in rows]
    signs: dict[tuple[int, int], list[Countersign]] = {one: [] for one in named}
    if named:
        said = select(_C).where(tuple_(_C.c.release_id, _C.c.edition).in_(named)).order_by(_C.c.id)
        for row in await connection.execute(said):
            signs[row.release_id, row.edition].append(_signed(row))
    return [Kept(_urgency(row), tuple(signs[row.release_id, row.edition])) for row in rows]


def _urgency(row: Row[Any]) -> Urgency:
    values: dict[str, Any] = {name: getattr(row, name) for name in Urgency.model_fields if name != "release"}
    listed: Sequence[str] = row.chain
    values |= {"chain": chain(map(Level, listed)), "warnings": tuple(row.warnings)}
    return Urgency(release=row.release_id, **values)


def _signed(row: Row[Any]) -> Countersign:
    values = {name: getattr(row, name) for name in Countersign.model_fields if name != "release"}
    return Countersign.model_validate({**values, "release": row.release_id})
