"""新建: files are dropped, read and confirmed; then the release exists, with its texts."""

from functools import partial
from typing import Any

from hub.commands import arriving
from hub.store import arrivals
from hub.store.blobs import Blobs
from hub.web.console import downloads, elements, pictures
from hub.web.console.room import Answer, Moved, Page, Room, Visit, ways
from hub.web.route import Raw
from hub.web.seats import seat
from schemas.draft import Arrival
from schemas.errors import ErrorCode, HubError
from schemas.person import Duty

NEW = "/releases/new"
_ONE = NEW + "/{arrival:[0-9a-f]{32}}"


async def show(visit: Visit) -> Page:
    async with visit.hub.engine.connect() as connection:
        waiting = await arrivals.waiting(connection, visit.person.id)
    return Page("write_new.html", {"waiting": waiting})


async def receive(visit: Visit) -> Answer:
    """Read what was dropped, pasted or, with nothing at all, begin empty."""
    files = [(one.filename, one.data) for one in visit.posted.files.get("files", ())]
    pasted = visit.posted.get("pasted").strip()
    if pasted and not pasted.startswith("<"):
        # Plain words, as somebody types or pastes them without a script.
        files.append(("粘贴的内容.txt", pasted.encode()))
        pasted = ""
    if not files and not pasted and visit.posted.get("start") != "empty":
        raise HubError(ErrorCode.INVALID, detail="还没有选择文件", fields={"files": "请选择或拖入文件，或粘贴正文"})
    # As many files in memory as the machine has room for; more wait for a seat or are asked to come again.
    async with seat(visit.desk.uploads, "同时上传的文件过多"):
        arrival = await arriving.receive(visit.hub, visit.person, files, pasted=pasted)
    return Moved(f"{NEW}/{arrival.id}")


async def confirm(visit: Visit) -> Answer:
    found = await arriving.find(visit.hub, visit.person, visit.names["arrival"])
    if found.release is not None:
        return Moved(f"/releases/{found.release}/write", said="这批来稿已经建成，无须再次创建。")
    return Page("write_confirm.html", _values(visit, found))


async def own(visit: Visit) -> Page:
    """The fields of the kind that was chosen, alone: asked by the script."""
    found = await arriving.find(visit.hub, visit.person, visit.names["arrival"])
    return Page("write_own.html", _values(visit, found))


async def create(visit: Visit) -> Answer:
    found = await arriving.find(visit.hub, visit.person, visit.names["arrival"])
    if any(sheet.decisions for sheet in found.sheets) and not visit.posted.get("accepted"):
        fields = {"accepted": "请先决定如何处理文件中的修订、批注或隐藏文字"}
        raise HubError(ErrorCode.INVALID, detail="文件还没有定稿", fields=fields)
    metadata = elements.filled(visit)
    policy = visit.posted.get("policy", "0")
    chosen = int(policy) if policy.isascii() and policy.isdigit() else 0
    release = await arriving.create(
        visit.hub, visit.person, found.id, metadata, policy=chosen if found.sheets else None
    )
    return Moved(f"/releases/{release.id}/write", said=f"已创建，编号 {release.id}。请核对正文，然后提交审核。")


async def give_back(visit: Visit) -> Answer:
    await arriving.drop(visit.hub, visit.person, visit.names["arrival"])
    return Moved(NEW, said="已放弃这批来稿，没有创建任何内容。")


async def file(visit: Visit) -> Answer:
    """A picture of what arrived, for its owner."""
    found = await arriving.find(visit.hub, visit.person, visit.names["arrival"])
    digest = visit.names["sha256"]
    held = next((one for sheet in found.sheets for one in sheet.images if one.sha256 == digest), None)
    if held is None:
        raise HubError(ErrorCode.NOT_FOUND, what="这幅图片")
    return Raw(await Blobs(visit.hub.engine).read(digest), held.media, headers=downloads.SAFE)


def _values(visit: Visit, found: Arrival) -> dict[str, Any]:
    chosen = visit.posted.get("policy", visit.query.get("policy", "0"))
    index = int(chosen) if chosen.isascii() and chosen.isdigit() and int(chosen) < len(found.sheets) else 0
    sheet = found.sheets[index] if found.sheets else None
    values = elements.proposed(sheet.title if sheet else "", sheet.hints if sheet else {})
    return {
        "shown_body": partial(pictures.shown, files=f"{NEW}/{found.id}/files/"),
        "arrival": found,
        "values": values,
        "hints": sheet.hints if sheet else {},
        "chosen": index,
        "sheet": sheet,
        **elements.choices(values["theme"]),
    }


ROOMS = (
    *ways(NEW, show, receive, Duty.EDITOR, takes_files=True),
    *ways(_ONE, confirm, create, Duty.EDITOR),
    # The page once more as it was typed, with the fields of the kind that was chosen. Nothing is made.
    Room("POST", _ONE + "/kind", confirm, frozenset({Duty.EDITOR})),
    Room("POST", _ONE + "/own", own, frozenset({Duty.EDITOR}), is_quiet=True),
    Room("GET", _ONE + "/files/{sha256:[0-9a-f]{64}}", file, frozenset({Duty.EDITOR})),
    Room("POST", _ONE + "/drop", give_back, frozenset({Duty.EDITOR})),
)
