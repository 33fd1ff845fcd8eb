"""A bounded number of something at once. Whoever finds no seat is told to come again: to wait would cost memory too."""

from asyncio import Semaphore
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from schemas.errors import ErrorCode, HubError


@asynccontextmanager
async def seat(seats: Semaphore, full: str) -> AsyncIterator[None]:
    """Hold a seat while the block runs. Raises HubError(UNAVAILABLE) with the words of `full` when there is none."""
    if seats.locked():
        raise HubError(ErrorCode.UNAVAILABLE, detail=full)
    async with seats:
        yield
