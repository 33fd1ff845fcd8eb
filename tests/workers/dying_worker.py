"""A real worker process that kills itself with SIGKILL right before or right after it records one kind of event."""

import asyncio
import json
import os
import signal
import sys
from typing import Any

from hub import app
from hub.app import Servers
from hub.settings import Settings
from schemas.delivery import Event
from workers import main
from workers.deliver import Job


def kill_at(moment: str, event_name: str, channel: str) -> None:
    """Patch the worker so that it dies there."""
    record = Job.record

    async def dying(self: Job, event: Event) -> None:
        mine = type(event).__name__ == event_name and self.delivery.channel == channel
        if mine and moment == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        await record(self, event)
        if mine:
            os.kill(os.getpid(), signal.SIGKILL)

    Job.record = dying  # type: ignore[method-assign]


async def work(given: dict[str, Any], servers: dict[str, str]) -> None:
    async with app.opened(Settings.model_validate(given), Servers(**servers)) as house:
        await main.work(house, asyncio.Event())


if __name__ == "__main__":
    kill_at(*sys.argv[1:4])
    asyncio.run(work(json.loads(sys.argv[4]), json.loads(sys.argv[5])))
