"""When somebody is reminded of what, and in which words. Pure: days and calendar are given."""

from collections.abc import Sequence
from datetime import date, datetime
from html import escape

from hub.core import deadlines
from hub.core.deadlines import RENEWAL_DAYS, Calendar, Deadline, Urgency
from hub.core.letters import NO_REPLY, Letter
from schemas.entry import BEIJING
from schemas.reminder import Matter, Subject

#: Lines of one mail; the rest is counted.
MOST = 30
SOON, TODAY, OVER = "soon", "today", "over"
_HOW = (
    "您收到本邮件，是因为您在公布系统的“本人账号”中登记了邮箱。不想再收，请在“本人账号—邮件提醒”中关闭。",
    "为保密起见，邮件中不写文件标题；请登录工作端查看。",
)


def stage(found: Deadline) -> str | None:
    """How near a deadline is; None while nobody need think of it."""
    if found.urgency is Urgency.OVERDUE:
        return OVER
    if found.urgency is Urgency.AHEAD:
        return None
    return SOON if found.left else TODAY


def near(subject: Subject, release: int, found: Deadline, what: str) -> Matter | None:
    """The matter of a deadline, once it is near. `what` must be done by then."""
    how = stage(found)
    if how is None:
        return None
    doubt = "（暂定）" if found.is_provisional else ""
    words = f"编号 {release}：{_day(found.due)}前{what}{doubt}，{deadlines.words(found)}"
    return Matter(subject=subject, number=str(release), due=found.due, stage=how, words=words)


def term(release: int, expires_on: date, today: date) -> Matter:
    """The matter of a document's last day: at 180, 90 and 30 days, on the day, and once it is over."""
    left = (expires_on - today).days
    step = next((str(days) for days in reversed(RENEWAL_DAYS) if 0 < left <= days), TODAY if left == 0 else OVER)
    words = f"编号 {release}：{deadlines.term(expires_on, today)}"
    return Matter(subject=Subject.TERM, number=str(release), due=expires_on, stage=step, words=words)


def review(release: int, since: date, days: int, today: date, calendar: Calendar) -> Matter | None:
    """The matter of a review that has waited for longer than the bureau allows."""
    due = deadlines.after(since, days, calendar)
    if due >= today:
        return None
    waited = deadlines.between(since, today, calendar)
    words = f"编号 {release}：等您审核已 {waited} 个工作日，超过时限 {days} 个工作日"
    return Matter(subject=Subject.REVIEW, number=str(release), due=due, stage=OVER, words=words)


def receipts(unit: str, count: int, today: date) -> Matter | None:
    """The matter of what a unit has not acknowledged, once a week."""
    if not count:
        return None
    monday = date.fromordinal(today.toordinal() - today.weekday())
    words = f"{unit}有 {count} 件送达的文件没有签收"
    return Matter(subject=Subject.RECEIPT, number=unit, due=monday, stage=OVER, words=words)


def older(unit: str, count: int, today: date) -> Matter | None:
    """The matter of older documents that a unit has to decide on (条例 第十八条), once a month."""
    if not count:
        return None
    words = f"{unit}有 {count} 件存量文件待审定公开属性（含到期再审的）"
    return Matter(subject=Subject.OLDER, number=unit, due=today.replace(day=1), stage=SOON, words=words)


def is_time(now: datetime, hour: int, calendar: Calendar) -> bool:
    """Whether people are mailed now: on working days, from this hour in Beijing on."""
    there = now.astimezone(BEIJING)
    return there.hour >= hour and deadlines.is_working(there.date(), calendar)


def lines(matters: Sequence[Matter]) -> tuple[str, ...]:
    """What the mail says, the nearest day first, in so many lines as anybody reads."""
    told = [one.words for one in sorted(matters, key=lambda one: (one.due, one.key))]
    rest = len(told) - MOST
    return (*told[:MOST], *([f"另有 {rest} 项，请登录工作台查看"] if rest > 0 else []))


def letter(site: str, day: date, told: Sequence[str]) -> Letter:
    """One day's digest."""
    subject = f"{_day(day)}工作提醒：{len(told)} 项"
    plain = [f"“{site}”有下列事项需要您办理：", *(f"{number}. {one}" for number, one in enumerate(told, 1))]
    foot = [*_HOW, NO_REPLY]
    items = "\n".join(f"<li>{escape(one)}</li>" for one in told)
    below = "<br>".join(map(escape, foot))
    html = (
        f'<!DOCTYPE html>\n<html lang="zh-CN"><head><meta charset="utf-8"><title>{escape(subject)}</title></head>\n'
        f"<body><p>{escape(plain[0])}</p>\n<ol>\n{items}\n</ol>\n<hr>\n<p>{below}</p></body></html>\n"
    )
    return Letter(subject, "\n".join([*plain, "", "-- ", *foot]) + "\n", html)


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
