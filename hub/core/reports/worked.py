"""How long things took, in working days, for many pairs of days at once. Pure."""

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import accumulate

from hub.core import deadlines
from hub.core.deadlines import Calendar
from schemas import workdays
from schemas.rulebook import Limit

#: Days between which a pair may lie; whoever writes another year has mistyped it.
FIRST, LAST = date(1949, 10, 1), date(2199, 12, 31)


class Worked:
    """Working days between any two days of a stretch: as `deadlines.between`, without walking each time."""

    def __init__(self, days: Iterable[date], calendar: Calendar) -> None:
        known = [min(max(day, FIRST), LAST) for day in days] or [FIRST]
        self._first, last = min(known), max(known)
        stretch = (self._first + timedelta(days=number) for number in range(1, (last - self._first).days + 1))
        self._sums = [0, *accumulate(int(deadlines.is_working(day, calendar)) for day in stretch)]

    def between(self, start: date, end: date) -> int:
        """Working days after `start` up to and with `end`; negative when `end` is before `start`."""
        return self._until(end) - self._until(start)

    def _until(self, day: date) -> int:
        return self._sums[min(max((day - self._first).days, 0), len(self._sums) - 1)]


def dues(starts: Iterable[date], count: int, calendar: Calendar) -> dict[date, date]:
    """Day → the last day that is in time, so many working days after it."""
    return {day: deadlines.after(day, count, calendar) for day in set(starts)}


def cutoff(today: date, count: int, calendar: Calendar) -> date:
    """The last day whose time of so many working days is over today."""
    day = today
    while deadlines.after(day, count, calendar) >= today:
        day -= timedelta(days=1)
    return day


def cutoff_of(limit: Limit, today: date, calendar: Calendar) -> date:
    """The last day whose special limit is over today."""
    if limit.is_working:
        return cutoff(today, limit.days, calendar)
    return today - timedelta(days=limit.days + 1)


def guessed(years: Iterable[int], calendar: Calendar) -> list[int]:
    """Of these years, those whose holidays nobody has announced and entered yet."""
    return workdays.provisional(years, calendar)
