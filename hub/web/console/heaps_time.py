"""The piles of what has a day: interpretations that are due, reviews that stand still."""

from datetime import date, datetime

from hub.core import deadlines, tenancy
from hub.core.deadlines import Deadline
from hub.store import desks
from hub.store.desks import Reviewing
from hub.web.console.heap import Heap, Line, Sight
from hub.web.console.room import Visit
from schemas.entry import BEIJING

#: Releases of the last so many days are looked through for a missing interpretation; older ones are the report's.
LOOK_BACK_DAYS = 366


def waited(one: Reviewing, sight: Sight) -> str:
    """Since when it waits at this level, and whether that is longer than the bureau allows."""
    since = max([one.item.at, *(review.at for review in one.reviews)])
    by = deadlines.within(_day(since), sight.rules.review_days, sight.today, sight.calendar)
    late = f"，已超过审核时限 {sight.rules.review_days} 个工作日" if by.urgency is deadlines.Urgency.OVERDUE else ""
    return f"{sight.since(since)} 起等候{late}"


def is_slow(one: Reviewing, sight: Sight) -> bool:
    """Whether it has stood at one level for longer than the bureau allows."""
    since = max([one.item.at, *(review.at for review in one.reviews)])
    due = deadlines.after(_day(since), sight.rules.review_days, sight.calendar)
    return due < sight.today


async def slow(sight: Sight, _visit: Visit) -> Heap:
    """What stands still in review, for whoever can ask why."""
    found = [one for one in await desks.in_review(sight.connection, sight.scope) if is_slow(one, sight)]
    lines = tuple(Line(one.item, waited(one, sight), sight.deadline(one.item)) for one in found[: desks.LINES])
    return Heap("审核超过时限的", len(found), lines, "", "查看", more="/releases?state=in_review")


async def to_interpret(sight: Sight, _visit: Visit) -> Heap:
    """Policies that are public and need an interpretation that nobody has seen yet, the nearest last day first."""
    author = None if tenancy.is_wide(sight.person, sight.rules) else sight.person.id
    pile = await desks.uninterpreted(sight.connection, days=LOOK_BACK_DAYS, author=author)
    lines = []
    for item in pile.items:
        due = reading_due(item.at.astimezone(BEIJING).date(), sight)
        lines.append(Line(item, f"{sight.since(item.at)} 正式发布，还没有公开的解读", due))
    return Heap("待解读", pile.count, tuple(lines), "write", "去解读")


def reading_due(released_on: date, sight: Sight) -> Deadline:
    """By when the interpretation must be there: with the policy, or so many working days after it."""
    found = deadlines.within(released_on, sight.rules.interpretation_days, sight.today, sight.calendar)
    return found.model_copy(update={"act": "公开解读"})


def _day(at: datetime) -> date:
    return at.astimezone(BEIJING).date()
