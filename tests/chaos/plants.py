"""Three bugs that the suite must find: planted in the worker's process, on purpose, and never anywhere else."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from hub.core import delivery as rules
from hub.core.delivery import Move
from hub.store import deliveries, leases, outcomes
from hub.store.deliveries import Held
from hub.store.outcomes import Outcomes
from schemas import events
from schemas.delivery import Delivery, Reaction
from schemas.events import Event
from workers import claim as claiming
from workers.deliver import Job
from workers.lease import Keeper
from workers.moves import Moves
from workers.record import Record


def lease() -> None:  # noqa: C901 - one lie for each place that asks
    """An overtaken worker writes as if it still held the lease: whatever asks for fence and state is told its own."""
    originals = {name: getattr(deliveries, name) for name in ("save", "keep_note")}

    async def newest(connection: AsyncConnection, one: Delivery) -> Delivery:
        return await deliveries.find(connection, one.id) or one

    async def save(connection: AsyncConnection, before: Delivery, after: Delivery) -> None:
        await originals["save"](connection, await newest(connection, before), after)

    async def write(connection: AsyncConnection, made: Outcomes) -> None:
        await written(connection, replace(made, changes=[(await newest(connection, b), a) for b, a in made.changes]))

    async def hold(connection: AsyncConnection, wanted: Sequence[Delivery], *, skip_locked: bool) -> Held:
        held = await locked(connection, wanted, skip_locked=skip_locked)
        return replace(held, marks={one.id: (one.fence, one.state) for one in wanted})

    async def keep_note(connection: AsyncConnection, delivery: Delivery, key: str, value: Any) -> None:
        await originals["keep_note"](connection, await newest(connection, delivery), key, value)

    async def renew(
        connection: AsyncConnection, held: Sequence[Delivery], *, seconds: float
    ) -> tuple[set[tuple[int, int]], set[tuple[int, int]]]:
        await renewed(connection, held, seconds=seconds)
        return {(one.id, one.fence) for one in held}, set()

    def check(self: Keeper, delivery: Delivery) -> None:
        """Ours for ever."""

    Keeper.check = check  # type: ignore[method-assign]
    locked, renewed, written = deliveries.hold, leases.renew, outcomes.write
    outcomes.write, leases.renew = write, renew
    for planted in (save, hold, keep_note):
        setattr(deliveries, planted.__name__, planted)


def intent() -> None:
    """The intent is recorded after the call instead of before it."""
    record = Job.record

    async def late(self: Job, event: Event) -> None:
        if isinstance(event, events.Intended):
            self._late = (self.delivery, event)  # type: ignore[attr-defined]
            self.delivery = self.delivery.model_copy(update={"intended_at": datetime.now(UTC)})
            return
        before, meant = self.__dict__.pop("_late", (None, None))
        if before is not None and isinstance(event, events.Accepted | events.Troubled | events.Released):
            self.delivery = before
            await record(self, meant)
        await record(self, event)

    def alone(self: Moves, event: Event) -> None:  # noqa: ARG001 - an intent that is written with the preparation cannot be late
        return None

    async def none(*_given: object) -> list[Record]:
        """As little can one that is written with the claim."""
        return []

    claiming.prompt = none  # type: ignore[assignment]
    Job.record = late  # type: ignore[method-assign]
    Moves.following = alone  # type: ignore[method-assign]


def retry() -> None:
    """A commit without an answer is made again, instead of asking the channel what became of it."""
    attempt = Job.attempt

    async def blind(self: Job) -> Event:
        is_commit = rules.next_move(self.delivery) is Move.COMMIT
        event = await attempt(self)
        if is_commit and isinstance(event, events.Troubled) and event.trouble.reaction is Reaction.ASK:
            changes = {"reaction": Reaction.RETRY, "retry_after_seconds": 0.0}
            return events.Troubled(trouble=event.trouble.model_copy(update=changes))
        return event

    Job.attempt = blind  # type: ignore[method-assign]


PLANTS: dict[str, Callable[[], None]] = {"lease": lease, "intent": intent, "retry": retry}
