"""Tending: what stands beside publications is brought up to date when a worker starts, and looked at now and then."""

import asyncio
from collections.abc import Sequence

import structlog
from sqlalchemy.exc import SQLAlchemyError

from channels.contract import Channel, ChannelError, Tended

_log = structlog.get_logger()

#: How soon what could not be done is tried again, and how often what is done is looked at.
AGAIN_SECONDS = 30.0
INTERVAL_SECONDS = 3600.0


async def tend(channels: Sequence[Channel]) -> None:
    """Tend these channels for ever, each by itself. Ends by cancellation only."""
    async with asyncio.TaskGroup() as group:
        for channel in channels:
            if isinstance(channel, Tended):
                group.create_task(_tend(channel.settings.name, channel))
        # A worker whose channels want no tending has this task all the same: one that ends would end the program.
        group.create_task(asyncio.Event().wait())


async def _tend(name: str, channel: Tended) -> None:
    while True:
        try:
            await channel.tend()
            pause = INTERVAL_SECONDS
        except (SQLAlchemyError, OSError, ChannelError) as error:
            _log.warning("tending.failed", channel=name, reason=type(error).__name__)
            pause = AGAIN_SECONDS
        except Exception:  # noqa: BLE001
            # A bug beside the deliveries must not stop them.
            _log.exception("tending.bug", channel=name)
            pause = INTERVAL_SECONDS
        await asyncio.sleep(pause)
