"""The pile of what the kind of a document wants done by a day: 澄清, 采纳情况, 权责清单, 预案评估."""

from hub.core import clocks
from hub.core.clocks import Task
from hub.core.deadlines import Urgency
from hub.store import desks, tended
from hub.store.tended import Tended
from hub.web.console.heap import Heap, Line, Sight
from hub.web.console.room import Visit

NAME = "按类别到期的事项"


async def to_tend(sight: Sight, _visit: Visit) -> Heap:
    """What is overdue or near, the nearest first."""
    every = await tended.unofficial(sight.connection, sight.scope) + await tended.public(sight.connection, sight.scope)
    near = sorted(
        ((task, one) for one in every for task in _tasks(one, sight) if task.urgency is not Urgency.AHEAD),
        key=lambda pair: (pair[0].due, pair[1].release),
    )
    shown = near[: desks.LINES]
    items = await desks.some(sight.connection, {one.release for _, one in shown})
    lines = tuple(
        Line(items[one.release], f"{task.words}（{task.source}）") for task, one in shown if one.release in items
    )
    return Heap(NAME, len(near), lines, "", "去办理")


def _tasks(one: Tended, sight: Sight) -> tuple[Task, ...]:
    return clocks.tasks(
        *(one.kind, one.said), is_public=one.is_public, now=sight.now, calendar=sight.calendar, rules=sight.rules
    )
