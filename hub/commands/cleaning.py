"""清理后替换: an attachment without its author and place, in place of the one that has them."""

from pathlib import PurePath

from hub.commands import drafting
from hub.commands.act import Hub
from hub.core import workflow
from hub.intake import inspect
from hub.intake.errors import IntakeError
from hub.store import releases
from hub.store.blobs import Blobs
from schemas import canonical
from schemas.errors import ErrorCode, HubError
from schemas.person import Duty, Person
from schemas.release import Document, Release


async def clean(
    hub: Hub, person: Person, release: int, name: str, sha256: str, *, version: int | None = None
) -> Release:
    """Put the cleaned file in the attachment's place, under its name; the old bytes stay for editions that name them.

    Nothing else of the file is changed: tracked changes, comments and hidden text stay for a person to decide on. May
    run twice. Raises HubError: FORBIDDEN, NOT_FOUND, CONFLICT, INTAKE for a file that cannot be cleaned.
    """
    workflow.require(person, Duty.EDITOR)
    data = await _data(hub, sha256)
    ending = await _ending(hub, release, name, sha256)
    try:
        cleaned = await inspect.clean(f"x{ending}", data)
    except IntakeError as error:
        raise HubError(ErrorCode.INTAKE, detail=error.message) from None

    def revision(old: Document | None) -> Document:
        document = drafting.needed(old, name)
        values = {"size": len(cleaned), "sha256": canonical.digest(cleaned)}
        files = tuple(one.model_copy(update=values) if one.sha256 == sha256 else one for one in document.attachments)
        return document.model_copy(update={"attachments": files})

    note = {"cleaned": sha256}
    return await drafting.revise(hub, person, release, name, revision, data=[cleaned], version=version, note=note)


async def _data(hub: Hub, sha256: str) -> bytes:
    try:
        return await Blobs(hub.engine).read(sha256)
    except KeyError:
        raise HubError(ErrorCode.NOT_FOUND, what="附件的内容") from None


async def _ending(hub: Hub, release: int, name: str, sha256: str) -> str:
    async with hub.engine.connect() as connection:
        found = await releases.find(connection, release)
    document = drafting.needed(found.document(name) if found else None, name)
    held = next((one for one in document.attachments if one.sha256 == sha256), None)
    if held is None:
        raise HubError(ErrorCode.NOT_FOUND, what="这个附件")
    return PurePath(held.name).suffix.lower()
