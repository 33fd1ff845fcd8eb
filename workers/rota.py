"""Calls to many strangers at once: each claimed from the store, so many of them together, few of them to one host."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import Generic, Protocol, TypeVar

import structlog
from sqlalchemy.exc import SQLAlchemyError

from workers import rest

_log = structlog.get_logger()

#: The longest that what is due goes unnoticed when nobody wakes us.
INTERVAL_SECONDS = 1.0
#: A claim is made when at least this part of the slots is free.
PORTION = 8


class Call(Protocol):
    """What has been claimed."""

    @property
    def host(self) -> str: ...


C = TypeVar("C", bound=Call)


class Rota(Generic[C]):
    """`claim` takes at most so many, and none of the hosts given; `act` does one of them and writes what came of it.

    A host is called anew only when all calls to it have ended: a slow one holds what it was given and nothing more.
    """

    def __init__(
        self,
        name: str,
        claim: Callable[[int, Collection[str]], Awaitable[Sequence[C]]],
        act: Callable[[C], Awaitable[None]],
        *,
        slots: int,
    ) -> None:
        self._name = name
        self._claim = claim
        self._act = act
        self._slots = slots
        self._busy: dict[asyncio.Task[None], str] = {}
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Something may be due."""
        self._woken.set()

    async def run(self) -> None:
        """Work for ever. Ends by cancellation only; what was under way is then claimed again when its lease is over."""
        try:
            while True:
                self._woken.clear()
                try:
                    await self._fill()
                except (SQLAlchemyError, OSError) as error:
                    _log.warning("rota.unreachable", rota=self._name, reason=type(error).__name__)
                except Exception:  # noqa: BLE001
                    # It must not take the worker's deliveries with it.
                    _log.exception("rota.bug", rota=self._name)
                await rest.until(self._woken, seconds=INTERVAL_SECONDS)
        finally:
            for task in self._busy:
                task.cancel()
            await asyncio.gather(*self._busy, return_exceptions=True)

    async def _fill(self) -> None:
        free = self._slots - len(self._busy)
        if free < max(self._slots // PORTION, 1):
            return  # whoever ends next wakes us: one claim for many costs as much as one for one
        for call in await self._claim(free, set(self._busy.values())):
            task = asyncio.create_task(self._one(call))
            self._busy[task] = call.host
            task.add_done_callback(self._ended)

    async def _one(self, call: C) -> None:
        try:
            await self._act(call)
        except (SQLAlchemyError, OSError) as error:
            # Its lease runs out, and it is claimed again.
            _log.warning("rota.unwritten", rota=self._name, reason=type(error).__name__)
        except Exception:  # noqa: BLE001
            # One call's bug is its own.
            _log.exception("rota.bug", rota=self._name)

    def _ended(self, task: asyncio.Task[None]) -> None:
        del self._busy[task]
        self._woken.set()
