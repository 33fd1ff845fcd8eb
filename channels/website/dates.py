"""Dates and times as the public pages write them: always Beijing, always 24 hours. Pure."""

from datetime import date, datetime

from schemas.entry import BEIJING


def minute(at: datetime) -> str:
    """`YYYY-MM-DD HH:MM` in Beijing, 24 hours: the form that the guide wants in PubDate and on the page."""
    return at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M")


def rfc3339(at: datetime) -> str:
    """`2026-03-02T09:30+08:00`: the same minute for programs."""
    return at.astimezone(BEIJING).isoformat(timespec="minutes")


def second(at: datetime) -> str:
    """`2026年3月2日 09:30:02` in Beijing, rounded down."""
    local = at.astimezone(BEIJING)
    return f"{chinese(local.date())} {local:%H:%M:%S}"


def chinese(day: date) -> str:
    """`2026年3月2日`."""
    return f"{day.year}年{day.month}月{day.day}日"


def of(at: datetime) -> date:
    """The day in Beijing."""
    return at.astimezone(BEIJING).date()


def day(at: datetime) -> str:
    """`YYYY-MM-DD` in Beijing."""
    return at.astimezone(BEIJING).strftime("%Y-%m-%d")
