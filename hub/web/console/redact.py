"""区分处理: choose what must stay closed, see the public version, make it."""

from hub.commands import opening, redacting
from hub.core import redaction
from hub.store import derivations
from hub.web.console import margin, removed, review
from hub.web.console.room import Answer, Moved, Page, Room, Visit, ways
from schemas.derivation import Blackout, Cut, Redaction
from schemas.errors import ErrorCode, HubError
from schemas.grounds import GROUNDS
from schemas.person import Duty
from schemas.release import Release

PATH = "/releases/{release:[1-9][0-9]{0,14}}/redact"
#: Before a passage's name, in the fields that say on which ground it goes.
CUT = "cut-"
#: So many words can be named at once.
ROWS = 8


async def show(visit: Visit) -> Page:
    """The original, passage by passage, each with the choice of a ground."""
    async with visit.hub.engine.connect() as connection:
        release = await opening.release(connection, visit.release)
        versions = await derivations.of_origin(connection, visit.release)
    redacting.check_origin(release)
    names = margin.headings(release)
    values = {
        "release": release,
        "mark": redacting.mark(release),
        "grounds": [(one, one) for one in GROUNDS],
        "texts": [(one, names[one.name], redaction.blocks(one.body)) for one in release.documents],
        "annexes": _annexes(release),
        "pictures": sum(len(one.images) for one in release.documents),
        "rows": range(1, ROWS + 1),
        "versions": versions,
        **removed.MARKS,
    }
    return Page("redact.html", values)


async def ask(visit: Visit) -> Answer:
    """Show what would be made. Nothing is."""
    wanted = _wanted(visit)
    async with visit.hub.engine.connect() as connection:
        release = await opening.release(connection, visit.release)
    redacting.check_origin(release)
    _check_mark(visit, release)
    origin = redacting.now(release, 1)
    version = redacting.make(origin, wanted)
    values = {
        "release": release,
        "mark": redacting.mark(release),
        "sides": removed.sides(release, origin, version.removals, version.documents),
        "version": version,
        "facts": review.facts(version.metadata),
        "fields": [(name, value) for name in visit.posted.fields for value in visit.posted.every(name)],
        **removed.MARKS,
    }
    return Page("redact_confirm.html", values)


async def make(visit: Visit) -> Answer:
    made = await redacting.derive(
        visit.hub, visit.person, visit.release, _wanted(visit), seen=visit.posted.get("mark") or None
    )
    said = f"已制作公开版本（编号 {made.id}），是一份新的草稿。请检查公文要素后提交审核；原件没有变化。"
    return Moved(f"/releases/{made.id}", said=said)


def _annexes(release: Release) -> list[tuple[str, str, str]]:
    """Value, name and kind of each attachment, as a list of boxes shows them."""
    return [(one.sha256, one.name, "") for document in release.documents for one in document.attachments]


def _wanted(visit: Visit) -> Redaction:
    """What was chosen. Raises HubError(INVALID) that names the field."""
    cuts = []
    for name in visit.posted.fields:
        ground = visit.posted.get(name)
        document, _, number = name.removeprefix(CUT).rpartition("-")
        if name.startswith(CUT) and ground:
            cuts.append({"document": document, "number": number, "ground": ground})
    blackouts = []
    for row in range(1, ROWS + 1):
        words, ground = visit.posted.get(f"words-{row}").strip(), visit.posted.get(f"ground-{row}")
        if words and not ground:
            told = "请选择删去的依据"
            raise HubError(ErrorCode.INVALID, detail=told, fields={f"ground-{row}": told})
        if words and len("".join(words.split())) < 2:  # noqa: PLR2004 - one letter stands everywhere
            told = "至少两个字"
            raise HubError(ErrorCode.INVALID, detail=told, fields={f"words-{row}": told})
        blackouts += [{"words": words, "ground": ground}] if words else []
    try:
        return Redaction.model_validate(
            {
                "cuts": [Cut.model_validate(one) for one in cuts],
                "blackouts": [Blackout.model_validate(one) for one in blackouts],
                "keeps": visit.posted.every("keep"),
            }
        )
    except ValueError:
        raise HubError(ErrorCode.INVALID, detail="选择的段落或依据不存在，请重新选择") from None


def _check_mark(visit: Visit, release: Release) -> None:
    if visit.posted.get("mark") not in {"", redacting.mark(release)}:
        raise HubError(ErrorCode.CHANGED, detail="原件刚刚被修改过")


ROOMS = (
    *ways(PATH, show, ask, Duty.EDITOR),
    Room("POST", f"{PATH}/confirm", make, frozenset({Duty.EDITOR}), again=show),
)
