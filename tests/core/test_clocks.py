"""By when what a kind wants is to be done: hand-counted days and hours."""

from datetime import date, datetime
from typing import Any

import pytest

from hub.core import clocks
from hub.core.clocks import Task
from hub.core.deadlines import Urgency
from schemas.entry import BEIJING
from schemas.particulars import Particulars
from schemas.release import Kind
from schemas.rulebook import USUAL

#: 2026-10-01 to -07 are days off, 2026-10-10 (a Saturday) is worked on.
CALENDAR = {date(2026, 10, day): False for day in range(1, 8)} | {date(2026, 9, 20): True, date(2026, 10, 10): True}


def at(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=BEIJING)


def tasks(kind: str, now: str, *, is_public: bool, **said: Any) -> tuple[Task, ...]:
    rules = USUAL.model_copy(update={"meeting_days": 5})
    particulars = Particulars.model_validate(said)
    return clocks.tasks(Kind(kind), particulars, is_public=is_public, now=at(now), calendar=CALENDAR, rules=rules)


@pytest.mark.parametrize(
    ("kind", "said", "when", "now", "due"),
    [
        # 30 September is the first of five, then 8, 9, 10 and 12 October.
        ("meeting", {"held_on": "2026-09-29"}, "before", "2026-09-30", "2026-10-13"),
        ("clarification", {"heard_at": "2026-10-01T10:30"}, "before", "2026-10-01", "2026-10-03T10:30"),
        ("annual_report", {"report_year": 2026}, "before", "2027-01-20", "2027-02-01"),
        ("powers", {"checked_on": "2025-11-30"}, "after", "2026-11-20", "2026-12-01"),
        ("powers", {"checked_on": "2024-02-29"}, "after", "2025-02-20", "2025-03-01"),
        ("emergency_plan", {"review_on": "2026-11-30"}, "after", "2026-11-20", "2026-12-01"),
        ("consultation", {"closes_on": "2026-09-08"}, "after", "2026-10-08", "2026-10-11"),
    ],
)
def test_a_task_is_due_at_the_end_of_its_last_day(
    kind: str, said: dict[str, Any], when: str, now: str, due: str
) -> None:
    found = tasks(kind, now, is_public=when == "after", **said)
    assert [one.due for one in found] == [at(due)]
    assert found[0].urgency is Urgency.SOON


def test_what_is_to_be_done_before_ends_with_the_official_time_and_the_rest_begins_then() -> None:
    assert tasks("meeting", "2026-09-30", is_public=True, held_on="2026-09-29") == ()
    assert tasks("powers", "2026-09-30", is_public=False, checked_on="2020-01-01") == ()


def test_the_outcome_is_asked_for_from_the_day_after_the_last_until_it_is_told() -> None:
    said = {"closes_on": "2026-09-08"}
    assert tasks("consultation", "2026-09-08T23:00", is_public=True, **said) == ()
    assert tasks("consultation", "2026-09-09", is_public=True, **said)
    assert tasks("consultation", "2026-09-09", is_public=True, **said, outcome_link="https://tj.gov.cn/r") == ()


def test_what_is_late_says_by_how_much() -> None:
    (late,) = tasks("clarification", "2026-10-03T15:00", is_public=False, heard_at="2026-10-01T10:30")
    assert (late.urgency, late.words) == (Urgency.OVERDUE, "应在2026年10月3日10:30前发布澄清，已超期 4 小时")
    (old,) = tasks("powers", "2026-11-20", is_public=True, checked_on="2025-11-01")
    assert old.words == "应在2026年11月1日前核对权责清单，已超期 19 天"
    (far,) = tasks("powers", "2026-06-01", is_public=True, checked_on="2026-01-01")
    assert far.urgency is Urgency.AHEAD
