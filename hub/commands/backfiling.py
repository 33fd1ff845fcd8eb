"""存量文件: put files beside older documents, say which unit decides, and link what a release was made of."""

import re
from collections.abc import Collection, Sequence
from pathlib import PurePath

from sqlalchemy.ext.asyncio import AsyncConnection

from hub.commands import attaching, writing
from hub.commands.act import Acting, Hub, act
from hub.core import workflow
from hub.core.backfiles import cell, rules
from hub.store import backfiles, blobs, offices, people
from schemas import canonical
from schemas.backfile import Backfile, Stage
from schemas.entry import EntryType
from schemas.errors import ErrorCode, HubError
from schemas.person import Duty, Person
from schemas.release import Attachment, Release
from schemas.text import one_line

#: Files beside one document, and together at once.
MAX_FILES = 20
_DOC_NO = re.compile(r"[\u4e00-\u9fff]+〔\d{4}〕\d+号")
#: What a person is told of a file that belongs to no line.
UNMATCHED = "文件名与任何一份存量文件的标题或发文字号都不相同，或有两份同名；请在该件页面中上传"


async def bring(hub: Hub, person: Person, files: Sequence[writing.File]) -> tuple[int, list[str]]:
    """Put files beside the documents whose title or 发文字号 they are named after; return how many, and what was not.

    Bringing is not looking: the person learns nothing of other units' documents. Raises HubError(FORBIDDEN).
    """
    workflow.require(person, Duty.EDITOR)
    refused: list[str] = []
    read: list[tuple[str, Attachment, bytes]] = []
    for file in files:
        try:
            read.append((_stem(file[0]), attaching.annexed(file), file[1]))
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
    brought = [attaching.annexed(file) for file in files]
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
        if unit not in await deciding(acting.connection):
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
        return sorted(await deciding(connection))


async def deciding(connection: AsyncConnection) -> Collection[str]:
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


def _stem(filename: str) -> str:
    """What the file is named after: a title, or a 发文字号 with whatever brackets a file name has."""
    stem = one_line(PurePath(filename).stem)
    number = cell.doc_no(stem)
    return number if _DOC_NO.fullmatch(number) else stem
