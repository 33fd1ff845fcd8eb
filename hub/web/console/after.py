"""发布之后: withdraw, mark, correct, repeal, extend. One person proposes, another confirms, each sees what follows."""

from dataclasses import dataclass
from datetime import datetime

from hub.commands import opening, standing
from hub.core import standing as rules
from hub.store import deliveries, engine, people, publications, relations, releases
from hub.store.relations import Said
from hub.web.console.room import Answer, Moved, Page, Room, Visit
from schemas import words
from schemas.delivery import DeliveryState
from schemas.entry import BEIJING
from schemas.errors import ErrorCode, HubError
from schemas.person import Duty
from schemas.standing import Proposal, Standing, StandingKind, Successor

#: Each act as it is offered, and what it is for.
OFFERED = (
    (StandingKind.WITHDRAWN, "撤回", "文件不应公开或内容有误，立即从各渠道撤下；原地址保留撤回说明"),
    (StandingKind.REPEALED, "废止", "被新文件替代或不再执行，各渠道标注“已废止”"),
    (StandingKind.AMENDED, "标注修改", "部分内容被另一份文件修改，各渠道标注“已修改”"),
    (StandingKind.EXPIRED, "标注失效", "有效期已到，各渠道标注“已失效”"),
    (StandingKind.IN_FORCE, "延长有效期或恢复有效", "到期前延长，或更正误标的状态"),
)
PROPOSE = frozenset({Duty.EDITOR, Duty.PUBLISHER})
_PATH = "/releases/{release:[1-9][0-9]{0,14}}/after"
_KIND = "{kind:" + "|".join(kind.value for kind, _, _ in OFFERED) + "}"


async def show(visit: Visit) -> Page:
    async with visit.hub.engine.connect() as connection:
        release = await opening.release(connection, visit.release)
        story = await standing.history(connection, visit.release)
        shown = await publications.of_release(connection, visit.release)
        names = {one.id: one.name for one in await people.every(connection)}
    waiting = [one for one in story if one.is_open]
    outlooks = {one.id: await standing.outlook(visit.hub, visit.release, one.kind) for one in waiting}
    current = max((one for one in story if one.serial), key=lambda one: one.serial or 0, default=None)
    holds = rules.holding(current, release.edition or 0)
    values = {
        "release": release,
        "verbs": {kind: name for kind, name, _ in OFFERED},
        "is_withdrawn": holds is StandingKind.WITHDRAWN,
        "story": [one for one in story if not one.is_open],
        "waiting": waiting,
        "marks": await _marks(visit, current) if current else (),
        "outlooks": outlooks,
        "publications": shown,
        "names": names,
        "called": _called(visit),
        "offered": [one for one in OFFERED if one[0] in rules.FOLLOWS[holds]],
        "may_propose": visit.has(*PROPOSE),
        "may_confirm": visit.has(Duty.SIGNER),
    }
    return Page("after.html", values)


@dataclass(frozen=True)
class Mark:
    """What one channel shows of what holds now."""

    channel: str
    state: DeliveryState | None  #: of its delivery; None where nothing is sent
    seen_at: datetime | None
    words: str  #: where nothing is sent: why not


async def _marks(visit: Visit, current: Standing) -> list[Mark]:
    """Every channel where the document is or was public, with what it shows by now, or why it cannot."""
    async with visit.hub.engine.connect() as connection:
        found = [one for one in await deliveries.of_release(connection, visit.release) if one.standing == current.id]
    sent = {one.channel: Mark(one.channel, one.state, one.seen_at, "") for one in found}
    others = await standing.outlook(visit.hub, visit.release, current.kind)
    unable = [Mark(one.channel, None, None, one.words) for one in others if one.channel not in sent]
    return [*sent.values(), *unable]


async def show_kind(visit: Visit) -> Page:
    kind = StandingKind(visit.names["kind"])
    prospects = await standing.outlook(visit.hub, visit.release, kind)
    async with visit.hub.engine.connect() as connection:
        release = await releases.find(connection, visit.release)
        marked = [one for one in await relations.of_release(connection, visit.release) if _marks_another(visit, one)]
        today = (await engine.now(connection)).astimezone(BEIJING).date()
    name, about = _verb(kind), next(about for one, _, about in OFFERED if one is kind)
    values: dict[str, object] = {
        "release": release,
        "kind": kind,
        "name": name,
        "about": about,
        "prospects": prospects,
        "today": today,
        "marked": [one.target for one in marked] if kind is StandingKind.WITHDRAWN else [],
    }
    values |= {"called": _called(visit)}
    return Page("propose.html", values)


def _marks_another(visit: Visit, one: Said) -> bool:
    """Whether this document has had another one marked, which its withdrawal leaves as it is."""
    return one.release == visit.release and one.kind.is_act and one.settled_at is not None and not one.outcome


async def propose(visit: Visit) -> Answer:
    kind = StandingKind(visit.names["kind"])
    form = visit.posted.filled(Proposal, kind=kind, successor=_successor(visit))
    await standing.propose(visit.hub, visit.person, visit.release, form)
    return Moved(_place(visit), said=f"已提出：{_verb(kind)}。另一位签发人确认后生效，在此之前各渠道没有变化。")


async def confirm(visit: Visit) -> Answer:
    made = await standing.confirm(visit.hub, visit.person, await _number(visit), note=visit.posted.get("note"))
    return Moved(_place(visit), said=f"已确认：{_verb(made.kind)}。各渠道正在办理，进度见“发布进度”。")


async def decline(visit: Visit) -> Answer:
    await standing.decline(visit.hub, visit.person, await _number(visit), note=visit.posted.get("note"))
    return Moved(_place(visit), said="已退回这项提议，各渠道没有变化。")


async def _number(visit: Visit) -> int:
    """The proposal that is meant, if it is one of this release."""
    given = visit.posted.get("standing")
    async with visit.hub.engine.connect() as connection:
        found: list[Standing] = await standing.history(connection, visit.release)
    number = next((one.id for one in found if str(one.id) == given), None)
    if number is None:
        raise HubError(ErrorCode.NOT_FOUND, what="这项提议")
    return number


def _verb(kind: StandingKind) -> str:
    return next(name for one, name, _ in OFFERED if one is kind)


def _called(visit: Visit) -> dict[str, str]:
    """Channel → what people call it."""
    return {name: words.channel(name, channel.settings.kind) for name, channel in visit.hub.channels.items()}


def _successor(visit: Visit) -> Successor | None:
    """The document that stands in its place, if one was named: by our number, or by title and address."""
    ours, title, address = (visit.posted.get(name).strip() for name in ("successor", "title", "address"))
    if ours and not (ours.isascii() and ours.isdigit() and len(ours) <= 15):  # noqa: PLR2004 - as in every address
        told = "应为本系统中文件的编号，如 1001"
        raise HubError(ErrorCode.INVALID, detail=told, fields={"successor": told})
    if ours:
        return Successor(release=int(ours))
    return visit.posted.filled(Successor) if title or address else None


def _place(visit: Visit) -> str:
    return f"/releases/{visit.release}/after"


ROOMS = (
    Room("GET", _PATH, show),
    Room("GET", f"{_PATH}/{_KIND}", show_kind),
    Room("POST", f"{_PATH}/{_KIND}", propose, PROPOSE, again=show_kind),
    Room("POST", f"{_PATH}/confirm", confirm, frozenset({Duty.SIGNER}), again=show),
    Room("POST", f"{_PATH}/decline", decline, again=show),
)
