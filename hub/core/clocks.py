"""What a document's kind wants done by a day: before it is public, and again and again afterwards. Pure.

The rows are `schemas.kinds`; the 20 working days of every document are `hub.core.deadlines`.
"""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from hub.core import deadlines
from hub.core.deadlines import Calendar, Urgency
from schemas.entry import BEIJING
from schemas.kinds import KINDS, Clock, Unit
from schemas.particulars import Particulars
from schemas.release import Frozen, Kind
from schemas.rulebook import Rulebook

#: Days before its last day at which a task of months or of a date is put on the workbench.
AHEAD_DAYS = 30


class Task(Frozen):
    """Something that a document's kind wants done."""

    what: str  #: 公布意见采纳情况
    due: datetime  #: the end of its last day, or of its last hour
    urgency: Urgency
    words: str  #: until when, and what has passed since
    source: str


def tasks(
    kind: Kind, said: Particulars, *, is_public: bool, now: datetime, calendar: Calendar, rules: Rulebook
) -> tuple[Task, ...]:
    """What is to be done for the document now or in the future, the nearest first.

    `is_public` is whether it is officially released: what is to be done before ends with that, the rest begins.
    """
    found = (_task(one, said, now, calendar, rules) for one in _running(kind, said, is_public=is_public))
    return tuple(sorted((one for one in found if one), key=lambda one: one.due))


def _running(kind: Kind, said: Particulars, *, is_public: bool) -> Iterator[Clock]:
    for one in KINDS[kind].clocks:
        is_stopped = bool(one.until and getattr(said, one.until))
        if one.is_first is not is_public and not is_stopped and getattr(said, one.since) is not None:
            yield one


def _task(one: Clock, said: Particulars, now: datetime, calendar: Calendar, rules: Rulebook) -> Task | None:
    since = getattr(said, one.since)
    if one.until and isinstance(since, date) and _day(now) <= since:
        return None  # it has not begun: the public may still answer
    due = _due(one, since, calendar, rules)
    urgency = Urgency.OVERDUE if due <= now else Urgency.SOON if _is_near(one, due, now, calendar) else Urgency.AHEAD
    return Task(what=one.what, due=due, urgency=urgency, words=_words(one, due, now), source=one.source)


def _is_near(one: Clock, due: datetime, now: datetime, calendar: Calendar) -> bool:
    if one.unit is Unit.WORKING_DAYS:
        return deadlines.between(_day(now), _last(due), calendar) <= deadlines.SOON_DAYS
    return one.unit is Unit.HOURS or due - now <= timedelta(days=AHEAD_DAYS)


def _day(at: datetime) -> date:
    return at.astimezone(BEIJING).date()


def _last(due: datetime) -> date:
    """The last day of what ends at 24:00."""
    return _day(due - timedelta(seconds=1))


def _due(one: Clock, since: Any, calendar: Calendar, rules: Rulebook) -> datetime:
    count: int = getattr(rules, one.rule) if one.rule else 0
    match one.unit:
        case Unit.HOURS:
            hour: datetime = since + timedelta(hours=count)
            return hour.astimezone(BEIJING)
        case Unit.WORKING_DAYS:
            return _end(deadlines.after(since, count, calendar))
        case Unit.MONTHS:
            return _end(_months_after(since, count))
        case Unit.ON_THE_DAY:
            return _end(since)
        case Unit.NEXT_JANUARY:
            return _end(date(since + 1, 1, 31))


def _end(day: date) -> datetime:
    """24:00 of the day, in Beijing."""
    return datetime(day.year, day.month, day.day, tzinfo=BEIJING) + timedelta(days=1)


def _months_after(day: date, count: int) -> date:
    """The same day so many months later; the last one of a month that is shorter."""
    years, month = divmod(day.month - 1 + count, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _words(one: Clock, due: datetime, now: datetime) -> str:
    if one.unit is Unit.HOURS:
        until = f"{due.year}年{due.month}月{due.day}日{due:%H:%M}前"
    else:
        last = _last(due)
        until = f"{last.year}年{last.month}月{last.day}日前"
    if due > now:
        return f"须在{until}{one.what}"
    if one.unit is Unit.HOURS:
        late = f"{(now - due) // timedelta(hours=1)} 小时"
    else:
        late = f"{(_day(now) - _last(due)).days} 天"
    return f"应在{until}{one.what}，已超期 {late}"
