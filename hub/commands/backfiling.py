"""存量文件: bring in a sheet of older documents and the files beside it, and say which unit decides."""

import asyncio
import re
from collections.abc import Collection, Sequence
from datetime import datetime
from pathlib import PurePath

from sqlalchemy.ext.asyncio import AsyncConnection

from hub.commands import writing
from hub.commands.act import Acting, Hub, act
from hub.core import workflow
from hub.core.backfiles import lines, rules
from hub.intake import convert
from hub.intake.errors import IntakeError
from hub.store import backfiles, blobs, engine, offices, people
from schemas import canonical
from schemas.backfile import Backfile, Batch, Fault, Record, Stage
from schemas.entry import BEIJING, EntryType
from schemas.errors import ErrorCode, HubError
from schemas.person import Duty, Person
from schemas.release import Attachment, Release
from schemas.text import one_line

#: Files beside one document, and together at once.
MAX_FILES = 20
_DOC_NO = re.compile(r"[\u4e00-\u9fff]+〔\d{4}〕\d+号")
#: What a person is told of a file that belongs to no line.
UNMATCHED = "文件名与任何一份存量文件的标题或发文字号都不相同，或有两份同名；请在该件页面中上传"


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
        units = await _units(acting.connection)
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


async def bring(hub: Hub, person: Person, files: Sequence[writing.File]) -> tuple[int, list[str]]:
    """Put files beside the documents whose title or 发文字号 they are named after; return how many, and what was not.

    Bringing is not looking: the person learns nothing of other units' documents. Raises HubError(FORBIDDEN).
    """
    workflow.require(person, Duty.EDITOR)
    refused: list[str] = []
    read: list[tuple[str, Attachment, bytes]] = []
    for file in files:
        try:
            read.append((_stem(file[0]), writing.annexed(file), file[1]))
        except HubError as error:
            refused.append(f"{file[0]}：{error.message}")
    put = 0
    async with act(hub, person) as acting:
        found = await backfiles.named(acting.connection, {stem for stem, _, _ in read})
        # Rows are always locked in the order of their numbers.
        for stem, one, data in sorted(read, key=lambda file: found.get(file[0], 0)):
            if stem not in found:
                refused.append(f"{one.name}：{UNMATCHED}")
                continue
            before = await locked(acting.connection, found[stem])
            try:
                await _put(acting, before, [one], [data])
                put += 1
            except HubError as error:
                refused.append(f"{one.name}：{error.message}")
    return put, refused


async def attach(hub: Hub, person: Person, number: int, files: Sequence[writing.File]) -> Backfile:
    """Put files beside one document of the person's own unit; one of the same name is replaced. May run twice.

    Raises HubError: FORBIDDEN, NOT_FOUND, INTAKE for what may not be attached, STATE once a release was made of it.
    """
    workflow.require(person, Duty.EDITOR)
    brought = [writing.annexed(file) for file in files]
    async with act(hub, person) as acting:
        before = await locked(acting.connection, number)
        rules.check_own(person, before)
        return await _put(acting, before, brought, [data for _, data in files])


async def detach(hub: Hub, person: Person, number: int, name: str) -> Backfile:
    """Take a file away that does not belong there. Raises HubError: FORBIDDEN, NOT_FOUND, STATE."""
    workflow.require(person, Duty.EDITOR)
    async with act(hub, person) as acting:
        before = await locked(acting.connection, number)
        rules.check_own(person, before)
        if all(one.name != name for one in before.files):
            raise HubError(ErrorCode.NOT_FOUND, what=f"文件“{name}”")
        return await _file(acting, before, [one for one in before.files if one.name != name])


async def assign(hub: Hub, person: Person, number: int, unit: str) -> Backfile:
    """Have another unit decide on it: the sheet was wrong, or the unit is no more. May run twice.

    Raises HubError: FORBIDDEN, NOT_FOUND, INVALID for a unit that is none, STATE while a proposal waits.
    """
    workflow.require(person, *rules.CONFIRM)
    async with act(hub, person) as acting:
        before = await locked(acting.connection, number)
        if unit not in await _units(acting.connection):
            raise HubError(ErrorCode.INVALID, detail="没有这个单位", fields={"unit": "请从列表中选择"})
        if before.stage is Stage.PROPOSED:
            raise HubError(ErrorCode.STATE, state="待确认", advice="请先确认或退回原单位的意见，再改派。")
        if unit != before.unit:
            await backfiles.change(acting.connection, number, unit=unit)
            data = {"backfile": number, "before": before.unit, "unit": unit}
            acting.log(EntryType.BACKFILE_ASSIGNED, data=data)
        return await locked(acting.connection, number)


async def became(acting: Acting, number: int, release: Release) -> None:
    """Link a release to what it was made of, in the act that makes it. Raises HubError: STATE, FORBIDDEN, NOT_FOUND."""
    before = await locked(acting.connection, number)
    rules.check_conversion(acting.person, before)
    await backfiles.change(acting.connection, number, release_id=release.id)
    await backfiles.start_clock(acting.connection, release.id)
    acting.log(EntryType.BACKFILE_CONVERTED, release, data={"backfile": number})


async def locked(connection: AsyncConnection, number: int) -> Backfile:
    """One of them, locked. Raises HubError(NOT_FOUND)."""
    found = await backfiles.find(connection, number, lock=True)
    if found is None:
        raise HubError(ErrorCode.NOT_FOUND, what=f"第 {number} 号存量文件")
    return found


async def units_of(hub: Hub) -> list[str]:
    """The units that may decide, in the order of their names."""
    async with hub.engine.connect() as connection:
        return sorted(await _units(connection))


async def _units(connection: AsyncConnection) -> Collection[str]:
    """Open units, and those that people belong to: a bureau need not have listed its units to begin."""
    listed = {one.name for one in await offices.units(connection) if not one.is_closed}
    return listed | {one.unit for one in await people.every(connection) if one.unit and not one.disabled_at}


async def _put(acting: Acting, before: Backfile, brought: Sequence[Attachment], data: Sequence[bytes]) -> Backfile:
    kept = {one.name: one for one in before.files} | {one.name: one for one in brought}
    if len(kept) > MAX_FILES:
        raise HubError(ErrorCode.TOO_LARGE, limit=f"每件 {MAX_FILES} 个文件")
    for one in data:
        await blobs.keep(acting.connection, one)
    return await _file(acting, before, list(kept.values()))


async def _file(acting: Acting, before: Backfile, files: Sequence[Attachment]) -> Backfile:
    if before.release is not None:
        raise HubError(ErrorCode.STATE, state=f"已转为政策发布 {before.release}", advice="请在该件中增减附件。")
    await backfiles.change(acting.connection, before.id, files=files)
    # Digests of their digests: what is not public is not to be guessed from the log.
    digest = canonical.digest(canonical.encode([[one.name, one.sha256] for one in files]))
    acting.log(EntryType.BACKFILE_FILED, data={"backfile": before.id, "files": len(files), "sha256": digest})
    return before.model_copy(update={"files": tuple(files)})


def _known(line: int, cells: dict[str, str], number: int) -> Fault:
    return Fault(line=line, cells=cells, told=(f"已经导入过，编号 {number}，没有重复导入",), is_outside=True)


def _held_back(line: int, cells: dict[str, str]) -> Fault:
    return Fault(line=line, cells=cells, told=("这一行没有问题；因选择了“全部正确才导入”而没有导入",))


def _stem(filename: str) -> str:
    """What the file is named after: a title, or a 发文字号 with whatever brackets a file name has."""
    stem = one_line(PurePath(filename).stem)
    number = lines.doc_no(stem)
    return number if _DOC_NO.fullmatch(number) else stem
