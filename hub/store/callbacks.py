"""What vendors called back, verified and named by the channel, newest per key."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from hub.store import tables


async def keep(connection: AsyncConnection, channel: str, messages: Mapping[str, Mapping[str, Any]]) -> None:
    """Keep each message under its key. A callback that comes twice changes nothing."""
    for key, message in messages.items():
        statement = insert(tables.callbacks).values(channel=channel, key=key, message=dict(message))
        await connection.execute(
            statement.on_conflict_do_update(index_elements=["channel", "key"], set_={"message": dict(message)}),
        )


async def last(connection: AsyncConnection, channel: str) -> datetime | None:
    """When the channel last called back, by a clock that was not set back since: what lies ahead says nothing."""
    t = tables.callbacks
    query = select(func.max(t.c.received_at)).where(t.c.channel == channel, t.c.received_at <= func.clock_timestamp())
    at: datetime | None = (await connection.execute(query)).scalar_one()
    return at


class Letterbox:
    """What channels are given (`channels.contract.Letterbox`)."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def find(self, channel: str, key: str) -> Mapping[str, Any] | None:
        """Return the newest message kept under the key, or None."""
        t = tables.callbacks
        async with self._engine.connect() as connection:
            query = select(t.c.message).where(t.c.channel == channel, t.c.key == key)
            message: Mapping[str, Any] | None = (await connection.execute(query)).scalar_one_or_none()
            return message
