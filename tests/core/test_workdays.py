"""The calendar of working days against dates counted by hand: across 春节, make-up Saturdays and into 2027."""

from collections import Counter
from datetime import date, timedelta

import pytest

from hub.core import deadlines, limits
from hub.core.deadlines import Urgency
from schemas import workdays
from schemas.release import Kind
from schemas.rulebook import USUAL, Limit, Rulebook

KNOWN = workdays.calendar({})
DAY = date.fromisoformat


@pytest.mark.parametrize(
    ("start", "count", "due"),
    [
        ("2026-11-23", 20, "2026-12-21"),
        ("2026-12-03", 20, "2026-12-31"),
        # 元旦 2027 is a Friday: by law alone, the twentieth day is the Monday after it.
        ("2026-12-04", 20, "2027-01-04"),
        ("2020-09-18", 20, "2020-10-22"),
        ("2026-10-01", 3, "2026-10-10"),
        # 春节 2026: off from 15 to 23 February, worked on Saturday the 14th and on Saturday the 28th.
        ("2026-02-02", 20, "2026-03-06"),
        ("2026-02-13", 1, "2026-02-14"),
        ("2026-02-14", 1, "2026-02-24"),
        ("2026-02-27", 1, "2026-02-28"),
        # 春节 2025: worked on Sunday 26 January and Saturday 8 February.
        ("2025-01-20", 20, "2025-02-21"),
        # 国庆 2024: worked on Sunday 29 September and Saturday 12 October; 中秋 with Saturday the 14th before it.
        ("2024-09-13", 20, "2024-10-17"),
        # 春节 2027 by law alone: 5 to 10 February, with two days in lieu of the weekend.
        ("2027-02-01", 5, "2027-02-12"),
    ],
)
def test_dates_counted_by_hand(start: str, count: int, due: str) -> None:
    assert deadlines.after(DAY(start), count, KNOWN) == DAY(due)


def test_no_year_is_worked_more_or_less_than_it_was() -> None:
    """Working days of whole years, as they are quoted: a line that was mistyped would show here."""
    days = (date(2024, 1, 1) + timedelta(days=number) for number in range(366 + 365 + 365))
    worked = Counter(day.year for day in days if deadlines.is_working(day, KNOWN))
    assert worked == {2024: 251, 2025: 248, 2026: 248}


def test_twenty_working_days_take_four_to_six_weeks_whenever_they_begin() -> None:
    start, spans = date(2008, 1, 1), {}
    while start <= date(2026, 12, 3):
        spans[start] = (deadlines.after(start, 20, KNOWN) - start).days
        start += timedelta(days=1)
    assert min(spans.values()) == 25
    assert max(spans.values()) == 38
    assert spans[date(2013, 10, 7)] == 25
    assert spans[date(2019, 12, 27)] == 38


def test_what_runs_into_a_year_without_a_notice_is_provisional_until_it_is_entered() -> None:
    today = date(2026, 11, 26)
    assert not deadlines.disclosure(DAY("2026-12-03"), today, KNOWN).is_provisional
    soon = deadlines.disclosure(DAY("2026-12-04"), today, KNOWN)
    assert soon.is_provisional
    assert "暂定" in deadlines.detail(soon)
    # The notice gives the Saturday after 元旦 back: the last day moves, and is certain.
    entered = workdays.calendar({DAY("2027-01-01"): False, DAY("2027-01-02"): True})
    moved = deadlines.disclosure(DAY("2026-12-04"), today, entered)
    assert (moved.due, moved.is_provisional) == (DAY("2027-01-02"), False)
    assert workdays.provisional([2026, 2027, 2031], KNOWN) == [2027, 2031]
    assert workdays.provisional([2027], entered) == []


def test_a_special_limit_goes_before_the_twenty_days() -> None:
    today = DAY("2026-11-26")
    land = Limit(kind=Kind.NOTICE, days=15, since="received_on", source="土地管理法实施条例 第三十一条")
    plain = Limit(kind=Kind.CLARIFICATION, days=3, is_working=False, source="行政处罚法 第四十八条")
    signed = DAY("2026-11-02")

    def due(kind: Kind, day: date = signed, **dates: date) -> deadlines.Deadline:
        return deadlines.disclosure(day, today, KNOWN, kind=kind, limits=(land, plain), dates=dates)

    from_receipt = due(Kind.NOTICE, received_on=DAY("2026-11-06"))
    assert (from_receipt.due, from_receipt.rule) == (DAY("2026-11-27"), "土地管理法实施条例 第三十一条")
    assert due(Kind.NOTICE).due == DAY("2026-11-23")
    gone = due(Kind.CLARIFICATION, DAY("2026-11-20"))
    assert (gone.due, gone.urgency) == (DAY("2026-11-23"), Urgency.OVERDUE)
    assert due(Kind.POLICY).due == DAY("2026-11-30")


def test_a_kind_brings_its_own_limit_and_a_decision_to_open_begins_a_clock_of_its_own() -> None:
    today, signed, held = DAY("2026-11-26"), DAY("2026-11-02"), {"held_on": DAY("2026-10-30")}
    rules = Rulebook(meeting_days=5)
    meeting = limits.deadline(Kind.MEETING, signed, today, KNOWN, rules, dates=held)
    assert meeting.due == DAY("2026-11-06")
    assert meeting.rule
    # What was signed in 2012 and is to be opened since Monday has until its own twentieth day.
    older = limits.deadline(Kind.POLICY, DAY("2012-03-05"), today, KNOWN, USUAL, opened_on=DAY("2026-11-23"))
    assert (older.due, older.urgency) == (DAY("2026-12-21"), Urgency.AHEAD)
