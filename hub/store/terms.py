"""When normative documents come to their end: who must decide on them before, and who has not said so after."""

from datetime import date, timedelta

from sqlalchemy import exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store import tables
from schemas.card import Validity
from schemas.release import Frozen, Kind
from schemas.standing import StandingKind

_C, _R = tables.cards, tables.releases
#: Lines of one reading.
MOST = 20
#: The validities that end by a date.
_HOLDING = (Validity.IN_FORCE, Validity.AMENDED, Validity.NOT_YET)


class Term(Frozen):
    """A document whose last day is near, or over and not marked yet."""

    release: int
    title: str
    expires_on: date  #: as last extended


async def ending(
    connection: AsyncConnection, today: date, *, within_days: int, unit: str | None = None
) -> tuple[int, list[Term]]:
    """How many there are, of one unit or of all, and the first of them by their last day.

    What is over counts until it is marked (已失效), which time does by itself within a minute (`workers.days`): what
    stays here is public nowhere that can show it.
    """
    until = today + timedelta(days=within_days)
    soon = _C.c.validity.in_(_HOLDING) & (_C.c.turns_on <= until + timedelta(days=1)) & (_C.c.expires_on <= until)
    unmarked = or_(_C.c.standing.is_(None), _C.c.standing.in_((StandingKind.IN_FORCE, StandingKind.AMENDED)))
    over = (_C.c.validity == Validity.EXPIRED) & unmarked
    where = [_C.c.kind == Kind.NORMATIVE, _C.c.number == 0, or_(soon, over)]
    if unit is not None:
        where.append(exists().where(_R.c.id == _C.c.release_id, _R.c.unit == unit))
    count = (await connection.execute(select(func.count()).where(*where))).scalar_one()
    query = (
        select(_C.c.release_id, _C.c.title, _C.c.expires_on)
        .where(*where)
        .order_by(_C.c.expires_on, _C.c.id)
        .limit(MOST)
    )
    rows = await connection.execute(query)
    found = [Term(release=row.release_id, title=row.title, expires_on=row.expires_on) for row in rows]
    return int(count), found
