"""What documents do to others, and the days that turn one by themselves: what is due, and what became of it."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, func, literal_column, or_, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store import tables
from schemas.relation import RelationKind
from schemas.release import Frozen
from schemas.standing import Standing

_R, _T = tables.relations, tables.turns
#: What became of one that a newer edition no longer declares.
DROPPED = "新版本不再写明"


class Said(Frozen):
    """That one release of ours does something to another one of ours."""

    id: int
    release: int  #: that does it
    target: int  #: that it is done to
    kind: RelationKind
    edition: int | None  #: of the release, that declares it
    standing: int | None  #: of the target, that says it
    due_on: date
    settled_at: datetime | None = None
    outcome: str = ""  #: why nothing was to be done; empty where it was done


class Turn(Frozen):
    """That a day has come which a document itself names."""

    release: int
    day: date


async def declared(
    connection: AsyncConnection, release: int, edition: int, said: Mapping[tuple[int, RelationKind], date]
) -> None:
    """Keep what the edition declares, (target, kind) → day. What an older one did, and this does not, is dropped.

    What is settled stays settled. May run twice; an edition older than what is kept changes nothing.
    """
    newest = select(func.max(_R.c.edition)).where(_R.c.release_id == release)
    if ((await connection.execute(newest)).scalar_one_or_none() or 0) > edition:
        return
    for (target, kind), day in said.items():
        values = {"release_id": release, "target_id": target, "kind": kind, "edition": edition, "due_on": day}
        again = {"edition": edition, "standing_id": None, "due_on": day, "settled_at": None, "outcome": ""}
        statement = insert(_R).values(values)
        is_open = or_(_R.c.settled_at.is_(None), _R.c.outcome == DROPPED)
        await connection.execute(
            statement.on_conflict_do_update(
                index_elements=["release_id", "target_id", "kind"],
                set_=again,
                where=is_open & _R.c.edition.is_not(None),
            )
        )
    mine = (_R.c.release_id == release) & _R.c.settled_at.is_(None) & (_R.c.edition < edition)
    await connection.execute(update(_R).where(mine).values(settled_at=func.clock_timestamp(), outcome=DROPPED))


async def of_standing(connection: AsyncConnection, made: Standing, kind: RelationKind | None, *, due_on: date) -> None:
    """Keep what a confirmed standing says of the document that it names, unless that one declares it itself."""
    named = made.successor.release if made.successor else None
    if kind is None or named is None:
        return
    values = {"release_id": named, "target_id": made.release, "kind": kind, "standing_id": made.id, "due_on": due_on}
    await connection.execute(insert(_R).values(values).on_conflict_do_nothing())


async def due(connection: AsyncConnection, today: date, *, after: int = 0) -> Said | None:
    """Lock and return the next one whose day has come; None when there is none that nobody else is at."""
    query = (
        select(_R).where(_R.c.settled_at.is_(None), _R.c.due_on <= today, _R.c.id > after).order_by(_R.c.id).limit(1)
    )
    row = (await connection.execute(query.with_for_update(skip_locked=True))).one_or_none()
    return _said(row) if row else None


async def settle(connection: AsyncConnection, one: Said, *, at: datetime, outcome: str = "") -> None:
    """It is done, or nothing was to be done. Counts exactly if the transaction commits."""
    await connection.execute(update(_R).where(_R.c.id == one.id).values(settled_at=at, outcome=outcome))


async def of_release(connection: AsyncConnection, release: int) -> list[Said]:
    """Everything that is said between this release and others, oldest first."""
    query = select(_R).where(or_(_R.c.release_id == release, _R.c.target_id == release)).order_by(_R.c.id)
    return [_said(row) for row in await connection.execute(query)]


async def declaring(connection: AsyncConnection, wanted: Collection[tuple[int, int]]) -> list[tuple[int, int]]:
    """Of these (release, edition), those that declare something, or whose release once did."""
    releases, e = [release for release, _ in wanted], tables.editions
    # The bytes are canonical: what is declared nowhere has no such key.
    marked = literal_column("""position(convert_to('"relations":[{', 'UTF8') in editions.content)""") > 0
    query: Select[Any] = select(e.c.release_id, e.c.number).where(e.c.release_id.in_(releases), marked)
    found = {(row.release_id, row.number) for row in await connection.execute(query)}
    once = set((await connection.execute(select(_R.c.release_id).where(_R.c.release_id.in_(releases)))).scalars())
    return sorted(one for one in wanted if one in found or one[0] in once)


async def turn(connection: AsyncConnection, release: int, day: date) -> None:
    """Keep that this day has come for the release. May run twice."""
    await connection.execute(insert(_T).values(release_id=release, day=day).on_conflict_do_nothing())


async def turning(connection: AsyncConnection, today: date, *, after: Turn | None = None) -> Turn | None:
    """Lock and return the next one whose day has come; None when there is none that nobody else is at."""
    query = select(_T).where(_T.c.settled_at.is_(None), _T.c.day <= today).order_by(_T.c.day, _T.c.release_id).limit(1)
    if after:
        query = query.where(tuple_(_T.c.day, _T.c.release_id) > (after.day, after.release))
    row = (await connection.execute(query.with_for_update(skip_locked=True))).one_or_none()
    return Turn(release=row.release_id, day=row.day) if row else None


async def turned(connection: AsyncConnection, one: Turn, *, at: datetime, outcome: str = "") -> None:
    """As `settle`."""
    where = (_T.c.release_id == one.release) & (_T.c.day == one.day)
    await connection.execute(update(_T).where(where).values(settled_at=at, outcome=outcome))


def _said(row: Row[Any]) -> Said:
    return Said(
        id=row.id,
        release=row.release_id,
        target=row.target_id,
        kind=RelationKind(row.kind),
        edition=row.edition,
        standing=row.standing_id,
        due_on=row.due_on,
        settled_at=row.settled_at,
        outcome=row.outcome,
    )
