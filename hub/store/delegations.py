"""Delegations: who may use whose duty, and when. What a person may do is put together here and nowhere else."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, any_, bindparam, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store import tables, tenants
from schemas.delegation import Delegation, Offer
from schemas.person import Duty, Lent, Person

_D = tables.delegations
#: The store's clock, as a day in Beijing; by its fixed distance, as everywhere.
_TODAY = func.date(func.timezone("UTC", func.clock_timestamp()) + func.make_interval(0, 0, 0, 0, 8))
MAX_LISTED = 200
# Built once, for it runs at every visit: putting a statement together costs more than running it.
_LENT = (
    select(_D.c.duty, _D.c.giver)
    .join(tables.people, tables.people.c.id == _D.c.giver)
    .where(
        _D.c.receiver == bindparam("receiver"),
        _D.c.revoked_at.is_(None),
        _TODAY.between(_D.c.starts_on, _D.c.ends_on),
        tables.people.c.disabled_at.is_(None),
        _D.c.duty == any_(tables.people.c.duties),
    )
    .order_by(_D.c.id)
)
_LENT_LOCKED = _LENT.with_for_update(read=True, of=_D)


async def effective(connection: AsyncConnection, person: Person, *, lock: bool = False) -> Person:
    """The person with every duty that they may use now, their own and those lent to them, and how far these go.

    A lent duty counts while its giver has it and is not disabled, and never where the person has it anyway. With
    `lock`, whoever revokes one of them waits: what is done by it and its end stand in the log in their true order.
    """
    own = person.own_duties - person.barred
    rows = await connection.execute(_LENT_LOCKED if lock else _LENT, {"receiver": person.id})
    lent = tuple(
        Lent(duty=Duty(row.duty), giver=row.giver) for row in rows if Duty(row.duty) not in own | person.barred
    )
    hidden = await tenants.hidden(connection, person)
    return person.model_copy(update={"duties": own | {one.duty for one in lent}, "lent": lent, "hidden": hidden})


async def today(connection: AsyncConnection) -> date:
    """The day in Beijing by the store's clock, which dates are compared with."""
    found: date = (await connection.execute(select(_TODAY))).scalar_one()
    return found


async def lock(connection: AsyncConnection, giver: str) -> None:
    """Let whoever else changes what this person has given wait."""
    t = tables.people
    await connection.execute(select(t.c.id).where(t.c.id == giver).with_for_update(key_share=True))


async def add(connection: AsyncConnection, offer: Offer, *, giver: str, receiver: str, at: datetime) -> Delegation:
    """Keep a delegation and return it with its number. Raises IntegrityError for one to oneself or of too many days."""
    values = offer.model_dump(exclude={"receiver"}) | {"giver": giver, "receiver": receiver, "given_at": at}
    row = (await connection.execute(insert(_D).values(values).returning(_D))).one()
    return _delegation(row)


async def revoke(connection: AsyncConnection, delegation: int, *, by: str, at: datetime) -> None:
    """End it now. One that was revoked already stays as it is."""
    standing = (_D.c.id == delegation, _D.c.revoked_at.is_(None))
    await connection.execute(update(_D).where(*standing).values(revoked_at=at, revoked_by=by))


async def find(connection: AsyncConnection, delegation: int, *, lock: bool = False) -> Delegation | None:
    query = select(_D).where(_D.c.id == delegation)
    row = (await connection.execute(query.with_for_update() if lock else query)).one_or_none()
    return _delegation(row) if row else None


async def standing(connection: AsyncConnection, giver: str, duty: Duty, start: date, end: date) -> Delegation | None:
    """One that was given of this duty and not revoked, and shares a day with these."""
    query = select(_D).where(
        _D.c.giver == giver,
        _D.c.duty == duty,
        _D.c.revoked_at.is_(None),
        _D.c.starts_on <= end,
        _D.c.ends_on >= start,
    )
    row = (await connection.execute(query.order_by(_D.c.id).limit(1))).one_or_none()
    return _delegation(row) if row else None


async def listed(connection: AsyncConnection, *, person: str | None = None) -> list[Delegation]:
    """What the person gave or received, or everybody's; newest first."""
    query = select(_D).order_by(_D.c.id.desc()).limit(MAX_LISTED)
    if person is not None:
        query = query.where(or_(_D.c.giver == person, _D.c.receiver == person))
    return [_delegation(row) for row in await connection.execute(query)]


def _delegation(row: Row[Any]) -> Delegation:
    return Delegation(**{name: getattr(row, name) for name in Delegation.model_fields})
