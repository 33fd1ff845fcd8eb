"""复查: a person has it looked at once more whether a publication is still there, or takes note that it is not."""

from hub.commands.act import Hub, act
from hub.core import watching, workflow
from hub.store import engine, watches
from schemas import text
from schemas.errors import ErrorCode, HubError
from schemas.person import Duty, Person
from schemas.watch import Watch

MAX_WHY = 500


async def note(hub: Hub, person: Person, release: int, channel: str, *, why: str) -> Watch:
    """Take note of a loss and say what is done about it: nobody is told of it any more. Durable and logged on return.

    May run twice: the first note counts. Raises HubError: FORBIDDEN, INVALID without words, NOT_FOUND when nothing is
    lost there.
    """
    workflow.require(person, Duty.PUBLISHER, Duty.ADMINISTRATOR)
    told = text.one_line(why)
    if not told or len(told) > MAX_WHY:
        fields = {"why": f"须填写，不超过 {MAX_WHY} 字"}
        raise HubError(ErrorCode.INVALID, detail=f"请写明如何处置（不超过 {MAX_WHY} 字）", fields=fields)
    async with act(hub, person) as acting:
        await acting.release(release)
        one = await watches.lock(acting.connection, release, channel)
        if one is None or one.lost_at is None:
            raise HubError(ErrorCode.NOT_FOUND, what="这个渠道上被移除的文件")
        if one.is_open:
            now = await engine.now(acting.connection)
            await watches.note(acting.connection, one, by=person.id, at=now)
            acting.acts.append(watching.noted(one, who=person.id, why=told))
            one = one.model_copy(update={"known_at": now, "known_by": person.id})
    return one


async def look_again(hub: Hub, person: Person, release: int) -> int:
    """Have every publication of the release looked at at once, as far as each channel's looks of the day allow.

    Changes nothing public and is not logged; what is found is. Returns how many will be looked at. May run twice.
    Raises HubError(FORBIDDEN).
    """
    workflow.require(person, Duty.PUBLISHER, Duty.ADMINISTRATOR)
    async with hub.engine.begin() as connection:
        return await watches.hasten(connection, release)
