"""One delivery: its history, and a person's hand on it. Every act is one of `hub.commands.steering`."""

from datetime import date, datetime, time
from typing import Annotated, Any

from pydantic import Field

from hub.commands import steering
from hub.core.delivery import ACCEPTS
from hub.store import attempts, deliveries, engine, publications
from hub.web import packages
from hub.web.console import channel_view, progress, release
from hub.web.console.channel_view import TURNERS
from hub.web.console.progress import Way
from hub.web.console.room import Answer, Moved, Page, Room, Visit
from schemas import events
from schemas.delivery import Action, Delivery, DeliveryState, Step
from schemas.entry import BEIJING
from schemas.errors import ErrorCode, HubError
from schemas.person import Duty
from schemas.release import Frozen, Release

ONE = f"{progress.PATH}/{{delivery:[1-9][0-9]{{0,14}}}}"
#: Before the document's name, in the fields of a settlement.
ADDRESS = "address-"
#: Lines of a delivery's history that a page shows: the newest.
HISTORY = 100


async def show_one(visit: Visit) -> Page:
    """One delivery: its history, and everything that a person can do about it."""
    number = int(visit.names["delivery"])
    async with visit.hub.engine.connect() as connection:
        case = await release.read(connection, visit.release, visit.hub)
        ways = await progress.ways(connection, visit, list(case.deliveries))
        way = next((one for one in ways if one.delivery.id == number), None)
        if way is None:
            raise HubError(ErrorCode.NOT_FOUND, what=f"编号为 {number} 的投递")
        history = await attempts.of_delivery(connection, number)
        now = await engine.now(connection)
        public = await publications.of_release(connection, visit.release)
    one = way.delivery
    values = {
        "release": case.release,
        "way": way,
        "can": _can(way, visit),
        "history": [_told(row) for row in history[-HISTORY:]][::-1],
        "tomorrow": now.astimezone(BEIJING).date(),
        "documents": _documents(case.release),
        "is_handed": packages.carrier(visit.hub.channels.get(one.channel), one) is not None,
        "known": {shown.document: shown.address for shown in public if shown.channel == one.channel},
        "may": visit.has(Duty.PUBLISHER),
        "turns": visit.has(*TURNERS),
        "now": now,
    }
    return Page("delivery.html", values)


def _can(way: Way, visit: Visit) -> dict[str, bool]:
    """What the rules let a person do with it now, where it makes sense; the command decides again."""
    one, may = way.delivery, visit.has(Duty.PUBLISHER)
    takes, left = ACCEPTS[one.state], one.intended_at is not None
    is_stopped = one.trouble is not None or one.state in {DeliveryState.HELD, DeliveryState.FAILED}
    return {
        "retry": may and events.Retried in takes and is_stopped,
        "settle": may and events.Settled in takes and left,
        "postpone": may and events.Postponed in takes and not left,
        "cancel": may and events.Cancelled in takes and not left and one.action is not Action.WITHDRAW,
    }


def _documents(of: Release) -> list[tuple[str, str]]:
    return [(document.name, document.title) for document in of.documents]


#: What a worker's step met, in words.
OUTCOMES = {
    "Claimed": "开始办理",
    "Prepared": "准备完成",
    "Intended": "记下将要提交",
    "Accepted": "渠道已接收",
    "Seen": "已见到公开内容",
    "Unseen": "还没有见到",
    "Absent": "渠道确认没有收到",
    "Troubled": "遇到问题",
    "Released": "交回，由其他进程继续",
    "Withdrawn": "由撤回接替",
}


def _told(row: dict[str, Any]) -> dict[str, Any]:
    detail = row["detail"] or {}
    said = detail.get("trouble", detail).get("detail", "") if isinstance(detail, dict) else ""
    outcome = OUTCOMES.get(row["outcome"], row["outcome"])
    return {"at": row["at"], "step": Step(row["step"]), "outcome": outcome, "said": str(said)}


async def retry(visit: Visit) -> Answer:
    made = await steering.retry(visit.hub, visit.person, await _mine(visit))
    return _back(visit, f"已安排重新办理{_called(visit, made)}。")


async def cancel(visit: Visit) -> Answer:
    made = await steering.cancel(visit.hub, visit.person, await _mine(visit), why=visit.posted.get("why"))
    return _back(visit, f"已取消{_called(visit, made)}，没有发送。")


class Later(Frozen):
    """Another time."""

    day: date
    clock: time


async def postpone(visit: Visit) -> Answer:
    later = visit.posted.filled(Later)
    at = datetime.combine(later.day, later.clock.replace(tzinfo=None), BEIJING)
    made = await steering.postpone(visit.hub, visit.person, await _mine(visit), at)
    return _back(visit, f"{_called(visit, made)}改到 {at:%Y-%m-%d %H:%M} 发布。")


class Settlement(Frozen):
    """What became of a send, and how the person found out."""

    published: Annotated[str, Field(pattern="^(yes|no)$")]
    why: Annotated[str, Field(min_length=1, max_length=500)]


async def settle(visit: Visit) -> Answer:
    said = visit.posted.filled(Settlement)
    addresses = None
    if said.published == "yes":
        addresses = {
            name.removeprefix(ADDRESS): visit.posted.get(name).strip()
            for name in visit.posted.fields
            if name.startswith(ADDRESS) and visit.posted.get(name).strip()
        }
        if not addresses:
            words = "请填写公开网址，系统按它查看"
            raise HubError(ErrorCode.INVALID, detail=words, fields={"address-policy": words})
    made = await steering.settle(visit.hub, visit.person, await _mine(visit), addresses=addresses, evidence=said.why)
    what = "系统马上到公开网址查看" if addresses else "系统将重新准备并发送"
    return _back(visit, f"已记下{_called(visit, made)}的结果，{what}。")


async def _mine(visit: Visit) -> int:
    """The delivery that the address names. Raises HubError(NOT_FOUND) unless it is the release's."""
    number = int(visit.names["delivery"])
    async with visit.hub.engine.connect() as connection:
        found = await deliveries.find(connection, number)
    if found is None or found.release != visit.release:
        raise HubError(ErrorCode.NOT_FOUND, what=f"编号为 {number} 的投递")
    return number


def _called(visit: Visit, one: Delivery) -> str:
    return channel_view.called(visit.hub).get(one.channel, one.channel)


def _back(visit: Visit, said: str) -> Moved:
    return Moved(f"/releases/{visit.release}/progress", said=said)


_PUBLISHER = frozenset({Duty.PUBLISHER})
ROOMS = (
    Room("GET", ONE, show_one),
    Room("POST", f"{ONE}/retry", retry, _PUBLISHER, again=show_one),
    Room("POST", f"{ONE}/cancel", cancel, _PUBLISHER, again=show_one),
    Room("POST", f"{ONE}/postpone", postpone, _PUBLISHER, again=show_one),
    Room("POST", f"{ONE}/settle", settle, _PUBLISHER, again=show_one),
)
