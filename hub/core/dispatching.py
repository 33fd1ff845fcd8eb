"""What the log's entries mean to a unit, and when it is late with its acknowledgement. Pure."""

from collections.abc import Iterable
from datetime import datetime, time
from typing import Any

from hub.core import deadlines
from hub.core.deadlines import Calendar
from schemas import canonical
from schemas.dispatch import Dispatch, Tidings
from schemas.entry import BEIJING, Act, EntryType
from schemas.standing import StandingKind

#: What units are told of.
KINDS = frozenset({EntryType.RELEASE_OFFICIAL, EntryType.STANDING_CONFIRMED, EntryType.STANDING_FOLLOWED})
#: Working days that a unit has for its acknowledgement before it is reminded, and between two reminders.
DAYS = 1


def tidings(kind: EntryType, data: dict[str, Any]) -> Tidings | None:
    """What the entry is to a unit; None where time only carried on what units know already."""
    if kind is EntryType.RELEASE_OFFICIAL:
        return Tidings.OFFICIAL
    if kind is EntryType.STANDING_FOLLOWED and (data.get("kind") == StandingKind.IN_FORCE or data.get("again")):
        return None
    return Tidings.WITHDRAWN if data.get("kind") == StandingKind.WITHDRAWN else Tidings.CHANGED


def is_late(one: Dispatch, now: datetime, calendar: Calendar) -> bool:
    """Whether the unit has had its days and nobody there has acknowledged it."""
    due = deadlines.after(one.told_at.astimezone(BEIJING).date(), DAYS, calendar)
    return one.is_open and now.astimezone(BEIJING).date() > due


def reminded_before(now: datetime, calendar: Calendar) -> datetime | None:
    """Who was told or reminded before this is to be reminded now; None on a day off, when nobody would read it."""
    today = now.astimezone(BEIJING).date()
    if not deadlines.is_working(today, calendar):
        return None
    return datetime.combine(deadlines.before(today, DAYS, calendar), time(), BEIJING)


def reminder(who: str, release: int, late: Iterable[Dispatch]) -> Act:
    """What the log says of a reminder of one release."""
    units = {one.unit for one in late}
    data = {"units": len(units), "sha256": digest(units)}
    return Act(type=EntryType.DISPATCH_URGED, who=who, release=release, data=data)


def digest(units: Iterable[str]) -> str:
    """What the log says of a list of units: all of them would not fit an entry."""
    return canonical.digest(canonical.encode(sorted(units)))
