"""What makes deliveries due before their time: a channel that called back or is well again, a person's word."""

from collections.abc import Sequence

from sqlalchemy import and_, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store import tables
from schemas.delivery import DeliveryState, Reaction

_T = tables.deliveries
_NOW = text("clock_timestamp()")


async def wake(connection: AsyncConnection, channel: str) -> None:
    """Make what the channel has accepted due now: it has called back."""
    waiting = and_(_T.c.channel == channel, _T.c.state.in_([DeliveryState.ACCEPTED, DeliveryState.UNCONFIRMED]))
    await connection.execute(update(_T).where(waiting, _T.c.due_at > _NOW).values(due_at=_NOW))


async def hasten(connection: AsyncConnection, wanted: Sequence[int]) -> None:
    """Make these due now."""
    if wanted:
        await connection.execute(update(_T).where(_T.c.id.in_(wanted), _T.c.due_at > _NOW).values(due_at=_NOW))


async def wake_failed(connection: AsyncConnection, channel: str, *reactions: Reaction) -> None:
    """Make due now what waits on the channel because of such a trouble."""
    again = and_(_T.c.state == DeliveryState.WAITING, _T.c.trouble["reaction"].astext.in_(reactions))
    await connection.execute(update(_T).where(_T.c.channel == channel, again, _T.c.due_at > _NOW).values(due_at=_NOW))
