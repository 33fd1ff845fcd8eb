"""Resting until there is something to do: a ring ends it, and no lost ring makes it last."""

import asyncio
from contextlib import suppress


async def until(woken: asyncio.Event, *, seconds: float) -> None:
    """Return when it is set, or after so long."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await woken.wait()
