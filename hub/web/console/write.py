"""编辑: the policy and beside it its interpretations, with the margin. What is typed is the release only once saved."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

from hub.commands import autosaving, drafting, mending, opening, writing
from hub.store import drafts
from hub.web.console import elements, margin, panes
from hub.web.console.room import Answer, Moved, Page, Room, Visit
from schemas.errors import ErrorCode, HubError
from schemas.person import Duty
from schemas.release import Release, ReleaseState

WRITE = "/releases/{release:[1-9][0-9]{0,14}}/write"
DOCUMENT = WRITE + "/{document:policy|interpretation-[1-9][0-9]?}"
EDITORS = frozenset({Duty.EDITOR})
#: Whoever typed within this time is told to others.
PRESENT = timedelta(minutes=15)


async def show(visit: Visit) -> Page:
    release = await found(visit)
    async with visit.hub.engine.connect() as connection:
        mine = await drafts.of_release(connection, release.id, visit.person.id)
        others = await drafts.others(connection, release.id, visit.person.id, within=PRESENT)
    names = {"policy": "政策文件"} | margin.headings(release)
    chosen = visit.names.get("document", visit.query.get("with", ""))
    beside = next((name for name in names if name == chosen and name != "policy"), "")
    beside = beside or next((name for name in names if name != "policy"), "")
    shown = [
        await panes.made(visit, document, names[document.name], mine.get(document.name), others)
        for document in panes.documents(release)
        if document.name in {"policy", beside}
    ]
    values = {
        "release": release,
        "panes": shown,
        "beside": beside,
        "names": names,
        "parts": margin.parts(release, await mending.findings(visit.hub, release, panes.unsaved(shown))),
        "is_open": release.state is ReleaseState.DRAFT,
        "values": elements.values(release.metadata),
        "elements_seen": drafting.digest(release.metadata),
        "shown_body": partial(panes.shown, visit),
        "shown": {pane.name for pane in shown},
        "theirs": elements.theirs(visit, release.metadata) if "document" not in visit.names else (),
        "wrong_in": visit.names.get("document", margin.ELEMENTS) if visit.refusal else "",
        **elements.choices(release.metadata.theme),
    }
    return Page("write.html", values)


async def save(visit: Visit) -> Answer:
    """Save the text of one document. One that somebody changed meanwhile is not overwritten: both are shown."""
    name = visit.names["document"]
    text = panes.typed(visit)
    release = await found(visit)
    if name == "policy" and release.document(name) is None:
        text = text.model_copy(update={"title": release.metadata.title})
    try:
        await writing.write(
            visit.hub,
            visit.person,
            visit.release,
            name,
            text,
            alts=panes.alts(visit),
            seen=visit.posted.get("seen"),
        )
    except HubError as error:
        if error.code is not ErrorCode.CONFLICT:
            raise
        return await _kept_beside(visit, name)
    return Moved(f"{place(visit)}{_with(name)}", said="已保存。")


async def turn(visit: Visit) -> Page:
    """The page once more as it was typed, with the fields of the kind that was chosen. Nothing is saved."""
    return replace(page := await show(visit), values={**page.values, "wrong_in": margin.ELEMENTS})


async def own(visit: Visit) -> Page:
    """The fields of the kind that was chosen, alone: asked by the script."""
    release = await found(visit)
    return Page("write_own.html", {"values": elements.values(release.metadata), "hints": {}, **elements.choices()})


async def save_elements(visit: Visit) -> Answer:
    # What it does to other documents has a room of its own; `seen` tells when that has changed meanwhile.
    kept = (await found(visit)).metadata.relations
    metadata = elements.filled(visit).model_copy(update={"relations": kept})
    await drafting.edit(visit.hub, visit.person, visit.release, metadata, seen=visit.posted.get("seen") or None)
    return Moved(place(visit), said="公文要素已保存。")


async def mend(visit: Visit) -> Answer:
    """Apply one fix to the text as it stands in the form, and save it."""
    name = visit.names["document"]
    try:
        await mending.mend(
            visit.hub,
            visit.person,
            visit.release,
            visit.posted.get("fix"),
            name=name,
            text=await writing.cleaned(panes.typed(visit), panes.alts(visit)),
            seen=visit.posted.get("seen"),
        )
    except HubError as error:
        if error.code is not ErrorCode.CONFLICT:
            raise
        return await _kept_beside(visit, name)
    return Moved(f"{place(visit)}{_with(name)}", said="已自动改正并保存。")


async def reopen(visit: Visit) -> Answer:
    version = visit.posted.get("version")
    await drafting.reopen(
        visit.hub,
        visit.person,
        visit.release,
        version=int(version) if version.isascii() and version.isdigit() else None,
    )
    return Moved(place(visit), said="可以修改了。原有的审核意见不再有效，改好后请重新提交审核。")


async def found(visit: Visit) -> Release:
    """The release of the address. Raises HubError(NOT_FOUND)."""
    async with visit.hub.engine.connect() as connection:
        return await opening.release(connection, visit.release)


def place(visit: Visit) -> str:
    return f"/releases/{visit.release}/write"


async def _kept_beside(visit: Visit, name: str) -> Moved:
    await autosaving.keep(
        visit.hub,
        visit.person,
        visit.release,
        name,
        await writing.cleaned(panes.typed(visit), panes.alts(visit)),
        base=visit.posted.get("seen"),
    )
    return Moved(f"{place(visit)}/{name}/draft", said="")


def _with(name: str) -> str:
    return f"?with={name}#{name}" if name != "policy" else "#policy"


ROOMS = (
    Room("GET", WRITE, show, EDITORS),
    Room("POST", WRITE, save_elements, EDITORS, again=show),
    Room("POST", WRITE + "/kind", turn, EDITORS),
    Room("POST", WRITE + "/own", own, EDITORS, is_quiet=True),
    Room("POST", WRITE + "/open", reopen, EDITORS, again=show),
    Room("POST", DOCUMENT, save, EDITORS, again=show),
    Room("POST", DOCUMENT + "/mend", mend, EDITORS, again=show),
)
