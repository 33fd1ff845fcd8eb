"""Releases under review, with all that decides whom each waits for."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, func, select, true
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store import tables, tenants
from hub.store.desks.pile import HEAD, URGENT_FIRST, Item, item_of
from schemas.edition import Edition
from schemas.office import EVERYTHING, Scope
from schemas.release import ReleaseState
from schemas.review import Level, Review, chain

_R, _E, _V, _U = tables.releases, tables.editions, tables.reviews, tables.urgencies
#: More than a bureau ever has under review at once.
REVIEWING = 500
_REVIEW = ("edition", "digest", "level", "decision", "reviewer", "on_behalf_of", "note", "at")


@dataclass(frozen=True)
class Reviewing:
    """A release under review with what decides whom it waits for. The edition is there by its name alone."""

    item: Item
    edition: Edition
    authors: tuple[str, ...]
    reviews: tuple[Review, ...]


async def in_review(connection: AsyncConnection, scope: Scope = EVERYTHING) -> list[Reviewing]:
    """What is being reviewed, longest first. Nobody's desk holds more of it than `REVIEWING`."""
    said = func.jsonb_build_object(*(part for name in _REVIEW for part in (name, _V.c[name])))
    made = (
        select(func.jsonb_agg(aggregate_order_by(said, _V.c.id)).label("reviews"))
        .where(_V.c.release_id == _R.c.id, _V.c.edition == _R.c.edition)
        .lateral()
    )
    query = (
        select(*HEAD, _E.c.frozen_at.label("at"), _E.c.digest, _E.c.authors, made.c.reviews, _U.c.chain)
        .select_from(
            _R.join(_E, and_(_E.c.release_id == _R.c.id, _E.c.number == _R.c.edition))
            .join(made, true())
            .outerjoin(_U, and_(_U.c.release_id == _E.c.release_id, _U.c.edition == _E.c.number)),
        )
        .where(_R.c.state == ReleaseState.IN_REVIEW, *tenants.shown(scope))
        .order_by(URGENT_FIRST, _E.c.frozen_at, _R.c.id)
        .limit(REVIEWING)
    )
    return [_reviewing(row) for row in await connection.execute(query)]


def _reviewing(row: Any) -> Reviewing:
    # The rules compare digests; the texts of all that is being reviewed would be megabytes.
    asked = chain(map(Level, row.chain or ()))
    edition = Edition.model_construct(release=row.release, number=row.edition, chain=asked)  # type: ignore[call-arg]
    edition.__dict__["digest"] = row.digest
    reviews = tuple(Review.model_validate({"release": row.release, **one}) for one in row.reviews or ())
    return Reviewing(item_of(row), edition, tuple(row.authors), reviews)
