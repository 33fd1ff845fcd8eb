"""Where staff are reminded, what they were told at which stage, and the digests that are still to be sent."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import Interval, bindparam, delete, func, or_, select, text, tuple_, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store import tables
from hub.store.people import person as account
from schemas.person import Person
from schemas.reminder import Digest, Mailbox, Matter

_B, _D, _T, _P = tables.mailboxes, tables.digests, tables.reminders, tables.people
_NOW = text("clock_timestamp()")


async def mailbox(connection: AsyncConnection, person: str) -> Mailbox | None:
    row = (await connection.execute(select(_B).where(_B.c.person_id == person))).one_or_none()
    return Mailbox(person=row.person_id, sealed=row.sealed, is_off=row.is_off) if row else None


async def keep(connection: AsyncConnection, one: Mailbox) -> None:
    """Put the address in place of the one before."""
    values = {"sealed": one.sealed, "is_off": one.is_off, "changed_at": _NOW}
    statement = upsert(_B).values(person_id=one.person, **values)
    await connection.execute(statement.on_conflict_do_update(index_elements=["person_id"], set_=values))


async def forget(connection: AsyncConnection, person: str) -> None:
    """Erase the address. Digests that wait for it are never sent."""
    await connection.execute(delete(_B).where(_B.c.person_id == person))


async def unmailed(connection: AsyncConnection, day: date) -> list[Person]:
    """Who wants to be reminded and was not mailed on this day."""
    mailed = select(_D.c.person_id).where(_D.c.day == day)
    query = select(_P).join(_B, _B.c.person_id == _P.c.id).order_by(_P.c.id)
    query = query.where(~_B.c.is_off, _P.c.disabled_at.is_(None), _P.c.id.not_in(mailed))
    return [account(row) for row in await connection.execute(query)]


async def fresh(connection: AsyncConnection, person: str, matters: Sequence[Matter]) -> list[Matter]:
    """Those of which the person has not heard at this stage."""
    keys = [(one.key, one.stage) for one in matters]
    if not keys:
        return []
    query = select(_T.c.matter, _T.c.stage).where(_T.c.person_id == person, tuple_(_T.c.matter, _T.c.stage).in_(keys))
    heard = {(row.matter, row.stage) for row in await connection.execute(query)}
    return [one for one in matters if (one.key, one.stage) not in heard]


async def put(
    connection: AsyncConnection, person: str, day: date, matters: Sequence[Matter], lines: Collection[str]
) -> bool:
    """Write the day's digest with what it tells, due now. False when somebody else has written it."""
    values = {"person_id": person, "day": day, "lines": list(lines), "due_at": _NOW}
    made = upsert(_D).values(values).on_conflict_do_nothing().returning(_D.c.id)
    digest = (await connection.execute(made)).scalar_one_or_none()
    if digest is None:
        return False
    told = {(one.key, one.stage) for one in matters}
    rows = [{"person_id": person, "matter": key, "stage": stage, "digest_id": digest} for key, stage in sorted(told)]
    await connection.execute(upsert(_T).on_conflict_do_nothing(), rows)
    return True


async def claim(connection: AsyncConnection, *, limit: int, lease: timedelta) -> list[Digest]:
    """Lease what is due. Durable with the transaction; others pass these over."""
    free = or_(_D.c.lease_until.is_(None), _D.c.lease_until < _NOW)
    due = select(_D.c.id).where(_D.c.ended_at.is_(None), _D.c.due_at <= _NOW, free)
    chosen = due.order_by(_D.c.due_at, _D.c.id).limit(limit).with_for_update(skip_locked=True).cte("chosen")
    values = {_D.c.lease_until: _NOW + bindparam("lease", type_=Interval), _D.c.fence: _D.c.fence + 1}
    claimed = update(_D).where(_D.c.id == chosen.c.id).values(values).returning(_D)
    rows = (await connection.execute(claimed, {"lease": lease})).all()
    return [
        Digest(
            id=row.id,
            person=row.person_id,
            day=row.day,
            lines=tuple(row.lines),
            fence=row.fence,
            attempts=row.attempts,
            made_at=row.made_at,
        )
        for row in sorted(rows, key=lambda row: row.id)
    ]


async def sealed(connection: AsyncConnection, one: Digest) -> bytes | None:
    """The sealed address, if the digest is still this worker's and its person still wants it."""
    query = select(_B.c.sealed).join(_D, _D.c.person_id == _B.c.person_id).join(_P, _P.c.id == _B.c.person_id)
    query = query.where(_D.c.id == one.id, _D.c.fence == one.fence, _D.c.ended_at.is_(None))
    query = query.where(~_B.c.is_off, _P.c.disabled_at.is_(None))
    found: bytes | None = (await connection.execute(query)).scalar_one_or_none()
    return found


async def end(connection: AsyncConnection, one: Digest, code: str) -> bool:
    """Write down what became of it; False when it is somebody else's by now."""
    mine = (_D.c.id == one.id, _D.c.fence == one.fence, _D.c.ended_at.is_(None))
    values = {"ended_at": _NOW, "lease_until": None, "code": code}
    return bool((await connection.execute(update(_D).where(*mine).values(values))).rowcount)


async def postpone(connection: AsyncConnection, one: Digest, until: datetime, code: str) -> None:
    """It was put off and is tried again."""
    mine = (_D.c.id == one.id, _D.c.fence == one.fence, _D.c.ended_at.is_(None))
    values = {"due_at": until, "attempts": one.attempts + 1, "lease_until": None, "code": code}
    await connection.execute(update(_D).where(*mine).values(values))


async def prune(connection: AsyncConnection, age: timedelta) -> None:
    """Forget digests of long ago with what they told."""
    old = select(_D.c.id).where(_D.c.made_at < func.clock_timestamp() - age)
    await connection.execute(delete(_T).where(_T.c.digest_id.in_(old)))
    await connection.execute(delete(_D).where(_D.c.made_at < func.clock_timestamp() - age))
