"""Ahead: what takes time is made of an edition as soon as it is submitted, so that the button need not wait for it.

Nothing depends on it: what was not made ahead is made when it is needed. So nothing is kept in the store.
"""

import asyncio
import json
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from channels.contract import Channel, ChannelError, Early
from hub.core import checks
from hub.store import editions
from hub.store.followers import Passed
from schemas.edition import Edition
from schemas.entry import EntryType
from schemas.rulebook import Rulebook

_log = structlog.get_logger()

#: Submissions that are remembered; of a log that is read from its beginning, the newest.
KEPT = 50


class Ahead:
    """The follower that hears of submissions, and the one who works. For `name` and `kinds` see `workers.news`."""

    name = "ahead"
    kinds = frozenset({EntryType.RELEASE_SUBMITTED})

    def __init__(self, engine: AsyncEngine, channels: Mapping[str, Channel], rules: Rulebook) -> None:
        self._engine = engine
        self._rules = rules
        early = {name: one.ahead for name, one in channels.items() if isinstance(one, Early)}
        self._acts: dict[str, Callable[[Edition], Awaitable[None]]] = {"gate": self._judge, **early}
        self._waiting: deque[tuple[int, int]] = deque(maxlen=KEPT)
        self._woken = asyncio.Event()

    async def take(self, connection: AsyncConnection, entries: Sequence[Passed]) -> None:  # noqa: ARG002 - writes nothing
        bodies = [json.loads(one.body) for one in entries]
        self._waiting.extend((body["rel"], body["ed"]) for body in bodies if "rel" in body and "ed" in body)

    async def told(self) -> None:
        self._woken.set()

    async def run(self) -> None:
        """Work for ever. Ends by cancellation only."""
        while True:
            await self._woken.wait()
            self._woken.clear()
            while self._waiting:
                await self._make(*self._waiting.popleft())

    async def _make(self, release: int, number: int) -> None:
        for name, make in self._acts.items():
            try:
                async with self._engine.connect() as connection:
                    edition = await editions.find(connection, release, number)
                if edition is not None:
                    await make(edition)
            except (SQLAlchemyError, OSError, ChannelError) as error:
                _log.warning("ahead.failed", act=name, release=release, reason=type(error).__name__)
            except Exception:  # noqa: BLE001
                # A bug beside the deliveries must not stop them.
                _log.exception("ahead.bug", act=name, release=release)

    async def _judge(self, edition: Edition) -> None:
        """What the last gate (`workers.parcels`) asks of this edition is then answered already."""
        await asyncio.to_thread(checks.blocking, edition, self._rules)
