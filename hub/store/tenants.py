"""Whose work is whose: units that are tenants, who acts for them, who answers for them; and what lists leave out."""

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Text, and_, bindparam, cast, exists, insert, or_, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store import tables
from schemas.office import Charge, Contact, Membership, Part, Reachable, Scope
from schemas.person import Person
from schemas.release import ReleaseState

_U, _M, _C, _R, _P = tables.units, tables.memberships, tables.charges, tables.releases, tables.people
_NOW = text("clock_timestamp()")
_BELONGS = exists().where(_M.c.person_id == bindparam("person"), _M.c.unit == _U.c.name, _M.c.ended_at.is_(None))
# Built once: putting a statement together costs more than running it.
_HIDDEN = select(_U.c.name).where(_U.c.tenant_since.is_not(None), _U.c.name != bindparam("home"), ~_BELONGS)


async def hidden(connection: AsyncConnection, person: Person) -> frozenset[str]:
    """The tenants that the person does not belong to: by one index, for it runs at every visit."""
    whose = {"person": person.id, "home": person.home or person.unit}
    return frozenset((await connection.execute(_HIDDEN, whose)).scalars())


def shown(scope: Scope) -> tuple[ColumnElement[bool], ...]:
    """What leaves out of a list of releases what is out of scope.

    Nothing where nothing is hidden, so that a bureau without tenants asks its store what it always asked.
    """
    if not scope.hidden:
        return ()
    wrote = _R.c.authors.bool_op("@>")(cast([scope.person], ARRAY(Text)))
    own = _R.c.unit.is_(None) | _R.c.unit.not_in(sorted(scope.hidden))
    return (or_(own, _R.c.state == ReleaseState.RELEASED, wrote),)


async def is_hidden(connection: AsyncConnection, release: int, scope: Scope) -> bool:
    """Whether there is such a release and it is out of scope."""
    query = select(_R.c.id).where(_R.c.id == release, ~and_(*shown(scope)))
    return bool(scope.hidden) and (await connection.execute(query)).one_or_none() is not None


async def is_apart(connection: AsyncConnection, release: int, other: int) -> bool:
    """Whether the other is unfinished work of a tenant that the release does not belong to: its title is not told."""
    mine = select(_R.c.unit).where(_R.c.id == release).scalar_subquery()
    tenant = exists().where(_U.c.name == _R.c.unit, _U.c.tenant_since.is_not(None))
    kept = (_R.c.state != ReleaseState.RELEASED, tenant, _R.c.unit.is_distinct_from(mine))
    query = select(_R.c.id).where(_R.c.id == other, *kept)
    return (await connection.execute(query)).one_or_none() is not None


async def release_of(connection: AsyncConnection, delivery: int) -> int | None:
    """The release that a delivery is of."""
    d = tables.deliveries
    found: int | None = (
        await connection.execute(select(d.c.release_id).where(d.c.id == delivery))
    ).scalar_one_or_none()
    return found


async def belonging(connection: AsyncConnection, person: str) -> list[Membership]:
    """The units that asked the person, by name; their own is not among them."""
    query = select(_M).where(_M.c.person_id == person, _M.c.ended_at.is_(None)).order_by(_M.c.unit)
    return [_membership(row) for row in await connection.execute(query)]


async def members(connection: AsyncConnection, unit: str) -> list[Membership]:
    """Whom the unit has asked, the longest first."""
    query = select(_M).where(_M.c.unit == unit, _M.c.ended_at.is_(None)).order_by(_M.c.id)
    return [_membership(row) for row in await connection.execute(query)]


async def ask(connection: AsyncConnection, person: str, unit: str, *, by: str) -> bool:
    """Have the person act for the unit too; False where they do already. Raises IntegrityError for an unknown unit."""
    here = select(_M.c.id).where(_M.c.person_id == person, _M.c.unit == unit, _M.c.ended_at.is_(None))
    if (await connection.execute(here)).one_or_none():
        return False
    await connection.execute(insert(_M).values(person_id=person, unit=unit, asked_by=by))
    return True


async def dismiss(connection: AsyncConnection, person: str, unit: str) -> bool:
    """End it; whoever acts for the unit now acts for their own again. False where there was nothing to end."""
    mine = (_M.c.person_id == person, _M.c.unit == unit, _M.c.ended_at.is_(None))
    ended = await connection.execute(update(_M).where(*mine).values(ended_at=_NOW))
    acting = (_P.c.id == person, _P.c.acting_unit == unit)
    await connection.execute(update(_P).where(*acting).values(acting_unit=None))
    return bool(ended.rowcount)


async def act_for(connection: AsyncConnection, person: str, unit: str | None) -> None:
    """The person acts for this unit from now on; None is their own."""
    await connection.execute(update(_P).where(_P.c.id == person).values(acting_unit=unit))


async def lock_person(connection: AsyncConnection, person: str) -> str:
    """The person's own unit; whoever else changes what they act for waits."""
    query = select(_P.c.unit).where(_P.c.id == person).with_for_update(key_share=True)
    return str((await connection.execute(query)).scalar_one())


async def gather(connection: AsyncConnection, unit: str) -> None:
    """Give a unit that has become a tenant what its people are writing and belongs to no unit yet."""
    theirs = and_(_P.c.id == _R.c.authors[1], _P.c.unit == unit)
    open_ = (_R.c.unit.is_(None), _R.c.state != ReleaseState.RELEASED)
    await connection.execute(update(_R).where(*open_, exists().where(theirs)).values(unit=unit))


async def charges(connection: AsyncConnection, unit: str | None = None) -> list[Charge]:
    """Who answers for what and who did, the latest first; of one unit, or of all who do now."""
    query = select(_C).order_by(_C.c.since.desc(), _C.c.id.desc())
    query = query.where(_C.c.unit == unit) if unit is not None else query.where(_C.c.until.is_(None))
    return [_charge(row) for row in await connection.execute(query)]


async def current(connection: AsyncConnection, unit: str, part: Part) -> Charge | None:
    """Who has the part now; locked."""
    query = select(_C).where(_C.c.unit == unit, _C.c.part == part, _C.c.until.is_(None)).with_for_update()
    row = (await connection.execute(query)).one_or_none()
    return _charge(row) if row else None


async def take_over(connection: AsyncConnection, charge: Charge, before: Charge | None) -> None:
    """Write who takes a part over; who had it until then had it until the day before."""
    if before is not None:
        ended = update(_C).where(_C.c.id == before.id)
        await connection.execute(ended.values(until=charge.since - timedelta(days=1)))
    values = charge.model_dump(exclude={"id", "person"}) | {"person_id": charge.person}
    await connection.execute(insert(_C).values(values))


async def contact(connection: AsyncConnection, unit: str) -> Contact | None:
    """How the public reaches the unit; None for a unit that there is not."""
    found = (await connection.execute(select(_U.c.contact).where(_U.c.name == unit))).scalar_one_or_none()
    return None if found is None else Contact.model_validate(found)


async def contacts(connection: AsyncConnection) -> dict[str, Contact]:
    """Unit → how the public reaches it."""
    rows = await connection.execute(select(_U.c.name, _U.c.contact))
    return {row.name: Contact.model_validate(row.contact) for row in rows}


async def reachable(connection: AsyncConnection) -> tuple[Reachable, ...]:
    """The units that are open and say at least one way to reach them, in their order."""
    query = select(_U.c.name, _U.c.contact).where(_U.c.closed_at.is_(None)).order_by(_U.c.position, _U.c.name)
    found = [Reachable(name=row.name, contact=row.contact) for row in await connection.execute(query)]
    return tuple(one for one in found if one.contact.filled)


async def put_contact(connection: AsyncConnection, unit: str, contact: Contact) -> None:
    await connection.execute(update(_U).where(_U.c.name == unit).values(contact=contact.model_dump()))


def _membership(row: Row[Any]) -> Membership:
    return Membership(person=row.person_id, unit=row.unit, asked_by=row.asked_by, since=row.since)


def _charge(row: Row[Any]) -> Charge:
    return Charge.model_validate({"person" if k == "person_id" else k: v for k, v in row._asdict().items()})
