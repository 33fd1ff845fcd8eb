"""工作台: what waits for this person, each with its one next step; deadlines, channels, today's official releases."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time

from sqlalchemy.ext.asyncio import AsyncConnection

from hub.core import deadlines, workflow
from hub.core.deadlines import Calendar, Deadline
from hub.core.sentences import wait
from hub.core.sentences.moments import moment
from hub.store import calendars, catalogue, desks, engine, standings
from hub.store.desks import Item, Pile, Reviewing
from hub.web.console import channels
from hub.web.console.room import Page, Room, Visit
from schemas.circuit import Circuit
from schemas.delivery import Delivery
from schemas.entry import BEIJING
from schemas.person import LEVEL_DUTY, Duty, Person
from schemas.review import Level
from schemas.words import word

#: Besides editors, who see their own, these see what is to be public by when.
WATCHERS = (Duty.PUBLISHER, Duty.SIGNER, Duty.ADMINISTRATOR, Duty.AUDITOR)
#: These have something to do with what is under review.
READERS = (Duty.EDITOR, *LEVEL_DUTY.values())
#: These see deliveries that stopped; the first two can do something about them.
MENDERS = (Duty.PUBLISHER, Duty.ADMINISTRATOR, Duty.AUDITOR)


@dataclass(frozen=True)
class Line:
    """One line of a pile."""

    item: Item
    note: str
    deadline: Deadline | None = None


@dataclass(frozen=True)
class Heap:
    """One pile as it is shown: a heading with its number, what is done here, and where."""

    name: str
    count: int
    lines: tuple[Line, ...]
    path: str  #: below the release's address
    verb: str
    hint: str = ""
    more: str = ""  #: where the rest is

    @property
    def rest(self) -> int:
        return self.count - len(self.lines)


@dataclass(frozen=True)
class Sight:
    """What a reading of the workbench knows besides the piles."""

    connection: AsyncConnection
    person: Person
    now: datetime
    calendar: Calendar
    titles: Mapping[str, str]  #: of channels

    def deadline(self, item: Item) -> Deadline | None:
        """By when it must be public; nothing for what is not to be."""
        if not item.is_open:
            return None
        return deadlines.disclosure(item.signed_on, self.now.astimezone(BEIJING).date(), self.calendar)

    def since(self, at: datetime) -> str:
        return moment(at, self.now)


async def show(visit: Visit) -> Page:
    async with visit.hub.engine.connect() as connection:
        calendar, now = await calendars.every(connection), await engine.now(connection)
        views = await channels.views(connection, visit.hub)
        sight = Sight(connection, visit.person, now, calendar, {name: view.title for name, view in views.items()})
        mine = [heap for heap in await _heaps(sight, visit) if heap.count]
        values = {
            "heaps": mine,
            "views": views.values(),
            "today": await desks.official(connection, _midnight(now)),
            "due": await _due(sight, visit),
            "signed": await desks.signed(connection) if visit.has(Duty.AUDITOR, Duty.ADMINISTRATOR) else None,
        }
    return Page("workbench.html", {**values, "titles": sight.titles, **_who(visit)})


def _who(visit: Visit) -> dict[str, bool]:
    return {"writes": visit.has(Duty.EDITOR), "watches": visit.has(*WATCHERS), "audits": visit.has(Duty.AUDITOR)}


def _midnight(now: datetime) -> datetime:
    return datetime.combine(now.astimezone(BEIJING).date(), time(), BEIJING)


async def _heaps(sight: Sight, visit: Visit) -> list[Heap]:
    reviewing = await desks.in_review(sight.connection) if visit.has(*READERS) else []
    heaps = []
    if visit.has(*MENDERS):
        heaps.append(await _stuck(sight, visit))
    if visit.has(Duty.EDITOR):
        heaps.append(await _to_fix(sight))
    heaps += _to_review(sight, reviewing)
    if visit.has(Duty.SIGNER):
        heaps.append(await _to_confirm(sight))
    if visit.has(Duty.PUBLISHER):
        heaps.append(await _to_publish(sight))
    if visit.has(Duty.EDITOR):
        heaps.append(_submitted(sight, reviewing))
    if visit.has(Duty.PUBLISHER, Duty.SIGNER, Duty.AUDITOR):
        heaps.append(await _scheduled(sight, visit))
    return heaps


async def _to_fix(sight: Sight) -> Heap:
    pile = await desks.to_fix(sight.connection, sight.person.id)
    names = await catalogue.names(sight.connection, {item.by for item in pile.items})
    lines = tuple(Line(item, _returned(item, names, sight), sight.deadline(item)) for item in pile.items)
    return Heap("待修改", pile.count, lines, "write", "去修改", more="/releases?state=draft&mine=1")


def _returned(item: Item, names: Mapping[str, str], sight: Sight) -> str:
    if item.level is None:
        return f"起草中，{sight.since(item.at)} 最后修改"
    by = names.get(item.by, "审核人")
    return f"{by}（{word(item.level)}）于{sight.since(item.at)}退回：{item.said}"


def _to_review(sight: Sight, reviewing: list[Reviewing]) -> list[Heap]:
    """What waits at this person's levels, in the order of its submission; the final word stands by itself."""
    waits = [
        (one, workflow.open_levels(sight.person, one.edition, authors=one.authors, reviews=one.reviews))
        for one in reviewing
    ]
    sign = [(one, levels) for one, levels in waits if Level.FINAL in levels]
    review = [(one, levels) for one, levels in waits if levels and Level.FINAL not in levels]
    return [
        _reviews("待签发", "去签发", sign, sight),
        _reviews("待审核", "去审核", review, sight),
    ]


def _reviews(name: str, verb: str, waits: list[tuple[Reviewing, tuple[Level, ...]]], sight: Sight) -> Heap:
    lines = tuple(
        Line(one.item, f"{'、'.join(map(word, levels))}，{sight.since(one.item.at)} 提交", sight.deadline(one.item))
        for one, levels in waits[: desks.LINES]
    )
    return Heap(name, len(waits), lines, "review", verb, more="/releases?state=in_review")


async def _to_confirm(sight: Sight) -> Heap:
    """Standings that somebody else proposed: nothing happens before another person's yes."""
    found = [one for one in await standings.waiting(sight.connection) if one.proposed_by != sight.person.id]
    items = await desks.some(sight.connection, {one.release for one in found})
    lines = tuple(
        Line(items[one.release], f"提议“{word(one.kind)}”：{one.reason}，{sight.since(one.proposed_at)} 提出")
        for one in found[: desks.LINES]
        if one.release in items
    )
    return Heap("待确认的撤回、废止等", len(found), lines, "after", "去确认")


async def _to_publish(sight: Sight) -> Heap:
    pile = await desks.to_publish(sight.connection)
    lines = tuple(Line(item, f"{sight.since(item.at)} 审核全部通过", sight.deadline(item)) for item in pile.items)
    return Heap("待发布", pile.count, lines, "publish", "去发布", more="/releases?state=approved")


def _submitted(sight: Sight, reviewing: list[Reviewing]) -> Heap:
    """What the person wrote and others are reviewing: nothing to do but to know where it is."""
    mine = [one for one in reviewing if sight.person.id in one.authors]
    lines = tuple(Line(one.item, _missing(one, sight), sight.deadline(one.item)) for one in mine[: desks.LINES])
    return Heap("已提交，等他人审核", len(mine), lines, "", "查看", more="/releases?state=in_review&mine=1")


def _missing(one: Reviewing, sight: Sight) -> str:
    lacking = "、".join(word(level) for level in workflow.missing(one.edition, one.reviews))
    return f"{sight.since(one.item.at)} 提交，还缺{lacking}"


async def _stuck(sight: Sight, visit: Visit) -> Heap:
    count, found = await desks.stuck(sight.connection)
    items = await desks.some(sight.connection, {one.release for one in found})
    lines = tuple(
        Line(items[one.release], f"{sight.titles.get(one.channel, one.channel)}：{_reason(one, sight)}")
        for one in found
    )
    may = visit.has(Duty.PUBLISHER)
    return Heap("发不出去的", count, lines, "progress", "去处理" if may else "查看")


def _reason(one: Delivery, sight: Sight) -> str:
    return wait.why(one, (), Circuit(channel=one.channel), sight.now).words


async def _scheduled(sight: Sight, visit: Visit) -> Heap:
    pile = await desks.scheduled(sight.connection, sorted(visit.hub.channels))
    lines = tuple(Line(item, f"{sight.since(item.at)} 发布到{_where(item, sight)}") for item in pile.items)
    return Heap("定时发布", pile.count, lines, "progress", "查看")


def _where(item: Item, sight: Sight) -> str:
    return "、".join(sight.titles.get(name, name) for name in item.channels)


async def _due(sight: Sight, visit: Visit) -> list[Line]:
    """What is to be public and is not, the nearest deadline first."""
    pile = Pile()
    if visit.has(*WATCHERS):
        pile = await desks.unofficial(sight.connection)
    elif visit.has(Duty.EDITOR):
        pile = await desks.unofficial(sight.connection, author=sight.person.id)
    lines = [Line(item, "", sight.deadline(item)) for item in pile.items]
    return [one for one in lines if one.deadline and one.deadline.urgency is not deadlines.Urgency.AHEAD][:10]


ROOMS = (Room("GET", "/", show),)
