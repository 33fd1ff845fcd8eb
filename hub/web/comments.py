"""The API of 批注: said of a passage, answered, settled; by the console's commands, read by whoever reads the text."""

from hub.commands import commenting, opening
from hub.store import comments
from hub.web.route import Ask
from hub.web.shapes.beside import SettledForm, Threads
from schemas.comment import Answer, Remark, Thread
from schemas.errors import ErrorCode, HubError


async def list_comments(ask: Ask) -> Threads:
    async with ask.hub.engine.connect() as connection:
        await opening.release(connection, ask.release)
        return Threads(comments=tuple(await comments.of_release(connection, ask.release)))


async def add_comment(ask: Ask) -> Thread:
    number = await commenting.add(ask.hub, ask.person, ask.release, ask.filled(Remark))
    return await _thread(ask, number)


async def answer_comment(ask: Ask) -> Thread:
    comment = int(ask.names["comment"])
    await commenting.answer(ask.hub, ask.person, ask.release, comment, ask.filled(Answer))
    return await _thread(ask, comment)


async def settle_comment(ask: Ask) -> Thread:
    comment, is_resolved = int(ask.names["comment"]), ask.filled(SettledForm).settled
    await commenting.resolve(ask.hub, ask.person, ask.release, comment, is_resolved=is_resolved)
    return await _thread(ask, comment)


async def _thread(ask: Ask, comment: int) -> Thread:
    async with ask.hub.engine.connect() as connection:
        every = await comments.of_release(connection, ask.release)
    found = next((one for one in every if one.first.id == comment), None)
    if found is None:
        raise HubError(ErrorCode.NOT_FOUND, what=f"编号为 {comment} 的批注")
    return found
