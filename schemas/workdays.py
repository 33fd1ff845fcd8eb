"""The working-day calendar put together: what notices said, what the law says, and what an administrator entered."""

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from functools import cache

from schemas import holidays


class Days(dict[date, bool]):
    """Day → whether it is worked, for the days that are not as their weekday says.

    `guessed` are years that have days by law alone: what is counted through them may still move (暂定).
    """

    guessed: frozenset[int] = frozenset()


def calendar(entered: Mapping[date, bool]) -> Days:
    """The days that are known without entering them, a year that was entered in place of what was known of it."""
    years = {day.year for day in entered}
    made = Days({day: worked for day, worked in _known().items() if day.year not in years} | dict(entered))
    made.guessed = frozenset({day.year for day in holidays.by_law()} - years)
    return made


def provisional(years: Iterable[int], calendar: Mapping[date, bool]) -> list[int]:
    """Of these years, those whose holidays nobody has announced and entered: what is counted through them may move."""
    known = {day.year for day in calendar}
    guessed = calendar.guessed if isinstance(calendar, Days) else frozenset()
    return sorted(one for one in set(years) if one not in known or one in guessed)


class Certainty(StrEnum):
    """How far a year's calendar is known."""

    ENTERED = "entered"  #: an administrator entered it
    ANNOUNCED = "announced"  #: a notice that the program knows
    BY_LAW = "by_law"  #: the law's own days alone: provisional
    UNKNOWN = "unknown"  #: weekends alone: provisional


def certainty(year: int, *, is_entered: bool) -> Certainty:
    """How far the year's calendar is known."""
    if is_entered:
        return Certainty.ENTERED
    if any(day.year == year for day in holidays.announced()):
        return Certainty.ANNOUNCED
    return Certainty.BY_LAW if any(day.year == year for day in holidays.by_law()) else Certainty.UNKNOWN


def of_year(year: int) -> dict[date, bool]:
    """The days of the year that are known without entering them, in their order."""
    return {day: worked for day, worked in sorted(_known().items()) if day.year == year}


@cache
def _known() -> Mapping[date, bool]:
    return holidays.by_law() | holidays.announced()
