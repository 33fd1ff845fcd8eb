"""未保存稿: kept while somebody types, offered after a crash, compared with what others saved meanwhile."""

from functools import partial

from hub.commands import autosaving, mending, writing
from hub.core.redline.page import redline
from hub.store import drafts
from hub.web.console import margin, panes, write
from hub.web.console.room import Answer, Moved, Page, Room, Visit
from hub.web.seats import seat
from schemas.draft import Text
from schemas.errors import ErrorCode, HubError


async def keep(visit: Visit) -> Page:
    """Keep what is typed and say what the checks make of it: asked by the script after each pause."""
    name = visit.names["document"]
    text = await writing.cleaned(panes.typed(visit), panes.alts(visit))
    await autosaving.keep(visit.hub, visit.person, visit.release, name, text, base=visit.posted.get("seen"))
    release = await write.found(visit)
    async with visit.hub.engine.connect() as connection:
        draft = await drafts.find(connection, visit.release, name, visit.person.id)
        others = await drafts.others(connection, visit.release, visit.person.id, within=write.PRESENT)
    parts = margin.parts(release, await mending.findings(visit.hub, release, {name: text}))
    values = {
        "release": release,
        "name": name,
        "draft": draft,
        "others": others.get(name, []),
        "parts": [part for part in parts if part.name in {name, margin.ELEMENTS}],
        # Somebody saved meanwhile: better said now than when this person saves.
        "is_overtaken": Text.of(release.document(name)).mark != visit.posted.get("seen"),
        "is_open": True,
    }
    return Page("write_kept.html", values)


async def compare(visit: Visit) -> Answer:
    """Mine and what is saved, with the redline between them."""
    name = visit.names["document"]
    release = await write.found(visit)
    async with visit.hub.engine.connect() as connection:
        draft = await drafts.find(connection, visit.release, name, visit.person.id)
    saved = Text.of(release.document(name))
    if draft is None or draft.text == saved:
        return Moved(f"{write.place(visit)}#{name}", said="没有未保存的稿子。")
    values = {
        "release": release,
        "name": name,
        "heading": margin.headings(release).get(name, "文件"),
        "draft": draft,
        "saved": saved,
        "shown_body": partial(panes.shown, visit),
        "redline": redline(saved.body, draft.text.body),
        "is_overtaken": draft.base != saved.mark,
    }
    return Page("write_compare.html", values)


async def settle(visit: Visit) -> Answer:
    """Save mine in place of what I have looked at, or drop mine."""
    name = visit.names["document"]
    if visit.posted.get("choice") == "drop":
        await autosaving.drop(visit.hub, visit.person, visit.release, name)
        return Moved(f"{write.place(visit)}#{name}", said="已丢弃未保存的稿子。")
    async with visit.hub.engine.connect() as connection:
        draft = await drafts.find(connection, visit.release, name, visit.person.id)
    if draft is None:
        raise HubError(ErrorCode.NOT_FOUND, what="未保存的稿子")
    looked = visit.posted.get("looked")
    await writing.write(visit.hub, visit.person, visit.release, name, draft.text, seen=looked)
    return Moved(f"{write.place(visit)}#{name}", said="已保存您的稿子。")


async def replace(visit: Visit) -> Answer:
    """Read a file into the unsaved text: it replaces nothing until it has been compared and saved."""
    file = visit.posted.file("file")
    if file is None:
        raise HubError(ErrorCode.INVALID, detail="还没有选择文件", fields={"file": "请选择文件"})
    name = visit.names["document"]
    async with seat(visit.desk.uploads, "同时上传的文件过多"):
        await autosaving.take_file(visit.hub, visit.person, visit.release, name, (file.filename, file.data))
    return Moved(f"{write.place(visit)}/{name}/draft")


async def paste(visit: Visit) -> Page:
    """What was pasted, cleaned: the script puts it where the cursor is."""
    html = visit.posted.get("html")
    read = await autosaving.paste(visit.hub, visit.person, visit.release, visit.names["document"], html)
    return Page("write_pasted.html", {"body": panes.shown(visit, read.body), "notices": read.notices})


async def token(visit: Visit) -> Page:  # noqa: ARG001 - the frame's values hold it
    """This session's token, for a page that was opened before its person signed in again."""
    return Page("write_token.html")


ROOMS = (
    Room("POST", write.DOCUMENT + "/keep", keep, write.EDITORS, is_quiet=True),
    Room("GET", write.DOCUMENT + "/draft", compare, write.EDITORS),
    Room("POST", write.DOCUMENT + "/draft", settle, write.EDITORS, again=compare),
    Room("POST", write.DOCUMENT + "/file", replace, write.EDITORS, again=write.show, takes_files=True),
    Room("POST", write.DOCUMENT + "/paste", paste, write.EDITORS, is_quiet=True),
    Room("GET", write.WRITE + "/token", token, write.EDITORS, is_quiet=True),
)
