"""补签: why an edition went the fast lane, who approved it, by when the others must sign, and their words."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from hub.commands import opening
from hub.core import tenancy
from hub.core import urgency as rules
from hub.core.checks.finding import RULES
from hub.core.deadlines import Deadline
from hub.store import calendars, engine, filing, people, urgencies
from hub.store.urgencies import Kept
from hub.web import decisions
from hub.web.console.room import Answer, Moved, Page, Visit, ways
from hub.web.forms import CountersignForm
from schemas.errors import ErrorCode, HubError
from schemas.person import LEVEL_DUTY, Person
from schemas.review import Level, Review
from schemas.urgency import Urgency, Verdict
from schemas.words import word

PATH = "/releases/{release:[1-9][0-9]{0,14}}/countersign"
#: verdict → what it does, in the order of the form.
EFFECTS = {
    Verdict.ENDORSE: "事后审查无异议。意见可以不填。",
    Verdict.CORRECT: "已公开的内容有误但可以更正：列入起草人的工作台，修改后以新版本审核、发布。须写明理由。",
    Verdict.WITHDRAW: "不应公开：同时提议撤回，签发人确认后各渠道撤下。理由将随撤回公开。",
}


@dataclass(frozen=True)
class Spared:
    """One skipped level: who signed and how, or why it does not wait for this person."""

    level: Level
    who: str = ""
    stead: str = ""
    verdict: Verdict | None = None
    at: datetime | None = None
    note: str = ""
    can: bool = False
    why: str = ""


@dataclass(frozen=True)
class Hurried:
    """One edition of the fast lane as it is read."""

    urgency: Urgency
    digest: str
    by: str
    approved: tuple[tuple[Review, str], ...]
    warnings: tuple[str, ...]
    levels: tuple[Spared, ...]
    due: Deadline | None  #: while somebody has still to sign

    @property
    def open_levels(self) -> list[tuple[Level, str]]:
        return [(one.level, word(one.level)) for one in self.levels if one.can]


async def show(visit: Visit) -> Page:
    async with visit.hub.engine.connect() as connection:
        release = await opening.release(connection, visit.release)
        found = await hurried(connection, visit)
    if not found:
        raise HubError(ErrorCode.NOT_FOUND, what="应急发布的版本：这份文件走的是通常程序")
    effects = [(one, word(one), told) for one, told in EFFECTS.items()]
    return Page("countersign.html", {"release": release, "found": found, "effects": effects})


async def sign(visit: Visit) -> Answer:
    form = visit.posted.filled(CountersignForm)
    await decisions.countersign(visit.hub, visit.person, visit.release, form)
    said = f"{word(form.level)}：{word(form.verdict)}（第 {form.edition} 版）。"
    return Moved(f"/releases/{visit.release}/countersign", said=said)


async def hurried(connection: AsyncConnection, visit: Visit) -> list[Hurried]:
    """Every edition of the release that went the fast lane, the newest first."""
    kept = await urgencies.of_release(connection, visit.release)
    if not kept:
        return []
    filed = await filing.filed(connection, [(one.urgency.release, one.urgency.edition) for one in kept])
    names = {one.id: one.name for one in await people.every(connection)}
    now, calendar = await engine.now(connection), await calendars.every(connection)
    unit = (await urgencies.units(connection, {visit.release}))[visit.release]
    person = tenancy.within(visit.person, unit, visit.hub.rules)
    made = []
    for one in reversed(kept):
        of, at = filed[one.urgency.release, one.urgency.edition], one.urgency.published_at
        owes = rules.owing(one.urgency, one.signs)
        made.append(
            Hurried(
                urgency=one.urgency,
                digest=of.edition.digest,
                by=names.get(one.urgency.requested_by, ""),
                approved=tuple((done, names.get(done.reviewer, "")) for done in of.reviews),
                warnings=tuple(RULES[code].meaning if code in RULES else code for code in one.urgency.warnings),
                levels=tuple(_spared(person, level, one, of, names) for level in one.urgency.skipped),
                due=rules.due(at, now, calendar, visit.hub.rules.countersign_days) if at and owes else None,
            )
        )
    return made


def _spared(person: Person, level: Level, kept: Kept, filed: filing.Filed, names: dict[str, str]) -> Spared:
    for one in kept.signs:
        if one.level is level:
            stead = names.get(one.on_behalf_of, "") if one.on_behalf_of else ""
            return Spared(level, names.get(one.signer, ""), stead, one.verdict, one.at, one.note)
    try:
        rules.check_countersign(
            person, level, kept.urgency, authors=filed.authors, reviews=filed.reviews, signs=kept.signs
        )
    except HubError as refused:
        is_ours = LEVEL_DUTY[level] in person.duties
        return Spared(level, why=refused.message if is_ours else f"待{word(LEVEL_DUTY[level])}补签")
    return Spared(level, can=True)


ROOMS = ways(PATH, show, sign)
