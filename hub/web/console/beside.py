"""What stands beside a text: its attachments and pictures; and the interpretations beside the policy."""

from hub.commands import attaching, autosaving, interpreting
from hub.store import drafts
from hub.web.console import downloads, write
from hub.web.console.room import Answer, Moved, Page, Room, Visit
from hub.web.seats import seat
from schemas.errors import ErrorCode, HubError
from schemas.release import Attachment

_BUSY = "同时上传的文件过多"


async def attach(visit: Visit) -> Answer:
    files = [(one.filename, one.data) for one in visit.posted.files.get("files", ())]
    if not files:
        raise HubError(ErrorCode.INVALID, detail="还没有选择附件", fields={"files": "请选择附件"})
    await attaching.attach(visit.hub, visit.person, visit.release, visit.names["document"], files)
    return _back(visit, f"已添加 {len(files)} 个附件。")


async def rename(visit: Visit) -> Answer:
    get = visit.posted.get
    name = visit.names["document"]
    await attaching.rename_attachment(visit.hub, visit.person, visit.release, name, get("name"), get("new_name"))
    return _back(visit, "附件已改名。")


async def detach(visit: Visit) -> Answer:
    name = visit.posted.get("name")
    await attaching.remove_attachment(visit.hub, visit.person, visit.release, visit.names["document"], name)
    return _back(visit, f"已移除附件“{name}”。")


async def picture(visit: Visit) -> Page:
    """Bring a picture into the text that is being written; the script puts it where the cursor is."""
    file = visit.posted.file("picture")
    if file is None:
        raise HubError(ErrorCode.INVALID, detail="还没有选择图片", fields={"picture": "请选择图片"})
    async with seat(visit.desk.uploads, _BUSY):
        image = await autosaving.bring_image(
            visit.hub, visit.person, visit.release, visit.names["document"], (file.filename, file.data)
        )
    return Page("write_picture.html", {"image": image})


async def add(visit: Visit) -> Answer:
    """Begin an interpretation from the template, or from a file."""
    file = visit.posted.file("file")
    async with seat(visit.desk.uploads, _BUSY):
        name = await interpreting.add(
            visit.hub, visit.person, visit.release, (file.filename, file.data) if file else None
        )
    return Moved(
        f"{write.place(visit)}?with={name}#{name}", said="已添加解读，请补充内容。" if not file else "已添加解读。"
    )


async def remove(visit: Visit) -> Answer:
    seen = visit.posted.get("seen") or None
    await interpreting.remove_document(visit.hub, visit.person, visit.release, visit.names["document"], seen=seen)
    return Moved(write.place(visit), said="已移除这篇解读。")


async def earlier(visit: Visit) -> Answer:
    """Let an interpretation change places with the one before it."""
    name = visit.names["document"]
    names = [document.name for document in (await write.found(visit)).documents]
    before = names[names.index(name) - 1] if name in names[2:] else ""
    if not before:
        raise HubError(ErrorCode.INVALID, detail="已经是第一篇解读")
    await interpreting.swap_documents(visit.hub, visit.person, visit.release, before, name)
    return Moved(f"{write.place(visit)}?with={before}#{before}", said="已上移。")


async def file(visit: Visit) -> Answer:
    """The bytes of an attachment or a picture of this release, or of my own unsaved texts of it."""
    return await downloads.given(visit, await _held(visit, visit.names["sha256"]))


async def _held(visit: Visit, digest: str) -> Attachment | None:
    release = await write.found(visit)
    held = [one for document in release.documents for one in (*document.images, *document.attachments)]
    async with visit.hub.engine.connect() as connection:
        for draft in (await drafts.of_release(connection, release.id, visit.person.id)).values():
            held += draft.images
    return next((one for one in held if one.sha256 == digest), None)


def _back(visit: Visit, said: str) -> Moved:
    name = visit.names["document"]
    query = f"?with={name}" if name != "policy" else ""
    return Moved(f"{write.place(visit)}{query}#files-{name}", said=said)


ROOMS = (
    Room("POST", write.DOCUMENT + "/attach", attach, write.EDITORS, again=write.show, takes_files=True),
    Room("POST", write.DOCUMENT + "/rename", rename, write.EDITORS, again=write.show),
    Room("POST", write.DOCUMENT + "/detach", detach, write.EDITORS, again=write.show),
    Room("POST", write.DOCUMENT + "/picture", picture, write.EDITORS, is_quiet=True, takes_files=True),
    Room("POST", write.DOCUMENT + "/remove", remove, write.EDITORS, again=write.show),
    Room("POST", write.DOCUMENT + "/earlier", earlier, write.EDITORS, again=write.show),
    Room("POST", write.WRITE + "/interpretations", add, write.EDITORS, again=write.show, takes_files=True),
    Room("GET", "/releases/{release:[1-9][0-9]{0,14}}/files/{sha256:[0-9a-f]{64}}", file),
)
