"""The piles of the workbench: what waits for somebody, each line with its one next step."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from hub.core import deadlines, dispatching, workflow
from hub.core.deadlines import Calendar, Deadline
from hub.core.sentences import wait
from hub.core.sentences.moments import moment
from hub.store import backfiles, catalogue, desks, dispatches, standings, terms, watches
from hub.store.backfiles import Wanted
from hub.store.desks import Item, Reviewing
from hub.web.console.room import Visit
from schemas.backfile import Stage
from schemas.circuit import Circuit
from schemas.delivery import Delivery
from schemas.dispatch import Dispatch
from schemas.entry import BEIJING
from schemas.person import Duty, Person
from schemas.review import Level
from schemas.watch import Watch
from schemas.words import word


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
    at: str = ""  #: where all of the pile is done, instead of below each release

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


async def to_fix(sight: Sight, _visit: Visit) -> Heap:
    pile = await desks.to_fix(sight.connection, sight.person.id)
    names = await catalogue.names(sight.connection, {item.by for item in pile.items})
    lines = tuple(Line(item, _returned(item, names, sight), sight.deadline(item)) for item in pile.items)
    return Heap("待修改", pile.count, lines, "write", "去修改", more="/releases?state=draft&mine=1")


def _returned(item: Item, names: Mapping[str, str], sight: Sight) -> str:
    if item.level is None:
        return f"起草中，{sight.since(item.at)} 最后修改"
    by = names.get(item.by, "审核人")
    return f"{by}（{word(item.level)}）于{sight.since(item.at)}退回：{item.said}"


def to_review(sight: Sight, reviewing: list[Reviewing]) -> list[Heap]:
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


async def to_confirm(sight: Sight, _visit: Visit) -> Heap:
    """Standings that somebody else proposed: nothing happens before another person's yes."""
    found = [one for one in await standings.waiting(sight.connection) if one.proposed_by != sight.person.id]
    items = await desks.some(sight.connection, {one.release for one in found})
    lines = tuple(
        Line(items[one.release], f"提议“{word(one.kind)}”：{one.reason}，{sight.since(one.proposed_at)} 提出")
        for one in found[: desks.LINES]
        if one.release in items
    )
    return Heap("待确认的撤回、废止等", len(found), lines, "after", "去确认")


async def to_publish(sight: Sight, _visit: Visit) -> Heap:
    pile = await desks.to_publish(sight.connection)
    lines = tuple(Line(item, f"{sight.since(item.at)} 审核全部通过", sight.deadline(item)) for item in pile.items)
    return Heap("待发布", pile.count, lines, "publish", "去发布", more="/releases?state=approved")


def submitted(sight: Sight, reviewing: list[Reviewing]) -> Heap:
    """What the person wrote and others are reviewing: nothing to do but to know where it is."""
    mine = [one for one in reviewing if sight.person.id in one.authors]
    lines = tuple(Line(one.item, _missing(one, sight), sight.deadline(one.item)) for one in mine[: desks.LINES])
    return Heap("已提交，等他人审核", len(mine), lines, "", "查看", more="/releases?state=in_review&mine=1")


def _missing(one: Reviewing, sight: Sight) -> str:
    lacking = "、".join(word(level) for level in workflow.missing(one.edition, one.reviews))
    return f"{sight.since(one.item.at)} 提交，还缺{lacking}"


async def to_acknowledge(sight: Sight, _visit: Visit) -> Heap:
    """What the person's unit was told and nobody there has acknowledged."""
    told = await dispatches.of_unit(sight.connection, sight.person.unit, is_open=True)
    items = await desks.some(sight.connection, {one.release for one in told})
    lines = tuple(Line(items[one.release], _told(one, sight)) for one in told[: desks.LINES])
    return Heap("待签收", len(told), lines, "", "去签收", more="/dispatches", at="/dispatches")


def _told(one: Dispatch, sight: Sight) -> str:
    late = "，逾期未签收" if dispatching.is_late(one, sight.now, sight.calendar) else ""
    return f"{word(one.kind)}，{sight.since(one.told_at)} 送达{one.unit}{late}"


async def to_rereview(sight: Sight, _visit: Visit) -> Heap:
    """存量文件 of the person's unit whose 公开属性 nobody has proposed yet."""
    return await _older(sight, Wanted(unit=sight.person.unit, stage=Stage.WAITING), "存量文件待审定", "to_decide")


async def to_convert(sight: Sight, _visit: Visit) -> Heap:
    """存量文件 of the person's unit that are to be opened and are no release yet."""
    return await _older(sight, Wanted(unit=sight.person.unit, stage="to_convert"), "存量文件待转为发布", "to_convert")


async def to_agree(sight: Sight, _visit: Visit) -> Heap:
    """存量文件 on which somebody has proposed a decision that another person must confirm."""
    return await _older(sight, Wanted(stage=Stage.PROPOSED), "存量文件待确认", "to_confirm")


async def _older(sight: Sight, wanted: Wanted, name: str, stage: str) -> Heap:
    today = sight.now.astimezone(BEIJING).date()
    return Heap(
        name, await backfiles.count(sight.connection, wanted, today), (), "", "", more=f"/backfiles?stage={stage}"
    )


async def to_renew(sight: Sight, _visit: Visit) -> Heap:
    """规范性文件 whose last day is near or over: reminders at 180, 90 and 30 days, and until somebody has marked it."""
    today = sight.now.astimezone(BEIJING).date()
    count, found = await terms.ending(sight.connection, today, within_days=deadlines.RENEWAL_DAYS[0])
    items = await desks.some(sight.connection, {one.release for one in found})
    lines = tuple(
        Line(items[one.release], deadlines.term(one.expires_on, today)) for one in found if one.release in items
    )
    return Heap("有效期将满的规范性文件", count, lines, "after", "去办理")


async def stuck(sight: Sight, visit: Visit) -> Heap:
    count, found = await desks.stuck(sight.connection)
    items = await desks.some(sight.connection, {one.release for one in found})
    lines = tuple(
        Line(items[one.release], f"{sight.titles.get(one.channel, one.channel)}：{_reason(one, sight)}")
        for one in found
    )
    may = visit.has(Duty.PUBLISHER)
    return Heap("发不出去的", count, lines, "progress", "去处理" if may else "查看")


async def lost(sight: Sight, visit: Visit) -> Heap:
    """What was public and is not any more, though nobody here withdrew it."""
    count, found = await watches.lost(sight.connection)
    items = await desks.some(sight.connection, {one.release for one in found})
    lines = tuple(Line(items[one.release], _loss(one, sight)) for one in found if one.release in items)
    may = visit.has(Duty.PUBLISHER, Duty.ADMINISTRATOR)
    return Heap("公开之后被移除的", count, lines, "watched", "去处理" if may else "查看")


def _loss(one: Watch, sight: Sight) -> str:
    said = "、".join(dict.fromkeys(loss.words for loss in one.losses))
    since = sight.since(one.lost_at) if one.lost_at else ""
    return f"{sight.titles.get(one.channel, one.channel)}：{said}，{since} 复查发现"


def _reason(one: Delivery, sight: Sight) -> str:
    return wait.why(one, (), Circuit(channel=one.channel), sight.now).words


async def scheduled(sight: Sight, visit: Visit) -> Heap:
    pile = await desks.scheduled(sight.connection, sorted(visit.hub.channels))
    lines = tuple(Line(item, f"{sight.since(item.at)} 发布到{_where(item, sight)}") for item in pile.items)
    return Heap("定时发布", pile.count, lines, "progress", "查看")


def _where(item: Item, sight: Sight) -> str:
    return "、".join(sight.titles.get(name, name) for name in item.channels)
