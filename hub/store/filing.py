"""Editions with all that decides whether and how they may leave, read at once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, BigInteger, Select, and_, bindparam, case, func, select, text, type_coerce
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store import tables
from hub.store.direct import Direct
from hub.store.editions import parse
from schemas.edition import Edition
from schemas.review import Review
from schemas.standing import StandingKind

#: What is read of a review beside its edition.
_TOLD = ("digest", "level", "decision", "reviewer", "note", "at", "on_behalf_of")


@dataclass(frozen=True)
class Filed:
    """An edition with all that decides whether and how it may leave."""

    edition: Edition
    authors: tuple[str, ...]
    reviews: tuple[Review, ...]
    official_at: datetime | None
    withdrawn_to: int  #: the newest edition that a withdrawal voids; 0 for none


async def filed(connection: AsyncConnection, wanted: Collection[tuple[int, int]]) -> dict[tuple[int, int], Filed]:
    """(release, number) → the edition with its authors, its reviews, and its release's official time."""
    return {
        (row.release_id, row.number): Filed(
            edition=parse(row.content),
            authors=tuple(row.authors),
            reviews=tuple(_told(row.release_id, row.number, one) for one in row.reviews),
            official_at=row.official_at,
            withdrawn_to=row.withdrawn_to or 0,
        )
        for row in await _rows_filed(connection, wanted)
    }


async def _rows_filed(connection: AsyncConnection, wanted: Collection[tuple[int, int]]) -> Sequence[Any]:
    if len(wanted) == 1:
        ((release, number),) = wanted
        return await _FILED_ONE(connection, {"release": release, "number": number})
    named = {"releases": [release for release, _ in wanted], "numbers": [number for _, number in wanted]}
    return await _FILED(connection, named)


def _one() -> Any:
    """As `_wanted`, for one alone, whose plan the store keeps (`hub.store.numbered`)."""
    release, number = (bindparam(name, type_=BigInteger) for name in ("release", "number"))
    return select(release.label("release"), number.label("number")).subquery("wanted")


def _wanted() -> Any:
    releases, numbers = (bindparam(name, type_=ARRAY(BigInteger)) for name in ("releases", "numbers"))
    return func.unnest(releases, numbers).table_valued("release", "number").render_derived(name="wanted")


def _filed(wanted: Any) -> Select[Any]:
    e, r = tables.editions, tables.releases
    s, ruled = tables.standings, tables.rulings
    withdrawn_to = case((s.c.kind == StandingKind.WITHDRAWN, ruled.c.edition)).label("withdrawn_to")
    t = tables.reviews
    told = func.jsonb_build_array(*(t.c[name] for name in _TOLD))
    made = select(func.coalesce(func.jsonb_agg(aggregate_order_by(told, t.c.id)), text("'[]'::jsonb")))
    mine = made.where(t.c.release_id == e.c.release_id, t.c.edition == e.c.number).correlate(e).scalar_subquery()
    reviews = type_coerce(mine, JSONB).label("reviews")
    return (
        select(e.c.release_id, e.c.number, e.c.content, e.c.authors, r.c.official_at, withdrawn_to, reviews)
        .select_from(wanted)
        .join(e, and_(e.c.release_id == wanted.c.release, e.c.number == wanted.c.number))
        .join(r, r.c.id == e.c.release_id)
        .outerjoin(s, s.c.id == r.c.standing)
        .outerjoin(ruled, ruled.c.standing_id == r.c.standing)
    )


def _told(release: int, number: int, told: list[Any]) -> Review:
    """A review as `_filed` brings it along."""
    return Review.model_validate({"release": release, "edition": number, **dict(zip(_TOLD, told, strict=True))})


# Built once: putting a statement together costs more than running it.
_FILED, _FILED_ONE = Direct(_filed(_wanted())), Direct(_filed(_one()))
