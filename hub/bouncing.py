"""What a hard bounce does to its subscriber, whichever way it comes to be known."""

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.core import subscribing as rules
from hub.store import engine, subscriptions

_log = structlog.get_logger()


async def count(connection: AsyncConnection, subscriber: int, status: str) -> None:
    """Count it; the last of too many, or one that says that there is no such mailbox, erases the subscriber."""
    found = await subscriptions.bounces(connection, subscriber)
    if found is None:
        return
    now = await engine.now(connection)
    bounces = rules.counted(*found, now)
    if rules.is_silenced(status, bounces):
        await subscriptions.silence(connection, subscriber, bounces, now)
    else:
        await subscriptions.bounced(connection, subscriber, bounces, now)
    _log.info("mail.bounced", subscriber=subscriber, status=status, bounces=bounces)
