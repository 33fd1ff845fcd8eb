"""提交审核: what will be frozen is shown with its number and digest, and what is still to be looked at."""

from hub.commands import mending, reviewing
from hub.core import urgency
from hub.core.checks import Severity
from hub.store import drafts, editions
from hub.web.console import margin, write
from hub.web.console.room import Answer, Moved, Page, Visit, ways
from schemas.draft import Text
from schemas.errors import ErrorCode, HubError
from schemas.person import Duty
from schemas.release import ReleaseState
from schemas.review import WHOLE
from schemas.words import word

SUBMIT = "/releases/{release:[1-9][0-9]{0,14}}/submit"


async def show(visit: Visit) -> Answer:
    release = await write.found(visit)
    if release.state is not ReleaseState.DRAFT:
        return Moved(write.place(visit))
    async with visit.hub.engine.connect() as connection:
        number = await editions.newest_number(connection, release.id) + 1
        mine = await drafts.of_release(connection, release.id, visit.person.id)
        others = await drafts.others(connection, release.id, visit.person.id, within=write.PRESENT)
    found = await mending.findings(visit.hub, release, is_final=True)
    names = margin.headings(release)
    values = {
        "release": release,
        "edition": reviewing.snapshot(release, number) if release.document("policy") else None,
        "stops": [one for one in found if one.severity is Severity.BLOCKS],
        "warns": [one for one in found if one.severity is not Severity.BLOCKS],
        "unsaved": [
            names[name]
            for name, draft in mine.items()
            if name in names and draft.text != Text.of(release.document(name))
        ],
        "others": sorted({one.name for many in others.values() for one in many}),
        "names": names,
        "admits": urgency.admits(release.metadata, visit.hub.rules),
        "rules": visit.hub.rules,
        "spared": [word(level) for level in WHOLE if level not in visit.hub.rules.urgent_levels],
        "asked": [word(level) for level in visit.hub.rules.urgent_levels],
    }
    return Page("write_submit.html", values)


async def act(visit: Visit) -> Answer:
    version = visit.posted.get("version")
    if visit.posted.get("warned") and not visit.posted.get("looked"):
        fields = {"looked": "请逐条看过提示后勾选"}
        raise HubError(ErrorCode.INVALID, detail="还有提示没有看过", fields=fields)
    edition = await reviewing.submit(
        visit.hub,
        visit.person,
        visit.release,
        version=int(version) if version.isascii() and version.isdigit() else None,
        urgent=_urgent(visit),
    )
    lane = "按应急程序" if edition.chain else ""
    return Moved(f"/releases/{visit.release}", said=f"第 {edition.number} 版已{lane}提交审核。")


def _urgent(visit: Visit) -> str | None:
    """Why it must hurry, where that was chosen. A reason without the choice is asked about."""
    reason, is_chosen = visit.posted.get("urgent"), bool(visit.posted.get("hurry"))
    if reason.strip() and not is_chosen:
        fields = {"hurry": "写了应急理由，请勾选“应急发布”；按通常程序提交的，请清空理由"}
        raise HubError(ErrorCode.INVALID, detail="没有说明走哪种程序", fields=fields)
    return reason if is_chosen else None


ROOMS = ways(SUBMIT, show, act, Duty.EDITOR)
