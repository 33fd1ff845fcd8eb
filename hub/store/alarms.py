"""What somebody should know of: late, overdue, abandoned, waiting for a person. For metrics and alarms."""

from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, exists, func, or_, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store import tables, watches
from schemas.delivery import FINAL, MOVING, Action, DeliveryState

_T = tables.deliveries
#: A ring may be lost and a sweep takes a second: what is due for longer is looked at by nobody.
OVERDUE = text("clock_timestamp() - interval '5 seconds'")
#: What should have been taken by its channel at its time and was not.
LATE = text("clock_timestamp() - interval '60 seconds'")
NOW = text("clock_timestamp()")


@dataclass(frozen=True)
class Alarms:
    """Numbers of deliveries of one channel that are not done, and of what it showed and shows no longer."""

    late: int  #: past their planned time by a minute, and not taken by the channel yet
    overdue: int  #: due, free to be sent, and leased by nobody for five seconds
    abandoned: int  #: their lease ran out: the worker died or is stopped
    held: int  #: a person must act
    unconfirmed: int  #: nobody knows yet whether they were carried out
    lost: int = 0  #: releases that the channel has removed since, of which nobody has taken note


#: Nothing is wrong.
QUIET = Alarms(late=0, overdue=0, abandoned=0, held=0, unconfirmed=0)


def _open() -> ColumnElement[bool]:
    """Whether anything may be sent to the channel: what waits for a paused or failing one is not forgotten."""
    c = tables.circuits
    shut = or_(c.c.paused_at.is_not(None), c.c.probe_at.is_not(None), c.c.rests_until > NOW)
    return ~exists().where(c.c.channel == _T.c.channel, shut)


async def alarms(connection: AsyncConnection) -> dict[str, Alarms]:
    """Channel → what is wrong there; a channel with nothing under way is missing. Costs what is open, no more."""
    state, moving = _T.c.state, _T.c.state.in_(MOVING)
    held = state.in_([DeliveryState.HELD, DeliveryState.FAILED])
    late = (_T.c.planned_at < LATE) & _T.c.accepted_at.is_(None) & (_T.c.action != Action.ANNOTATE)
    query = (
        select(
            _T.c.channel,
            func.count().filter(late).label("late"),
            func.count().filter(moving, _T.c.due_at < OVERDUE, _T.c.lease_until.is_(None), _open()).label("overdue"),
            func.count().filter(_T.c.lease_until < NOW).label("abandoned"),
            func.count().filter(held).label("held"),
            func.count().filter(state == DeliveryState.UNCONFIRMED).label("unconfirmed"),
        )
        .where(state.not_in(FINAL))
        .group_by(_T.c.channel)
    )
    rows = await connection.execute(query)
    found = {r.channel: Alarms(r.late, r.overdue, r.abandoned, r.held, r.unconfirmed) for r in rows}
    for channel, lost in (await watches.counts(connection)).items():
        found[channel] = replace(found.get(channel, QUIET), lost=lost)
    return found
