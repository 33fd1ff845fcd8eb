"""One older document: its files, what was proposed and decided, and what can be done with it now."""

from typing import Any

from hub.commands import backfiling, rereviewing
from hub.core.backfiles import rules
from hub.store import attributions, backfiles, catalogue, engine
from hub.store.blobs import Blobs
from hub.web.console import downloads
from hub.web.console.room import Answer, Moved, Page, Room, Visit
from hub.web.route import Raw
from hub.web.seats import seat
from schemas.backfile import Attribution, Backfile, Opinion
from schemas.entry import BEIJING
from schemas.errors import ErrorCode, HubError
from schemas.grounds import GROUNDS
from schemas.person import Duty
from schemas.release import Disclosure, Secrecy
from schemas.words import word

_PATH = "/backfiles/{backfile:[1-9][0-9]{0,14}}"
_EDITOR, _CONFIRM = frozenset({Duty.EDITOR}), frozenset(rules.CONFIRM)
#: What each decision leads to, as it is offered.
OFFERED = (
    (Disclosure.OPEN.value, word(Disclosure.OPEN), "已具备公开条件；确认后转为政策发布，按四级审核办理"),
    (Disclosure.ON_REQUEST.value, word(Disclosure.ON_REQUEST), "须选依据并写明理由；到期再次审定"),
    (Disclosure.CLOSED.value, word(Disclosure.CLOSED), "须选依据并写明理由；到期再次审定"),
)


async def show(visit: Visit) -> Page:
    found = await _found(visit)
    async with visit.hub.engine.connect() as connection:
        today = (await engine.now(connection)).astimezone(BEIJING).date()
        story = await attributions.history(connection, found.id)
        people = {one for told in story for one in (told.proposed_by, told.ruled_by, told.on_behalf_of) if one}
        names = await catalogue.names(connection, people)
    waiting = next((one for one in story if one.is_open), None)
    values: dict[str, Any] = {
        "one": found,
        "today": today,
        "story": [one for one in story if not one.is_open],
        "waiting": waiting,
        "names": names,
        "offered": OFFERED,
        "grounds": [(ground, ground) for ground in GROUNDS],
        "secrecies": [(one.value, word(one)) for one in Secrecy],
        "may": _may(visit, found, waiting),
        "months": visit.hub.rules.rereview_months,
        "units": await backfiling.units_of(visit.hub) if visit.has(*rules.CONFIRM) else [],
    }
    return Page("backfile.html", values)


def _may(visit: Visit, found: Backfile, waiting: Attribution | None) -> frozenset[str]:
    """Which acts the page offers. Commands decide; this only shows."""

    def can(check: Any, *arguments: Any, **more: Any) -> bool:
        try:
            check(visit.person, *arguments, **more)
        except HubError:
            return False
        return True

    offered = {
        "propose": can(rules.check_proposal, found),
        "file": can(rules.check_own, found) and found.release is None,
        "convert": can(rules.check_conversion, found),
        "confirm": waiting is not None and can(rules.check_ruling, waiting, confirms=True),
        "decline": waiting is not None and can(rules.check_ruling, waiting, confirms=False),
        "assign": visit.has(*rules.CONFIRM) and waiting is None and found.release is None,
    }
    return frozenset(name for name, is_so in offered.items() if is_so)


async def propose(visit: Visit) -> Answer:
    opinion = visit.posted.filled(Opinion)
    await rereviewing.propose(visit.hub, visit.person, _number(visit), opinion)
    said = f"已提出：{word(opinion.disclosure)}。签发人或保密审查员确认后生效。"
    return Moved(_place(visit), said=said)


async def confirm(visit: Visit) -> Answer:
    number = (await _waiting(visit)).id
    made = await rereviewing.confirm(visit.hub, visit.person, number, note=visit.posted.get("note"))
    then = "由责任处室的编辑转为政策发布。" if made.due_on is None else f"{made.due_on} 起再次审定。"
    return Moved(_place(visit), said=f"已确认：{word(made.disclosure)}。{then}")


async def decline(visit: Visit) -> Answer:
    number = (await _waiting(visit)).id
    await rereviewing.decline(visit.hub, visit.person, number, note=visit.posted.get("note"))
    return Moved(_place(visit), said="已退回，由责任处室重新提出意见。")


async def attach(visit: Visit) -> Answer:
    files = [(one.filename, one.data) for one in visit.posted.files.get("files", ())]
    if not files:
        raise HubError(ErrorCode.INVALID, detail="还没有选择文件", fields={"files": "请选择文件"})
    async with seat(visit.desk.uploads, "同时上传的文件过多"):
        await backfiling.attach(visit.hub, visit.person, _number(visit), files)
    return Moved(_place(visit), said=f"已放入 {len(files)} 个文件。")


async def detach(visit: Visit) -> Answer:
    await backfiling.detach(visit.hub, visit.person, _number(visit), visit.posted.get("name"))
    return Moved(_place(visit), said="已取出这个文件。")


async def assign(visit: Visit) -> Answer:
    made = await backfiling.assign(visit.hub, visit.person, _number(visit), visit.posted.get("unit"))
    return Moved(_place(visit), said=f"已改派给{made.unit}。")


async def convert(visit: Visit) -> Answer:
    """To the ordinary 确认, with what the register says filled in; the release is made there."""
    async with seat(visit.desk.uploads, "同时读取的文件过多"):
        arrival = await rereviewing.convert(visit.hub, visit.person, _number(visit))
    return Moved(f"/releases/new/{arrival.id}")


async def file(visit: Visit) -> Raw:
    """A file, only ever saved to disk."""
    found = await _found(visit)
    held = next((one for one in found.files if one.sha256 == visit.names["sha256"]), None)
    if held is None:
        raise HubError(ErrorCode.NOT_FOUND, what="这个文件")
    data = await Blobs(visit.hub.engine).read(held.sha256)
    headers = downloads.saved(held.name, held.sha256) | {"Cache-Control": "no-store"}
    return Raw(data, "application/octet-stream", headers=headers)


async def _found(visit: Visit) -> Backfile:
    """The document, if the person may look at it: of another unit it is as if it were not there."""
    async with visit.hub.engine.connect() as connection:
        found = await backfiles.find(connection, _number(visit))
    if found is None or not rules.sees(visit.person, found):
        raise HubError(ErrorCode.NOT_FOUND, what=f"第 {_number(visit)} 号存量文件")
    return found


async def _waiting(visit: Visit) -> Attribution:
    """The proposal that the person had before them; a page of yesterday confirms nothing of today."""
    async with visit.hub.engine.connect() as connection:
        story = await attributions.history(connection, _number(visit))
    found = next((one for one in story if str(one.id) == visit.posted.get("attribution")), None)
    if found is None:
        raise HubError(ErrorCode.NOT_FOUND, what="这项审定意见")
    return found


def _number(visit: Visit) -> int:
    return int(visit.names["backfile"])


def _place(visit: Visit) -> str:
    return f"/backfiles/{_number(visit)}"


ROOMS = (
    Room("GET", _PATH, show, rules.READ),
    Room("POST", _PATH + "/propose", propose, _EDITOR, again=show),
    Room("POST", _PATH + "/confirm", confirm, _CONFIRM, again=show),
    Room("POST", _PATH + "/decline", decline, rules.READ, again=show),
    Room("POST", _PATH + "/files", attach, _EDITOR, again=show, takes_files=True),
    Room("POST", _PATH + "/detach", detach, _EDITOR, again=show),
    Room("POST", _PATH + "/assign", assign, _CONFIRM, again=show),
    Room("POST", _PATH + "/convert", convert, _EDITOR, again=show),
    Room("GET", _PATH + "/files/{sha256:[0-9a-f]{64}}", file, rules.READ),
)
