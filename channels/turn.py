"""Taking turns at what several workers rebuild from the store: an older list must never replace a newer one."""

import asyncio
import contextlib
import fcntl
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

#: How often a process looks whether another one has let go of the lock file.
POLL_SECONDS = 0.002


@dataclass
class Turn:
    """One writer at a time, over all tasks and processes that name the same lock file (outside the public tree).

    The kernel drops the lock with the process, so a dead writer stops nobody.
    """

    path: Path
    _within: asyncio.Lock = field(default_factory=asyncio.Lock)

    @contextlib.asynccontextmanager
    async def taken(self) -> AsyncIterator[None]:
        async with self._within:
            handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                # Polled, because a thread that waits for the lock cannot be cancelled and would take it for good.
                while not _try_lock(handle):  # noqa: ASYNC110 - another process cannot set our event
                    await asyncio.sleep(POLL_SECONDS)
                yield
            finally:
                os.close(handle)


@dataclass
class Rebuild:
    """A rebuild that callers share: each one returns after a rebuild that began after its own call.

    A hundred commits at once thus cost a handful of rebuilds. `act` runs under the turn and reads the store afresh.
    """

    turn: Turn
    act: Callable[[], Awaitable[None]]
    _next: asyncio.Task[None] | None = None

    async def done(self) -> None:
        """Return once everything that the caller did before is in the lists. Raises what `act` raised."""
        if self._next is None:
            self._next = asyncio.create_task(self._run())
        # Shielded: a caller that is cancelled must not take the rebuild of the others with it.
        await asyncio.shield(self._next)

    async def _run(self) -> None:
        try:
            async with self.turn.taken():
                self._next = None  # from here on a caller may come too late for what `act` reads
                await self.act()
        finally:
            if self._next is asyncio.current_task():
                self._next = None


def _try_lock(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
