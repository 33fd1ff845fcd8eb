"""The piles of the channels: what does not get out, what was taken away there, what is planned for later."""

from hub.core.sentences import wait
from hub.store import desks, watches
from hub.store.desks import Item
from hub.web.console.heap import Heap, Line, Sight
from hub.web.console.room import Visit
from schemas.circuit import Circuit
from schemas.delivery import Delivery
from schemas.person import Duty
from schemas.watch import Watch


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
