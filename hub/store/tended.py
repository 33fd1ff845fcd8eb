"""Releases whose kind wants something done by a day (`hub.core.clocks`): not public yet, or public and looked after."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Text, cast, literal_column, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store import tables, tenants
from hub.store.tables.cards import TENDED
from schemas.card import Validity
from schemas.kinds import KINDS
from schemas.office import Scope
from schemas.particulars import Particulars
from schemas.release import Disclosure, Kind

#: More than any bureau has to look after at once; the nearest are found among them.
MOST = 2_000
_R, _C = tables.releases, tables.cards
#: Kinds that have something to be done before they are public.
_FIRST = tuple(kind for kind, row in KINDS.items() if any(one.is_first for one in row.clocks))


@dataclass(frozen=True)
class Tended:
    """A release with what its tasks are worked out from."""

    release: int
    kind: Kind
    said: Particulars
    is_public: bool


async def unofficial(connection: AsyncConnection, scope: Scope) -> list[Tended]:
    """What is to be public, is not, and has a day of its kind."""
    kind = literal_column("(releases.metadata ->> 'kind')", Text)
    is_open = literal_column("(releases.metadata ->> 'disclosure')", Text) == Disclosure.OPEN
    query = (
        select(_R.c.id.label("release"), kind.label("kind"), _R.c.metadata["particulars"].label("said"))
        .where(_R.c.official_at.is_(None), is_open, kind.in_(_FIRST), _R.c.metadata.has_key("particulars"))
        .where(*tenants.shown(scope))
        .order_by(_R.c.id.desc())
        .limit(MOST)
    )
    return [_read(row, is_public=False) for row in await connection.execute(query)]


async def public(connection: AsyncConnection, scope: Scope) -> list[Tended]:
    """What is public, still holds, and has something to be done again and again."""
    query = (
        select(_C.c.release_id.label("release"), _C.c.kind, _C.c.particulars.label("said"))
        .join(_R, _R.c.id == _C.c.release_id)
        .where(text(TENDED))
        .where(_C.c.validity.not_in([Validity.REPEALED, Validity.EXPIRED]), cast(_C.c.particulars, Text) != "{}")
        .where(*tenants.shown(scope))
        .order_by(_C.c.release_id.desc())
        .limit(MOST)
    )
    return [_read(row, is_public=True) for row in await connection.execute(query)]


def _read(row: Any, *, is_public: bool) -> Tended:
    return Tended(row.release, Kind(row.kind), Particulars.model_validate(row.said), is_public)
