"""Deadlines: twenty working days, as the law counts them."""

from datetime import date, timedelta

import pytest

from hub.core import deadlines
from hub.core.deadlines import Urgency

#: 国庆 2026: seven days off from Thursday, made up on the Sunday before and the Saturday after.
OCTOBER = {date(2026, 10, 1) + timedelta(days=n): False for n in range(7)} | {
    date(2026, 9, 27): True,
    date(2026, 10, 10): True,
}


def test_the_day_itself_does_not_count() -> None:
    monday = date(2026, 11, 2)
    assert deadlines.after(monday, 1, {}) == date(2026, 11, 3)
    assert deadlines.after(monday, 20, {}) == date(2026, 11, 30)


def test_weekends_are_left_out() -> None:
    friday = date(2026, 11, 6)
    assert deadlines.after(friday, 1, {}) == date(2026, 11, 9)
    assert deadlines.after(date(2026, 11, 7), 1, {}) == date(2026, 11, 9)


def test_holidays_and_make_up_days_stand_over_the_week() -> None:
    assert deadlines.after(date(2026, 9, 25), 1, OCTOBER) == date(2026, 9, 27)
    assert deadlines.after(date(2026, 9, 30), 1, OCTOBER) == date(2026, 10, 8)
    assert deadlines.after(date(2026, 9, 30), 3, OCTOBER) == date(2026, 10, 10)
    assert deadlines.after(date(2026, 9, 18), 20, OCTOBER) == date(2026, 10, 21)
    assert deadlines.after(date(2026, 9, 18), 20, {}) == date(2026, 10, 16)


@pytest.mark.parametrize(
    ("today", "left", "urgency", "said"),
    [
        (date(2026, 11, 3), 19, Urgency.AHEAD, "还有 19 个工作日"),
        (date(2026, 11, 23), 5, Urgency.SOON, "还有 5 个工作日"),
        (date(2026, 11, 28), 1, Urgency.SOON, "还有 1 个工作日"),
        (date(2026, 11, 30), 0, Urgency.SOON, "今天到期"),
        (date(2026, 12, 1), -1, Urgency.OVERDUE, "已超期 1 个工作日"),
        (date(2026, 12, 8), -6, Urgency.OVERDUE, "已超期 6 个工作日"),
    ],
)
def test_a_deadline_is_told_as_it_nears(today: date, left: int, urgency: Urgency, said: str) -> None:
    found = deadlines.disclosure(date(2026, 11, 2), today, {})
    assert (found.due, found.left, found.urgency) == (date(2026, 11, 30), left, urgency)
    assert deadlines.words(found) == said


def test_a_deadline_that_ended_on_friday_is_over_on_saturday() -> None:
    found = deadlines.disclosure(date(2026, 10, 30), date(2026, 11, 28), {})
    assert found.due == date(2026, 11, 27)
    assert (found.left, found.urgency) == (-1, Urgency.OVERDUE)


def test_a_year_without_a_calendar_is_provisional() -> None:
    today = date(2026, 11, 3)
    assert deadlines.disclosure(date(2026, 11, 2), today, {}).is_provisional
    assert "暂定" in deadlines.detail(deadlines.disclosure(date(2026, 11, 2), today, {}))
    assert not deadlines.disclosure(date(2026, 11, 2), today, OCTOBER).is_provisional
    # It ends in a year whose holidays nobody has entered.
    assert deadlines.disclosure(date(2026, 12, 15), today, OCTOBER).is_provisional


@pytest.mark.parametrize("days", range(-40, 41))
def test_counting_there_and_back_is_the_same(days: int) -> None:
    start = date(2026, 10, 3)
    end = start + timedelta(days=days)
    assert deadlines.between(start, end, OCTOBER) == -deadlines.between(end, start, OCTOBER)


@pytest.mark.parametrize("count", range(1, 60))
def test_what_is_so_many_days_after_lies_so_many_days_between(count: int) -> None:
    start = date(2026, 9, 12)
    end = deadlines.after(start, count, OCTOBER)
    assert deadlines.between(start, end, OCTOBER) == count
    assert deadlines.is_working(end, OCTOBER)


@pytest.mark.parametrize(
    ("left", "said"),
    [(180, "请安排评估"), (91, "请安排评估"), (90, "请确定"), (30, "请尽快"), (0, "还有 0 天"), (-3, "届满 3 天")],
)
def test_a_last_day_is_spoken_of_the_more_urgently_the_nearer_it_is(left: int, said: str) -> None:
    today = date(2026, 11, 26)
    assert said in deadlines.term(today + timedelta(days=left), today)
