"""签收: somebody of a unit acknowledges what the unit was told; the publisher reminds those that have not."""

from hub.commands.act import Hub, act
from hub.core import dispatching, workflow
from hub.store import dispatches, engine
from schemas.dispatch import Dispatch
from schemas.entry import Act, EntryType
from schemas.errors import ErrorCode, HubError
from schemas.person import Duty, Person


async def acknowledge(hub: Hub, person: Person, number: int) -> Dispatch:
    """Acknowledge for the person's own unit. Durable and in the log on return. May run twice: the first one counts.

    Raises HubError: FORBIDDEN, NOT_FOUND for what was told to another unit.
    """
    workflow.require(person, Duty.RECEIVER)
    async with act(hub, person) as acting:
        found = await dispatches.find(acting.connection, number, lock=True)
        if found is None or found.unit != person.unit:
            raise HubError(ErrorCode.NOT_FOUND, what=f"送达本单位的第 {number} 号通知")
        if not found.is_open:
            return found
        now = await engine.now(acting.connection)
        await dispatches.acknowledge(acting.connection, number, by=person.id, at=now)
        data = {"dispatch": number, "unit": found.unit, "seq": found.seq, "kind": found.kind}
        acting.acts.append(Act(type=EntryType.DISPATCH_ACKNOWLEDGED, who=person.id, release=found.release, data=data))
        return found.model_copy(update={"acknowledged_at": now, "acknowledged_by": person.id})


async def urge(hub: Hub, person: Person, release: int) -> int:
    """Remind every unit that has not acknowledged news of the release; return how many. Raises HubError(FORBIDDEN)."""
    workflow.require(person, Duty.PUBLISHER)
    async with act(hub, person) as acting:
        late = [one for one in await dispatches.of_release(acting.connection, release) if one.is_open]
        if late:
            now = await engine.now(acting.connection)
            await dispatches.urge(acting.connection, [one.id for one in late], at=now)
            acting.acts.append(dispatching.reminder(person.id, release, late))
    return len({one.unit for one in late})
