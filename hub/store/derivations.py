"""What public versions (区分处理) were made from, and what was taken out of it, by place."""

from typing import Any

from sqlalchemy import Row, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store import tables
from schemas.derivation import Derivation, Removal

_D = tables.derivations
#: More than anybody makes of one original.
MOST = 100


async def add(connection: AsyncConnection, made: Derivation) -> None:
    """Keep what the release was made from."""
    values = {
        "release_id": made.release,
        "origin_id": made.origin,
        "origin_edition": made.origin_edition,
        "origin_digest": made.origin_digest,
        "removals": [one.model_dump(mode="json") for one in made.removals],
        "keeps": list(made.keeps),
        "made_by": made.made_by,
        "made_at": made.made_at,
    }
    await connection.execute(insert(_D).values(values))


async def find(connection: AsyncConnection, release: int) -> Derivation | None:
    """What the release was made from; None for one that was written."""
    row = (await connection.execute(select(_D).where(_D.c.release_id == release))).one_or_none()
    return _made(row) if row else None


async def of_origin(connection: AsyncConnection, origin: int) -> list[Derivation]:
    """Every public version of the release, oldest first."""
    query = select(_D).where(_D.c.origin_id == origin).order_by(_D.c.release_id).limit(MOST)
    return [_made(row) for row in await connection.execute(query)]


def _made(row: Row[Any]) -> Derivation:
    return Derivation(
        release=row.release_id,
        origin=row.origin_id,
        origin_edition=row.origin_edition,
        origin_digest=row.origin_digest,
        removals=tuple(Removal.model_validate(one) for one in row.removals),
        keeps=tuple(row.keeps),
        made_by=row.made_by,
        made_at=row.made_at,
    )
