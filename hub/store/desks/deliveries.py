"""Deliveries that are planned for later, and those that stopped."""

from collections.abc import Collection

from sqlalchemy import and_, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store import tables
from hub.store.deliveries import from_row
from hub.store.desks.pile import HEAD, LINES, Pile, read_pile
from schemas.delivery import MOVING, Action, Delivery, DeliveryState

_R, _D = tables.releases, tables.deliveries
#: These wait for a person, or for the channel to say what became of them.
STUCK = (DeliveryState.UNCONFIRMED, DeliveryState.HELD, DeliveryState.FAILED)


async def scheduled(connection: AsyncConnection, channels: Collection[str]) -> Pile:
    """What is planned for later, the nearest first, with the channels that it goes to."""
    # Nothing is due more than ten minutes before its time (`planning.PREPARE_AHEAD`): the index by due time serves.
    lately = text("clock_timestamp() - interval '10 minutes'")
    later = and_(
        _D.c.channel.in_(channels),
        _D.c.state.in_(MOVING),
        _D.c.due_at > lately,
        _D.c.planned_at > text("clock_timestamp()"),
        _D.c.action == Action.PUBLISH,
    )
    going = (
        select(_D.c.release_id, func.min(_D.c.planned_at).label("at"), func.array_agg(_D.c.channel).label("channels"))
        .where(later)
        .group_by(_D.c.release_id)
        .subquery()
    )
    query = select(*HEAD, going.c.at, going.c.channels).select_from(_R.join(going, going.c.release_id == _R.c.id))
    return await read_pile(connection, query.order_by(going.c.at, _R.c.id))


async def stuck(connection: AsyncConnection) -> tuple[int, list[Delivery]]:
    """How many deliveries wait for a person, or for a channel's word, and the oldest of them."""
    query = select(_D, func.count().over().label("whole")).where(_D.c.state.in_(STUCK)).order_by(_D.c.id).limit(LINES)
    rows = (await connection.execute(query)).all()
    return (rows[0].whole if rows else 0), [from_row(row) for row in rows]
