"""A worker beside a test: the whole of it, in the test's own process, for as long as the block lasts."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from hub.app import House
from workers import main


@asynccontextmanager
async def working(house: House) -> AsyncIterator[None]:
    """Work until the block ends, then drain. What the worker raises is raised here."""
    stopping = asyncio.Event()
    task = asyncio.create_task(main.work(house, stopping))
    try:
        yield
    finally:
        stopping.set()
        await task
