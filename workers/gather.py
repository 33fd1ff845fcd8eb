"""Does together what many callers ask for at once: one transaction for all that wait, instead of one each."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


class Gather(Generic[Item, Result]):
    """While `act` is busy, what comes is gathered and done next, in the order in which it came.

    `act` gives one result per item, or the exception that this item's caller gets. When it raises, each item is tried
    alone, so that no item fails for another's sake. A cancelled caller takes nothing back: what it asked for is done.
    """

    def __init__(self, act: Callable[[Sequence[Item]], Awaitable[Sequence[Result | Exception]]], *, most: int) -> None:
        self._act = act
        self._most = most
        self._waiting: list[tuple[Item, asyncio.Future[Result]]] = []
        self._running: asyncio.Task[None] | None = None

    async def __call__(self, item: Item) -> Result:
        """Return the item's own result, or raise its own exception."""
        promised: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        # Whoever asked may be gone when it fails: that is no news to anybody.
        promised.add_done_callback(lambda done: done.cancelled() or done.exception())
        self._waiting.append((item, promised))
        if self._running is None:
            self._running = asyncio.create_task(self._run())
        return await asyncio.shield(promised)

    async def _run(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
                await self._do(batch)
        finally:
            self._running = None

    async def _do(self, batch: list[tuple[Item, asyncio.Future[Result]]]) -> None:
        try:
            found = await self._act([item for item, _ in batch])
        except Exception as error:  # noqa: BLE001 - it is the caller's to judge
            if len(batch) > 1:
                for one in batch:
                    await self._do([one])
                return
            found = [error]
        for (_, promised), result in zip(batch, found, strict=True):
            if isinstance(result, Exception):
                promised.set_exception(result)
            else:
                promised.set_result(result)
