"""Our own WebSub hub's acts of time: asks callbacks whether they meant it, and brings subscribers what has changed.

The feed's file is the truth: who took it has its digest in the row, and whose digest differs is sent the file as it is
now. So nothing is sent twice that was answered once, and a change that was missed is found by the next look.
"""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from channels.outward import Outward, OutwardError
from channels.reach import Rules
from hub.core import websub as rules
from hub.store import websub
from hub.store.followers import Passed
from hub.trust import ForeignSealError, Secret
from schemas.entry import EntryType
from schemas.websub import Asked, Claimed, Due, Outcome
from workers.feeds import Feeds
from workers.gather import Gather
from workers.rota import Rota

_log = structlog.get_logger()

AGENT = "Gongbu-WebSub/1"
CALL_SECONDS = 20.0
#: Longer than any call; after it whoever claimed is taken for dead.
HOLD = timedelta(seconds=45)
#: Calls at once in one process, and of them to one host. Who failed before waits in a line of its own.
SLOTS, FAILING_SLOTS, ASKING_SLOTS = 192, 32, 32
PER_HOST = 8
GONE = 410
TIDY_SECONDS = 600.0


@dataclass(frozen=True)
class Desk:
    """What the hub needs to hand."""

    engine: AsyncEngine
    secret: Secret
    outward: Rules
    base: str  #: the public address, without a slash at its end
    feeds: Feeds
    channels: Collection[str]  #: whose sightings tell that feeds have changed
    dice: Callable[[], float]


class Websub:
    """The follower of the log, and the rotas that call. `name` and `kinds`: see `workers.news.Follower`."""

    name = "websub"
    kinds = frozenset({EntryType.SIGHTING, EntryType.WITHDRAWAL_SEEN})

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._call = Outward(desk.outward, agent=AGENT, seconds=CALL_SECONDS)
        self.heard = asyncio.Event()  #: set by whoever listens to the bell: somebody wishes something
        self._settle: Gather[Outcome, None] = Gather(self._settled, most=256)
        self._rotas: tuple[Rota[Due] | Rota[Asked], ...] = (
            Rota("websub", self._claim(failed=False), self._bring, slots=SLOTS),
            Rota("websub.failing", self._claim(failed=True), self._bring, slots=FAILING_SLOTS),
            Rota("websub.asking", self._claim_wishes, self._ask, slots=ASKING_SLOTS),
        )

    def wants(self, entry: Passed) -> bool:
        """Only what a feed channel shows."""
        return entry.said.get("chan") in self._desk.channels

    async def take(self, connection: AsyncConnection, entries: Sequence[Passed]) -> None:  # noqa: ARG002
        """Make those due whose feed has another digest than they took. The entries only say that it is time to look."""
        digests = await self._desk.feeds.digests(await websub.topics(connection))
        for topic, sha256 in digests.items():
            await websub.stir(connection, topic, sha256)

    async def told(self) -> None:
        self.wake()

    def wake(self) -> None:
        """Something may be due."""
        for rota in self._rotas:
            rota.wake()

    async def run(self) -> None:
        """Call for ever. Ends by cancellation only."""
        async with self._call, asyncio.TaskGroup() as group:
            for rota in self._rotas:
                group.create_task(rota.run())
            group.create_task(self._hear())
            group.create_task(self._tidy())

    def _claim(self, *, failed: bool) -> Callable[[int, Collection[str]], Awaitable[list[Due]]]:
        async def claim(limit: int, full: Collection[str]) -> list[Due]:
            async with self._desk.engine.begin() as connection:
                return await websub.due(connection, limit=limit, full=full, per_host=PER_HOST, hold=HOLD, failed=failed)

        return claim

    async def _claim_wishes(self, limit: int, full: Collection[str]) -> list[Asked]:
        async with self._desk.engine.begin() as connection:
            return await websub.wishes(connection, limit=limit, full=full, per_host=PER_HOST, hold=HOLD)

    async def _bring(self, due: Due) -> None:
        """Send the feed as it is now to one subscriber, unless it has it.

        Dies between the answer and the outcome: the lease runs out and the same bytes are sent once more. HTTP cannot
        say whether a call was heard; that it is the same feed, its ids and times tell every reader.
        """
        await self._settle(await self._brought(due))

    async def _brought(self, due: Due) -> Outcome:
        feed = await self._desk.feeds.read(due.topic)
        if feed is None:
            return Outcome(claim=due)
        if feed.sha256 == due.has:
            return Outcome(claim=due, took=feed.sha256)
        try:
            secret = self._opened(due)
        except ForeignSealError:
            # Unsigned it must not go out, and nobody can sign it any more: the subscriber will ask anew.
            _log.error("websub.sealed", subscription=due.id)
            return Outcome(claim=due, is_over=True)
        said = rules.headers(due.topic, self._desk.base, secret, feed.body)
        try:
            code = str((await self._call.post(due.callback, feed.body, said)).status)
        except OutwardError as error:
            code = error.code
        _log.info("websub.sent", subscription=due.id, topic=due.topic, answer=code, tries=due.tries)
        return self._judged(due, code, feed.sha256)

    def _judged(self, due: Due, code: str, sha256: str) -> Outcome:
        if code.startswith("2"):
            return Outcome(claim=due, took=sha256)
        if code == str(GONE):
            return Outcome(claim=due, is_over=True)
        return Outcome(claim=due, again=rules.pause(due.tries + 1, self._desk.dice()))

    async def _ask(self, asked: Asked) -> None:
        """Ask one callback whether it meant it, and do what it asked for if so. Any clear no ends the wish."""
        challenge = secrets.token_urlsafe(32)
        try:
            answer = await self._call.get(rules.question(asked, self._desk.base, challenge))
            meant, unclear = rules.agrees(answer.status, answer.body, challenge), answer.status >= 500  # noqa: PLR2004
        except OutwardError as error:
            meant, unclear = False, error.code in {"unreachable", "timeout", "broken"}
        _log.info("websub.asked", mode=asked.mode, topic=asked.topic, meant=meant, unclear=unclear)
        if meant:
            await self._grant(asked)
            return
        wait = rules.pause(asked.tries + 1, self._desk.dice(), asking=True) if unclear else None
        async with self._desk.engine.begin() as connection:
            await (websub.ask_again(connection, asked, wait) if wait else websub.close(connection, asked))

    async def _grant(self, asked: Asked) -> None:
        # Read before it is written: what changes in between is found by the look that a new subscription is due for.
        feed = await self._desk.feeds.read(asked.topic)
        async with self._desk.engine.begin() as connection:
            if asked.mode == "unsubscribe":
                await websub.unsubscribe(connection, asked)
            else:
                await websub.subscribe(connection, asked, feed.sha256 if feed else "")
        self.wake()

    def _opened(self, claim: Claimed) -> bytes | None:
        if claim.secret is None:
            return None
        return self._desk.secret.open(claim.secret, rules.owner(claim.topic, claim.callback))

    async def _settled(self, outcomes: Sequence[Outcome]) -> list[None]:
        async with self._desk.engine.begin() as connection:
            await websub.settle(connection, outcomes)
        return [None] * len(outcomes)

    async def _hear(self) -> None:
        while True:
            await self.heard.wait()
            self.heard.clear()
            self.wake()

    async def _tidy(self) -> None:
        while True:
            try:
                async with self._desk.engine.begin() as connection:
                    await websub.tidy(connection)
            except (SQLAlchemyError, OSError) as error:
                _log.warning("websub.untidy", reason=type(error).__name__)
            except Exception:  # noqa: BLE001
                # It must not take the worker's deliveries with it.
                _log.exception("websub.bug")
            await asyncio.sleep(TIDY_SECONDS)
