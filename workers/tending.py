"""Tending: what stands beside publications is brought up to date when a worker starts, and looked at now and then.

What people keep beside releases is looked at every minute.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import structlog
from sqlalchemy.exc import SQLAlchemyError

from channels.contract import Channel, ChannelError, Heedful, Tended

_log = structlog.get_logger()

#: How soon what could not be done is tried again, and how often what is done is looked at.
AGAIN_SECONDS = 30.0
INTERVAL_SECONDS = 3600.0
HEED_SECONDS = 60.0


async def tend(channels: Sequence[Channel]) -> None:
    """Tend these channels for ever, each by itself. Ends by cancellation only."""
    async with asyncio.TaskGroup() as group:
        for channel in channels:
            if isinstance(channel, Tended):
                group.create_task(_again(channel.settings.name, channel.tend, INTERVAL_SECONDS))
            if isinstance(channel, Heedful):
                group.create_task(_again(channel.settings.name, channel.heed, HEED_SECONDS))
        # A worker whose channels want no tending has this task all the same: one that ends would end the program.
        group.create_task(asyncio.Event().wait())


async def _again(name: str, act: Callable[[], Awaitable[None]], interval: float) -> None:
    while True:
        try:
            await act()
            pause = interval
        except (SQLAlchemyError, OSError, ChannelError) as error:
            _log.warning("tending.failed", channel=name, reason=type(error).__name__)
            pause = min(AGAIN_SECONDS, interval)
        except Exception:  # noqa: BLE001
            # A bug beside the deliveries must not stop them.
            _log.exception("tending.bug", channel=name)
            pause = interval
        await asyncio.sleep(pause)
