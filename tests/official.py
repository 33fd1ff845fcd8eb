"""Has a release its official time, as when an authoritative channel first shows it."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from hub.store import officials
from hub.store.rows import arrays


async def make(
    connection: AsyncConnection, release: int, *, at: datetime, channel: str = "website", edition: int = 0
) -> None:
    """Set it if there is none yet; of a release that is publishing this edition, say besides that it is out."""
    shown = officials.shown(release, edition) | {"made_at": at, "made_by": channel}
    await connection.execute(officials.showing(), arrays(officials.SHOWN, [shown]))
