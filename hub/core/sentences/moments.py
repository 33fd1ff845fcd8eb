"""Moments as people say them: today, tomorrow, a day with its weekday; always Beijing's."""

from datetime import datetime, timedelta

from schemas.entry import BEIJING

_WEEKDAYS = "一二三四五六日"
_DIGITS = "零一二三四五六七八九十"
#: So near that seconds matter to whoever watches.
NEAR = timedelta(minutes=10)


def moment(at: datetime, now: datetime) -> str:
    """The moment as seen now, to the minute; to the second when it is near."""
    there, here = at.astimezone(BEIJING), now.astimezone(BEIJING)
    clock = f"{there:%H:%M:%S}" if abs(at - now) < NEAR else f"{there:%H:%M}"
    return f"{day(at, now)}{clock}" if there.date() == here.date() else f"{day(at, now)} {clock}"


def day(at: datetime, now: datetime) -> str:
    """The day of the moment as seen now."""
    there, here = at.astimezone(BEIJING).date(), now.astimezone(BEIJING).date()
    near = {here: "今天", here + timedelta(days=1): "明天", here - timedelta(days=1): "昨天"}
    year = "" if there.year == here.year else f"{there.year}年"
    return near.get(there) or f"{year}{there.month}月{there.day}日（周{_WEEKDAYS[there.weekday()]}）"


def count(number: int) -> str:
    """A small number as it is written in a sentence."""
    return ("两" if number == 2 else _DIGITS[number]) if 0 < number < len(_DIGITS) else f" {number} "  # noqa: PLR2004


def joined(names: list[str]) -> str:
    """Names as a list in a sentence."""
    return "和".join(filter(None, ["、".join(names[:-1]), names[-1]])) if names else ""


def marked(title: str) -> str:
    """A title in book marks; the marks inside become the inner ones (GB/T 15834 4.15)."""
    return "《" + title.replace("《", "〈").replace("》", "〉") + "》"
