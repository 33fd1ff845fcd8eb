"""附件: files that people put beside a document. The content decides what one is, and its name which one it is."""

from collections.abc import Sequence

from hub.commands import drafting, writing
from hub.commands.act import Hub
from hub.commands.writing import File
from hub.core import workflow
from hub.intake import annex
from hub.intake.errors import IntakeError
from schemas import canonical
from schemas.errors import ErrorCode, HubError
from schemas.person import Duty, Person
from schemas.release import Attachment, Document, Release


async def attach(
    hub: Hub, person: Person, release: int, name: str, files: Sequence[File], *, version: int | None = None
) -> Release:
    """Put files beside a document, the content deciding what they are. Raises HubError(INVALID) for one that may not.

    A file of the same name is replaced: an attachment is known by its name. With `version`, also CONFLICT.
    """
    workflow.require(person, Duty.EDITOR)
    brought = [annexed(file) for file in files]

    def revision(old: Document | None) -> Document:
        document = drafting.needed(old, name)
        kept = {one.name: one for one in document.attachments} | {one.name: one for one in brought}
        return writing.made(document, attachments=tuple(kept.values()))

    data = [data for _, data in files]
    names = [one.name for one in brought]
    note = {"attached": names}
    return await drafting.revise(hub, person, release, name, revision, data=data, version=version, note=note)


async def rename_attachment(
    hub: Hub, person: Person, release: int, name: str, old_name: str, new: str, *, version: int | None = None
) -> Release:
    """Give an attachment another name; its ending stays. Raises HubError: NOT_FOUND, INVALID for a name in use."""

    def revision(old: Document | None) -> Document:
        document = drafting.needed(old, name)
        old_one = held(document, old_name)
        renamed = annex.renamed(old_one.name, new)
        if any(one.name == renamed and one is not old_one for one in document.attachments):
            raise HubError(ErrorCode.INVALID, detail=f"已有名为“{renamed}”的附件", fields={"new_name": "名称已被使用"})
        changed = old_one.model_copy(update={"name": renamed})
        return writing.made(
            document, attachments=tuple(changed if one is old_one else one for one in document.attachments)
        )

    note = {"renamed": [old_name, new]}
    return await drafting.revise(hub, person, release, name, revision, version=version, note=note)


async def remove_attachment(
    hub: Hub, person: Person, release: int, name: str, attachment: str, *, version: int | None = None
) -> Release:
    """Take an attachment away. Its bytes stay for the editions that name it. Raises HubError(NOT_FOUND)."""

    def revision(old: Document | None) -> Document:
        document = drafting.needed(old, name)
        gone = held(document, attachment)
        return writing.made(document, attachments=tuple(one for one in document.attachments if one is not gone))

    return await drafting.revise(hub, person, release, name, revision, version=version, note={"detached": attachment})


def annexed(file: File) -> Attachment:
    """The file as an attachment. Raises HubError(INTAKE) for what may not be one."""
    filename, data = file
    try:
        media = annex.media(filename, data)
    except IntakeError as error:
        raise HubError(ErrorCode.INTAKE, detail=error.message, fields={"files": error.message}) from None
    return Attachment(name=annex.named(filename), media=media, size=len(data), sha256=canonical.digest(data))


def held(document: Document, name: str) -> Attachment:
    """The document's attachment of this name. Raises HubError(NOT_FOUND)."""
    found = next((one for one in document.attachments if one.name == name), None)
    if found is None:
        raise HubError(ErrorCode.NOT_FOUND, what=f"附件“{name}”")
    return found
