"""A worker in miniature: takes a parcel through a channel as the hub does, and can be cancelled at any await."""

import asyncio
import contextlib
import itertools
from collections.abc import Awaitable, Callable, Generator
from typing import Any, Generic, TypeVar

from channels.conformance.memory import MemoryNotes
from channels.conformance.world import World
from channels.contract import ChannelError, NotYetError
from schemas.delivery import Reaction
from schemas.parcel import Parcel
from schemas.publication import Receipt, Sighting

Found = TypeVar("Found")
#: Far above what any step needs here.
TRIES = 200
#: A busy machine may miss a time-out of a world's once, or twice.
RETRIES = 3


class Journey:
    """One delivery. What it knows is what the store would know; `go` may be called again after any cancellation."""

    def __init__(self, world: World, parcel: Parcel) -> None:
        self.world = world
        self.parcel = parcel
        self.notes = MemoryNotes()
        self.intended = False
        self.receipt: Receipt | None = None

    async def go(self) -> tuple[Sighting, ...]:
        """Go all the way from wherever it stopped."""
        await self.prepare()
        await self.commit()
        return await self.sight()

    async def prepare(self) -> None:
        await patiently(lambda: self.world.channel.prepare(self.parcel, self.notes))

    async def commit(self) -> None:
        """Commit, unless an intent says that somebody may have: then ask first. A person carries what is to be."""
        while self.receipt is None:
            try:
                if self.intended:
                    self.receipt = await self.look_up()
                    self.intended = self.receipt is not None
                else:
                    self.intended = True
                    self.world.shelf.put(self.parcel)
                    self.receipt = await self.world.channel.commit(self.parcel, self.notes)
            except ChannelError as error:
                if error.trouble.reaction is Reaction.HAND:
                    self.receipt = await self.world.carry(self.parcel)
                elif error.trouble.reaction is not Reaction.ASK:
                    raise

    async def look_up(self) -> Receipt | None:
        return await patiently(lambda: self.world.channel.look_up(self.parcel, self.notes))

    async def sight(self) -> tuple[Sighting, ...]:
        receipt = self.receipt
        assert receipt is not None
        return await patiently(lambda: self.world.channel.sight(self.parcel, receipt, self.notes))


async def patiently(step: Callable[[], Awaitable[Found]]) -> Found:
    """Do as the hub does: again, after the time that the channel names; a few times after what is worth a RETRY."""
    again = iter(range(RETRIES))
    for _ in range(TRIES):
        try:
            return await step()
        except NotYetError as wait:
            await asyncio.sleep(min(wait.seconds, 0.05))
        except ChannelError as error:
            if error.trouble.reaction is not Reaction.RETRY or next(again, None) is None:
                raise
    raise AssertionError("never came")


class Cut(Generic[Found]):
    """Awaits a step and cancels it where it suspends for the `at`-th time; `fell` says whether it came so far.

    Early: while it waits, as a lost lease does; what it waits for is cancelled too. Late: what it waited for has
    happened, and the step never learns the result, as when a process dies on the next line.
    """

    def __init__(self, step: Awaitable[Found], *, at: int, late: bool) -> None:
        self._step = step
        self._at = at
        self._late = late
        self.fell = False

    def __await__(self) -> Generator[Any, None, Found]:
        inner = self._step.__await__()
        error: BaseException | None = None
        for count in itertools.count():
            try:
                future = inner.throw(error) if error else next(inner)
            except StopIteration as stop:
                found: Found = stop.value
                return found
            self.fell = self.fell or count == self._at
            if count == self._at and not self._late:
                _cancel()
            error = yield from _waited(future)
            if count == self._at and self._late:
                error = asyncio.CancelledError()
        raise AssertionError("a step without an end")


def _cancel() -> None:
    task = asyncio.current_task()
    assert task is not None
    task.cancel()


def _waited(future: Any) -> Generator[Any, None, BaseException | None]:
    """Let the loop wait for the future; return what it threw, for the step to deal with."""
    try:
        yield future
    except BaseException as error:  # noqa: BLE001
        return error
    return None


async def cut_at(step: Awaitable[Any], at: int, *, late: bool) -> bool:
    """Run the step in a task of its own and cancel it at its `at`-th await. Returns whether it came so far."""
    cut = Cut(step, at=at, late=late)

    async def run() -> None:
        await cut

    # A step that has to wait before it can go on says so: the resumed journey waits. So does one that a person ends.
    try:
        with contextlib.suppress(asyncio.CancelledError, NotYetError):
            await asyncio.create_task(run())
    except ChannelError as error:
        if error.trouble.reaction is not Reaction.HAND:
            raise
    return cut.fell
