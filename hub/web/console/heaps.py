"""The piles of the workbench: what waits for somebody, each line with its one next step."""

from collections.abc import Mapping

from hub.core import deadlines, dispatching, tenancy, workflow
from hub.store import catalogue, desks, dispatches, standings, terms
from hub.store.desks import Item, Reviewing
from hub.web.console import heaps_time
from hub.web.console.heap import Heap, Line, Sight
from hub.web.console.room import Visit
from schemas.dispatch import Dispatch
from schemas.person import Person
from schemas.review import Level
from schemas.words import word


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
        (one, workflow.open_levels(_here(sight, one), one.edition, authors=one.authors, reviews=one.reviews))
        for one in reviewing
    ]
    sign = [(one, levels) for one, levels in waits if Level.FINAL in levels]
    review = [(one, levels) for one, levels in waits if levels and Level.FINAL not in levels]
    return [
        _reviews("待签发", "去签发", sign, sight),
        _reviews("待审核", "去审核", review, sight),
    ]


def _here(sight: Sight, one: Reviewing) -> Person:
    """The person with the duties that they have in the unit whose draft it is."""
    return tenancy.within(sight.person, one.item.unit, sight.rules)


def _reviews(name: str, verb: str, waits: list[tuple[Reviewing, tuple[Level, ...]]], sight: Sight) -> Heap:
    lines = tuple(
        Line(one.item, f"{'、'.join(map(word, levels))}，{heaps_time.waited(one, sight)}", sight.deadline(one.item))
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
    pile = await desks.to_publish(sight.connection, sight.scope)
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


async def to_renew(sight: Sight, _visit: Visit) -> Heap:
    """规范性文件 whose last day is near or over: reminders at 180, 90 and 30 days, and until somebody has marked it."""
    today, within = sight.today, deadlines.RENEWAL_DAYS[0]
    # Where units are tenants, an editor's are those of the unit that they act for.
    unit = sight.person.unit if sight.scope.hidden else None
    count, found = await terms.ending(sight.connection, today, within_days=within, unit=unit)
    items = await desks.some(sight.connection, {one.release for one in found})
    lines = tuple(
        Line(items[one.release], deadlines.term(one.expires_on, today)) for one in found if one.release in items
    )
    return Heap("有效期将满的规范性文件", count, lines, "after", "去办理")
