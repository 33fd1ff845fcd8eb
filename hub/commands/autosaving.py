"""Unsaved texts: kept every few seconds, found again after a crash, settled by saving or dropping. Never an edit.

What is kept here is not the release: nothing of it is reviewed, frozen, sent or logged until somebody saves it.
"""

from base64 import b64encode
from datetime import UTC, datetime

from hub.commands import opening, writing
from hub.commands.act import Hub
from hub.core import workflow
from hub.intake.manuscript import Manuscript
from hub.store import blobs, drafts
from schemas.draft import Draft, Text
from schemas.errors import ErrorCode, HubError
from schemas.person import Duty, Person
from schemas.release import Attachment


async def keep(hub: Hub, person: Person, release: int, name: str, text: Text, *, base: str) -> Draft:
    """Keep the cleaned text in place of the person's last one. Durable on return; may run twice.

    `base` is the mark of the text on which it was begun. Raises HubError: FORBIDDEN, NOT_FOUND.
    """
    workflow.require(person, Duty.EDITOR)
    clean = await writing.cleaned(text)
    draft = _draft(release, name, person, base, clean)
    async with hub.engine.begin() as connection:
        await opening.release(connection, release)
        await drafts.keep(connection, draft)
    return draft


async def drop(hub: Hub, person: Person, release: int, name: str) -> None:
    """Forget the person's own unsaved text. Nothing comes back; it may run twice."""
    workflow.require(person, Duty.EDITOR)
    async with hub.engine.begin() as connection:
        await drafts.drop(connection, release, name, person.id)


async def take_file(hub: Hub, person: Person, release: int, name: str, file: writing.File) -> Draft:
    """Read a file into the person's unsaved text of the document: it replaces nothing until they have seen it and save.

    Raises HubError: INTAKE with the sentence for the person, NOT_FOUND.
    """
    workflow.require(person, Duty.EDITOR)
    read = await writing.read(file, settle=True)
    async with hub.engine.begin() as connection:
        old = (await opening.release(connection, release)).document(name)
        text = Text.of(old).model_copy(update={"title": read.title, "body": read.body})
        draft = _draft(release, name, person, Text.of(old).mark, text).model_copy(
            update={"images": tuple(image for image, _ in read.images), "warnings": read.warnings}
        )
        for _, data in read.images:
            await blobs.keep(connection, data)
        await drafts.keep(connection, draft, with_images=True)
    return draft


async def bring_image(hub: Hub, person: Person, release: int, name: str, file: writing.File) -> Attachment:
    """Bring a picture into the text that is being written: written anew in the bounded child, then kept.

    Raises HubError: INTAKE for what is no picture or is too big, STATE when the text holds too many.
    """
    workflow.require(person, Duty.EDITOR)
    encoded = b64encode(file[1]).decode()
    read = await writing.read_clipboard(f'<p>图<img src="data:image/png;base64,{encoded}"></p>')
    if not read.images:
        raise HubError(
            ErrorCode.INTAKE, detail="这不是可以使用的图片，或者图片过大。请改用 5 MB 以内的 PNG 或 JPEG 图片。"
        )
    return (await _brought(hub, person, release, name, read))[0]


async def paste(hub: Hub, person: Person, release: int, name: str, html: str) -> Manuscript:
    """Clean what was copied elsewhere, and bring its pictures into the text that is being written.

    Raises HubError: INTAKE for what cannot be read, STATE when the text holds too many pictures.
    """
    workflow.require(person, Duty.EDITOR)
    read = await writing.read_clipboard(html)
    await _brought(hub, person, release, name, read)
    return read


async def _brought(hub: Hub, person: Person, release: int, name: str, read: Manuscript) -> list[Attachment]:
    async with hub.engine.begin() as connection:
        old = (await opening.release(connection, release)).document(name)
        held = len(old.images) if old else 0
        begun = _draft(release, name, person, Text.of(old).mark, Text.of(old))
        brought = []
        for image, data in read.images:
            ending = image.name.rpartition(".")[2]
            named = image.model_copy(update={"name": f"image-{image.sha256[:8]}.{ending}"})
            await blobs.keep(connection, data)
            if held >= drafts.MAX_IMAGES or not await drafts.add_image(connection, begun, named):
                advice = f"一份文件最多 {drafts.MAX_IMAGES} 幅图片，请将其余的作为附件上传。"
                raise HubError(ErrorCode.STATE, state="图片已满", advice=advice)
            brought.append(named)
    return brought


def _draft(release: int, name: str, person: Person, base: str, text: Text) -> Draft:
    # The store has its own clock; this one only fills the field until it is read back.
    return Draft(release=release, document=name, person=person.id, base=base, text=text, kept_at=datetime.now(UTC))
