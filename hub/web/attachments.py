"""The API of 附件: put beside a document, replaced, named anew, taken away, and read; by the console's commands."""

from urllib.parse import quote

from hub.commands import attaching, opening
from hub.core import workflow
from hub.store.blobs import Blobs
from hub.web.preview import SANDBOX
from hub.web.route import Ask, Raw, Upload
from hub.web.shapes.beside import AttachmentName, Attachments
from schemas.errors import ErrorCode, HubError
from schemas.person import Duty
from schemas.release import Document, Release


async def list_attachments(ask: Ask) -> Attachments:
    return Attachments(attachments=(await _document(ask)).attachments)


async def get_attachment(ask: Ask) -> Raw:
    """The bytes as they came, to be kept and never shown: nobody has looked at what they would do to a browser."""
    found = attaching.held(await _document(ask), ask.names["file"])
    try:
        body = await Blobs(ask.hub.engine).read(found.sha256)
    except KeyError:
        raise HubError(ErrorCode.NOT_FOUND, what=f"附件“{found.name}”") from None
    disposition = f"attachment; filename*=UTF-8''{quote(found.name, safe='')}"
    return Raw(body, found.media, headers={"Content-Disposition": disposition, "Content-Security-Policy": SANDBOX})


async def put_attachment(ask: Ask) -> Release:
    """Put a file beside the document; one of the same name is replaced. Nobody's is opened who may not write."""
    workflow.require(ask.person, Duty.EDITOR)
    assert isinstance(ask.form, Upload)  # noqa: S101 - the route takes nothing else
    await _document(ask)
    file = (ask.form.filename, ask.form.data)
    return await attaching.attach(ask.hub, ask.person, ask.release, ask.names["name"], [file], version=ask.version)


async def rename_attachment(ask: Ask) -> Release:
    name = ask.filled(AttachmentName).name
    return await attaching.rename_attachment(
        ask.hub, ask.person, ask.release, ask.names["name"], ask.names["file"], name, version=ask.version
    )


async def remove_attachment(ask: Ask) -> Release:
    return await attaching.remove_attachment(
        ask.hub, ask.person, ask.release, ask.names["name"], ask.names["file"], version=ask.version
    )


async def _document(ask: Ask) -> Document:
    async with ask.hub.engine.connect() as connection:
        release = await opening.release(connection, ask.release)
    if ask.version not in {None, release.version}:
        # The act asks again under its lock; asking here spares the reading of what could not be kept.
        raise HubError(ErrorCode.CONFLICT)
    found = release.document(ask.names["name"])
    if found is None:
        raise HubError(ErrorCode.NOT_FOUND, what="这份文件")
    return found
