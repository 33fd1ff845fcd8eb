"""By when something must be public: working days counted as the law counts them. Pure: today and calendar are given."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from enum import StrEnum

from schemas import workdays
from schemas.release import Frozen, Kind
from schemas.rulebook import Limit

#: 政府信息公开条例 第二十六条: within 20 working days of the day on which the information came about.
DISCLOSURE_DAYS = 20
#: So near that somebody should begin today: four reviews take a week.
SOON_DAYS = 5

#: Days before its last day at which it is decided what becomes of a 规范性文件 (common practice: within 6 months).
RENEWAL_DAYS = (180, 90, 30)

#: day → whether it is worked on, for the days that are not as their weekday says: holidays and make-up days.
Calendar = Mapping[date, bool]


class Urgency(StrEnum):
    """How near a deadline is."""

    OVERDUE = "overdue"
    SOON = "soon"
    AHEAD = "ahead"


class Deadline(Frozen):
    """The last day, and how far away it is."""

    due: date
    left: int  #: working days from today to the last day; 0 is today, negative is how many have passed since
    urgency: Urgency
    is_provisional: bool  #: a year of it has no announced calendar yet: it may still move (暂定)
    rule: str = ""  #: which special limit it is by; empty is the 20 working days
    act: str = "公开"  #: what must be done by then


def is_working(day: date, calendar: Calendar) -> bool:
    """Whether the day is worked on: as the calendar says, Monday to Friday where it says nothing."""
    return calendar.get(day, day.weekday() < 5)  # noqa: PLR2004 - Saturday is 5


def after(day: date, count: int, calendar: Calendar) -> date:
    """The working day that is so many after this day, which itself does not count (民法典 第二百零一条)."""
    while count > 0:
        day += timedelta(days=1)
        count -= is_working(day, calendar)
    return day


def before(day: date, count: int, calendar: Calendar) -> date:
    """The working day that is so many before this day, which itself does not count."""
    while count > 0:
        day -= timedelta(days=1)
        count -= is_working(day, calendar)
    return day


def between(start: date, end: date, calendar: Calendar) -> int:
    """Working days after `start` up to and with `end`; negative when `end` is before `start`."""
    if end < start:
        return -between(end, start, calendar)
    days = (start + timedelta(days=number) for number in range(1, (end - start).days + 1))
    return sum(is_working(day, calendar) for day in days)


def disclosure(
    signed_on: date,
    today: date,
    calendar: Calendar,
    *,
    kind: Kind | None = None,
    limits: Iterable[Limit] = (),
    dates: Mapping[str, date] | None = None,
) -> Deadline:
    """By when a document of this 成文日期 must be public, as seen today.

    A special limit of its kind goes before the 20 working days, counted from the date that it names; where the document
    has no such date, from its 成文日期. `dates` are its other dates by name.
    """
    special = next((one for one in limits if one.kind == kind), None)
    if special is None:
        return _judged(signed_on, after(signed_on, DISCLOSURE_DAYS, calendar), today, calendar)
    start = (dates or {}).get(special.since, signed_on)
    return _judged(start, last_day(special, start, calendar), today, calendar, rule=special.source)


def last_day(limit: Limit, start: date, calendar: Calendar) -> date:
    """The last day of a special limit that began on this day."""
    return after(start, limit.days, calendar) if limit.is_working else start + timedelta(days=limit.days)


def within(start: date, count: int, today: date, calendar: Calendar) -> Deadline:
    """By when something must be done that may take so many working days from this day on."""
    return _judged(start, after(start, count, calendar), today, calendar)


def _judged(start: date, due: date, today: date, calendar: Calendar, *, rule: str = "") -> Deadline:
    left = between(today, due, calendar)
    if due < today:
        # A weekend after the last day is over it as well, although no working day has passed.
        urgency, left = Urgency.OVERDUE, min(left, -1)
    else:
        urgency = Urgency.SOON if left <= SOON_DAYS else Urgency.AHEAD
    is_provisional = bool(workdays.provisional({start.year, due.year}, calendar))
    return Deadline(due=due, left=left, urgency=urgency, is_provisional=is_provisional, rule=rule)


def words(deadline: Deadline) -> str:
    """How long it still is, in a few words."""
    if deadline.urgency is Urgency.OVERDUE:
        return f"已超期 {-deadline.left} 个工作日"
    return f"还有 {deadline.left} 个工作日" if deadline.left else "今天到期"


def detail(deadline: Deadline) -> str:
    """The last day, and whether it may still move."""
    day = f"{deadline.due.year}年{deadline.due.month}月{deadline.due.day}日"
    rule = f"（{deadline.rule}）" if deadline.rule else ""
    doubt = "（暂定：放假安排还没有公布或录入）" if deadline.is_provisional else ""
    return f"须在{day}前{deadline.act}{rule}{doubt}"


def term(expires_on: date, today: date) -> str:
    """How near a document's last day is, and what is to be done about it."""
    left = (expires_on - today).days
    day = f"{expires_on.year}年{expires_on.month}月{expires_on.day}日"
    if left < 0:
        return f"有效期已于{day}届满 {-left} 天，各渠道还没有标注：请办理失效标注，或延长有效期"
    step = next((days for days in reversed(RENEWAL_DAYS) if left <= days), RENEWAL_DAYS[0])
    advice = {180: "请安排评估", 90: "请确定延长、修改还是失效", 30: "请尽快办理"}[step]
    return f"有效期到{day}，还有 {left} 天：{advice}"
