"""存量文件, brought in by the sheet: each right line is one of them, and each wrong one is told with its reason."""

import asyncio
from collections.abc import Sequence
from datetime import datetime

from hub.commands import backfiling, writing
from hub.commands.act import Acting, Hub, act
from hub.core import workflow
from hub.core.backfiles import lines
from hub.intake import convert
from hub.intake.errors import IntakeError
from hub.store import backfiles, engine
from schemas import canonical
from schemas.backfile import Batch, Fault, Record
from schemas.entry import BEIJING, EntryType
from schemas.errors import ErrorCode, HubError
from schemas.person import Duty, Person
from schemas.text import one_line


async def take(hub: Hub, person: Person, file: writing.File, *, is_strict: bool = False) -> Batch:
    """Take in the right lines of a sheet; keep the wrong ones with what is wrong. Durable and in the log on return.

    May run twice: what is here already is told as such. `is_strict` takes nothing unless every line is right or needs
    no decision. Raises HubError: FORBIDDEN, INTAKE for a file that is no sheet, INVALID for a sheet without the head.
    """
    workflow.require(person, Duty.EDITOR)
    filename, data = file
    try:
        rows = await convert.table(filename, data)
    except IntakeError as error:
        raise HubError(ErrorCode.INTAKE, detail=error.message, fields={"sheet": error.message}) from None
    async with act(hub, person) as acting:
        now = await engine.now(acting.connection)
        units = await backfiling.deciding(acting.connection)
        bounds = lines.Bounds(units, hub.rules.rereview_since, now.astimezone(BEIJING).date())
        # Thousands of lines take half a second that the event loop should not lose; nothing is locked yet.
        right, wrong = await asyncio.to_thread(lines.read, rows, bounds)
        here = await backfiles.known(acting.connection, [one.identity for _, one, _ in right])
        wrong += [_known(line, cells, here[one.identity]) for line, one, cells in right if one.identity in here]
        fresh = [one for _, one, _ in right if one.identity not in here]
        if is_strict and any(not one.is_outside for one in wrong):
            wrong += [_held_back(line, cells) for line, one, cells in right if one.identity not in here]
            fresh = []
        return await _keep(acting, file, fresh, sorted(wrong, key=lambda one: one.line), now)


async def _keep(
    acting: Acting, file: writing.File, fresh: Sequence[Record], wrong: Sequence[Fault], now: datetime
) -> Batch:
    batch = Batch(
        id=0,
        person=acting.person.id,
        filename=one_line(file[0])[:255],
        sha256=canonical.digest(file[1]),
        lines=len(fresh) + len(wrong),
        taken=len(fresh),
        wrong=tuple(wrong),
        at=now,
    )
    number = await backfiles.add_batch(acting.connection, batch)
    made = await backfiles.add(acting.connection, fresh, batch=number, at=now)
    if len(made) < len(fresh):
        # Somebody else brought the same just now; told anew, every line has its reason.
        raise HubError(ErrorCode.CONFLICT)
    data = {"batch": number, "lines": batch.lines, "taken": batch.taken, "sha256": batch.sha256}
    acting.log(EntryType.BACKFILE_IMPORTED, data=data)
    return batch.model_copy(update={"id": number})


def _known(line: int, cells: dict[str, str], number: int) -> Fault:
    return Fault(line=line, cells=cells, told=(f"已经导入过，编号 {number}，没有重复导入",), is_outside=True)


def _held_back(line: int, cells: dict[str, str]) -> Fault:
    return Fault(line=line, cells=cells, told=("这一行没有问题；因选择了“全部正确才导入”而没有导入",))
