"""A worker process as `gongbu worker` runs it: `python -m tests.benchmarks.worker SETTINGS SERVERS`, both as JSON."""

import asyncio
import json
import logging
import sys
from typing import Any

from hub import app, signals
from hub.app import Servers
from hub.cli import frame
from hub.settings import Settings
from tests.benchmarks import memory
from workers import main


async def work(given: dict[str, Any], servers: dict[str, str]) -> None:
    """Deliver until SIGTERM."""
    stopping = signals.stop_on_signal()
    async with app.opened(Settings.model_validate(given), Servers(**servers)) as house:
        await main.work(house, stopping)


if __name__ == "__main__":
    memory.register()
    # With the log lines of the real program: writing them is part of what a delivery costs.
    frame.logs(logging.INFO)
    frame.settle()
    asyncio.run(work(json.loads(sys.argv[1]), json.loads(sys.argv[2])))
