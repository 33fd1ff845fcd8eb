"""Older documents (存量文件) and the sheets that they came in; the decisions on them are `attributions`."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store import tables
from schemas.backfile import Backfile, Batch, Progress, Record, Stage
from schemas.entry import BEIJING
from schemas.release import Attachment, Disclosure
from schemas.standing import Ruling

_B, _A, _S = tables.backfiles, tables.attributions, tables.backfile_batches
#: Rows of one INSERT: a statement takes 32,767 parameters.
_ROWS = 1_000


@dataclass(frozen=True)
class Wanted:
    """Which of them a list shows. None is all."""

    unit: str | None = None
    stage: str | None = None  #: a `Stage`, or `due` or `to_convert`
    words: str = ""


async def add_batch(connection: AsyncConnection, batch: Batch) -> int:
    values = batch.model_dump(mode="json", exclude={"id", "person", "at"}) | {"person_id": batch.person, "at": batch.at}
    return int((await connection.execute(insert(_S).values(values).returning(_S.c.id))).scalar_one())


async def batch(connection: AsyncConnection, number: int) -> Batch | None:
    row = (await connection.execute(select(_S).where(_S.c.id == number))).one_or_none()
    if row is None:
        return None
    return Batch.model_validate({"person" if k == "person_id" else k: v for k, v in row._asdict().items()})


async def known(connection: AsyncConnection, identities: Collection[str]) -> dict[str, int]:
    """Identity → number, of those that are here already."""
    rows = await connection.execute(select(_B.c.identity, _B.c.id).where(_B.c.identity.in_(list(identities))))
    return {row.identity: row.id for row in rows}


async def add(connection: AsyncConnection, records: Sequence[Record], *, batch: int, at: datetime) -> list[int]:
    """Take the documents in; return their numbers. One that somebody else has just taken in is passed over."""
    numbers: list[int] = []
    for start in range(0, len(records), _ROWS):
        rows = [
            one.model_dump() | {"identity": one.identity, "stage": Stage.WAITING, "batch_id": batch, "created_at": at}
            for one in records[start : start + _ROWS]
        ]
        statement = upsert(_B).values(rows).on_conflict_do_nothing().returning(_B.c.id)
        numbers += (await connection.execute(statement)).scalars()
    return numbers


async def find(connection: AsyncConnection, number: int, *, lock: bool = False) -> Backfile | None:
    query = select(_B).where(_B.c.id == number)
    row = (await connection.execute(query.with_for_update() if lock else query)).one_or_none()
    return _backfile(row) if row else None


async def of_release(connection: AsyncConnection, release: int) -> Backfile | None:
    """What the release was made of, where it was made of one."""
    row = (await connection.execute(select(_B).where(_B.c.release_id == release))).one_or_none()
    return _backfile(row) if row else None


async def opened_on(connection: AsyncConnection, release: int) -> date | None:
    """The day in Beijing on which two people decided that what became the release is to be opened."""
    query = (
        select(func.max(_A.c.ruled_at))
        .join(_B, _B.c.id == _A.c.backfile_id)
        .where(_B.c.release_id == release, _A.c.ruling == Ruling.CONFIRM)
    )
    at: datetime | None = (await connection.execute(query)).scalar_one()
    return at.astimezone(BEIJING).date() if at else None


async def start_clock(connection: AsyncConnection, release: int) -> None:
    """Have the release's time to be public run from the day of that decision: `releases.opened_on`. May run twice."""
    day = await opened_on(connection, release)
    t = tables.releases
    await connection.execute(update(t).where(t.c.id == release).values(opened_on=day.isoformat() if day else None))


async def some(
    connection: AsyncConnection, wanted: Wanted, today: date, *, after: int = 0, limit: int = 50
) -> list[Backfile]:
    """Those that are wanted, oldest number first, after the last one of the page before."""
    query = select(_B).where(_B.c.id > after, *_where(wanted, today)).order_by(_B.c.id).limit(limit)
    return [_backfile(row) for row in await connection.execute(query)]


async def count(connection: AsyncConnection, wanted: Wanted, today: date) -> int:
    query = select(func.count()).select_from(_B).where(*_where(wanted, today))
    return int((await connection.execute(query)).scalar_one())


async def named(connection: AsyncConnection, names: Collection[str]) -> dict[str, int]:
    """Name → number, of those whose number or title is the name and that no other shares it with."""
    rows = await connection.execute(
        select(_B.c.id, _B.c.title, _B.c.doc_no).where(or_(_B.c.title.in_(list(names)), _B.c.doc_no.in_(list(names))))
    )
    found: dict[str, set[int]] = {}
    for row in rows:
        for name in (row.title, row.doc_no):
            if name in names:
                found.setdefault(name, set()).add(row.id)
    return {name: next(iter(numbers)) for name, numbers in found.items() if len(numbers) == 1}


async def change(connection: AsyncConnection, number: int, **values: Any) -> None:
    """Set columns of one that is locked."""
    if "files" in values:
        files: Sequence[Attachment] = values["files"]
        values["files"] = [one.model_dump(mode="json") for one in files]
    await connection.execute(update(_B).where(_B.c.id == number).values(values))


async def progress(connection: AsyncConnection, today: date, unit: str | None = None) -> list[Progress]:
    """How far each unit has got, those with most left to do first."""
    decided, due = _B.c.stage == Stage.DECIDED, _is_due(today)
    columns = {
        "decided": and_(decided, ~due),
        "proposed": _B.c.stage == Stage.PROPOSED,
        "due": due,
        "to_convert": _convertible(),
        "released": _B.c.release_id.is_not(None),
    }
    counted = [func.count().filter(where).label(name) for name, where in columns.items()]
    query = select(_B.c.unit, func.count().label("every"), *counted).group_by(_B.c.unit)
    if unit is not None:
        query = query.where(_B.c.unit == unit)
    found = [Progress.model_validate(row._asdict()) for row in await connection.execute(query)]
    return sorted(found, key=lambda one: (-one.waiting, one.unit))


def _is_due(today: date) -> ColumnElement[bool]:
    # Never NULL, so that its opposite is the rest.
    return and_(_B.c.stage == Stage.DECIDED, func.coalesce(_B.c.due_on <= today, False))


def _convertible() -> ColumnElement[bool]:
    return and_(_B.c.stage == Stage.DECIDED, _B.c.decided == Disclosure.OPEN, _B.c.release_id.is_(None))


def _where(wanted: Wanted, today: date) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    if wanted.unit is not None:
        where.append(_B.c.unit == wanted.unit)
    if wanted.words:
        where.append(or_(*(c.contains(wanted.words, autoescape=True) for c in (_B.c.title, _B.c.doc_no))))
    match wanted.stage:
        case None:
            pass
        case "due":
            where.append(_is_due(today))
        case "to_convert":
            where.append(_convertible())
        case Stage.WAITING:
            where.append(or_(_B.c.stage == Stage.WAITING, _is_due(today)))
        case Stage.DECIDED:
            where.append(and_(_B.c.stage == Stage.DECIDED, ~_is_due(today)))
        case stage:
            where.append(_B.c.stage == stage)
    return where


def _backfile(row: Row[Any]) -> Backfile:
    values = {{"batch_id": "batch", "release_id": "release"}.get(k, k): v for k, v in row._asdict().items()}
    values.pop("identity")
    return Backfile.model_validate(values)
