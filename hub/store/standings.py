"""Standings and their rulings. Both tables only grow; the release's own row points at the one that holds."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Row, Select, func, insert, literal_column, select
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store import tables
from schemas.basis import Basis, Cause
from schemas.relation import Tie
from schemas.standing import Proposal, Ruling, Standing, StandingKind, Successor

_S, _R = tables.standings, tables.rulings
#: What a ruling adds to its proposal.
_RULED = tuple(
    _R.c[name]
    for name in ("ruling", "ruled_by", "ruled_at", "on_behalf_of", "note", "edition", "serial", "ties", "until")
)


def _every() -> Select[Any]:
    return select(_S, *_RULED).outerjoin(_R, _R.c.standing_id == _S.c.id)


async def add(
    connection: AsyncConnection,
    release: int,
    proposal: Proposal,
    *,
    effective_on: date,
    by: str,
    at: datetime,
    basis: Basis | None = None,
    cause: Cause = Cause.PROPOSAL,
) -> Standing:
    """Keep a proposal and return it with its number. `basis` is what an act of time carries out."""
    values = proposal.model_dump(exclude={"successor", "effective_on"}) | {
        "release_id": release,
        "successor": proposal.successor.model_dump(mode="json") if proposal.successor else None,
        "effective_on": effective_on,
        "proposed_by": by,
        "proposed_at": at,
        "cause": cause,
        "basis": basis.model_dump(mode="json") if basis else None,
    }
    number = (await connection.execute(insert(_S).values(values).returning(_S.c.id))).scalar_one()
    return (await some(connection, [number]))[number]


async def rule(
    connection: AsyncConnection,
    standing: Standing,
    ruling: Ruling,
    *,
    by: str,
    note: str,
    at: datetime,
    on_behalf_of: str | None = None,
    edition: int | None = None,
    ties: Sequence[Tie] = (),
    until: date | None = None,
) -> Standing:
    """Keep the decision on a proposal and return it as it is now. The release must be locked.

    Raises IntegrityError when it was decided already, or confirmed by the one who proposed it.
    """
    serial = None
    if ruling is Ruling.CONFIRM:
        query = select(func.coalesce(func.max(_R.c.serial), 0)).where(_R.c.release_id == standing.release)
        serial = int((await connection.execute(query)).scalar_one()) + 1
    values = {
        "standing_id": standing.id,
        "release_id": standing.release,
        "proposed_by": standing.proposed_by,
        "ruling": ruling,
        "ruled_by": by,
        "on_behalf_of": on_behalf_of,
        "note": note,
        "edition": edition,
        "serial": serial,
        "ruled_at": at,
        "ties": [one.model_dump(mode="json") for one in ties],
        "until": until,
    }
    await connection.execute(insert(_R).values(values))
    return (await some(connection, [standing.id]))[standing.id]


async def find(connection: AsyncConnection, standing: int) -> Standing | None:
    return (await some(connection, [standing])).get(standing)


async def some(connection: AsyncConnection, wanted: Collection[int]) -> dict[int, Standing]:
    """Number → standing, for those that exist."""
    if not wanted:
        return {}
    rows = await connection.execute(_every().where(_S.c.id.in_(wanted)))
    return {row.id: parse(row) for row in rows}


async def current(connection: AsyncConnection, release: int) -> Standing | None:
    """What holds of the release now; None for one that was never spoken of. Ask `Standing.governs` for an edition."""
    r = tables.releases
    query = _every().join(r, r.c.standing == _S.c.id).where(r.c.id == release)
    row = (await connection.execute(query)).one_or_none()
    return parse(row) if row else None


async def of_release(connection: AsyncConnection, release: int) -> list[Standing]:
    """Everything that was proposed for the release, oldest first."""
    rows = await connection.execute(_every().where(_S.c.release_id == release).order_by(_S.c.id))
    return [parse(row) for row in rows]


async def in_place_of(connection: AsyncConnection, release: int, *, limit: int = 20) -> list[int]:
    """Releases whose holding standing names this one as what stands in their place, newest first."""
    r = tables.releases
    named = literal_column("(standings.successor ->> 'release')::bigint", BigInteger)
    query = (
        select(r.c.id)
        .join(_S, _S.c.id == r.c.standing)
        .where(named == release, literal_column("standings.successor ->> 'release'").is_not(None))
        .order_by(r.c.id.desc())
        .limit(limit)
    )
    return list((await connection.execute(query)).scalars())


async def waiting(connection: AsyncConnection, *, limit: int = 100) -> list[Standing]:
    """What waits for a second person, oldest first: nothing else happens to it (law 8)."""
    rows = await connection.execute(_every().where(_R.c.standing_id.is_(None)).order_by(_S.c.id).limit(limit))
    return [parse(row) for row in rows]


def parse(row: Row[Any]) -> Standing:
    """The standing that a row of `standings` with its ruling holds."""
    values = {name: getattr(row, name) for name in Standing.model_fields if name != "release"}
    values |= {
        "release": row.release_id,
        "kind": StandingKind(row.kind),
        "successor": Successor.model_validate(row.successor) if row.successor else None,
        "ruling": Ruling(row.ruling) if row.ruling else None,
        "note": row.note or "",
        "cause": Cause(row.cause),
        "basis": Basis.model_validate(row.basis) if row.basis else None,
        "ties": tuple(Tie.model_validate(one) for one in row.ties or ()),
    }
    return Standing.model_construct(**values)
