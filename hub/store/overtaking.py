"""Whether something newer waits behind a delivery, on the same channel, so that it is given up for its sake."""

from collections.abc import Sequence

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store import tables
from schemas.delivery import FINAL, Action, Delivery

_T = tables.deliveries


async def given_over(connection: AsyncConnection, wanted: Sequence[int]) -> set[int]:
    """Those of them behind which a withdrawal of the same text waits on the same channel."""
    after = _T.alias("withdrawal")
    waits = exists().where(
        after.c.release_id == _T.c.release_id,
        after.c.channel == _T.c.channel,
        after.c.action == Action.WITHDRAW,
        after.c.edition >= _T.c.edition,
        after.c.id > _T.c.id,
        after.c.state.not_in(FINAL),
    )
    query = select(_T.c.id).where(_T.c.id.in_(wanted), _T.c.action != Action.WITHDRAW, waits)
    return set((await connection.execute(query)).scalars())


async def is_overtaken(connection: AsyncConnection, delivery: Delivery) -> bool:
    """Whether a newer edition of the release, or a withdrawal of this one, waits for the same channel."""
    if delivery.action is Action.WITHDRAW:
        # Nothing goes in its place: what a newer edition stands beside must still be taken down.
        return False
    mine = and_(_T.c.release_id == delivery.release, _T.c.channel == delivery.channel, _T.c.state.not_in(FINAL))
    later = and_(_T.c.action == Action.WITHDRAW, _T.c.edition >= delivery.edition, _T.c.id > delivery.id)
    query = select(exists().where(mine, or_(_T.c.edition > delivery.edition, later)))
    return bool((await connection.execute(query)).scalar_one())
