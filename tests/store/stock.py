"""Deliveries that lie in the store without anybody having pressed the button: the store asks no questions."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store import deliveries, editions, releases, tables
from schemas.delivery import Action, Delivery, Planned
from schemas.edition import Edition
from tests import making

OWNER = "0" * 26


async def edition(connection: AsyncConnection, *, release: int | None = None, number: int = 1) -> Edition:
    """A frozen edition: of a new release, or another one of this."""
    if release is None:
        release = (await releases.add(connection, making.metadata(), author=OWNER)).id
    frozen = Edition(release=release, number=number, metadata=making.metadata(), documents=making.documents())
    await editions.freeze(connection, frozen, (OWNER,))
    return frozen


async def delivery(
    connection: AsyncConnection, channel: str, *, of: Edition | None = None, due_in: float = -1.0, **columns: Any
) -> Delivery:
    """A delivery due so many seconds from now; `columns` are written over it as they stand."""
    one = of or await edition(connection)
    at = datetime.now(UTC) + timedelta(seconds=due_in)
    planned = Planned(
        release=one.release,
        edition=one.number,
        digest=one.digest,
        channel=channel,
        action=Action.PUBLISH,
        planned_at=at,
        due_at=at,
    )
    await deliveries.add(connection, [planned])
    newest = (await deliveries.of_release(connection, one.release))[-1]
    if columns:
        t = tables.deliveries
        await connection.execute(t.update().where(t.c.id == newest.id).values(columns))
    found = await deliveries.find(connection, newest.id)
    assert found is not None
    return found
