"""The windows of a budget: they tile the day in Beijing, without gaps and without overlaps."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from schemas.budget import DAY_SECONDS, Budget
from schemas.entry import BEIJING

MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))  # noqa: DTZ001
#: Whole seconds, whether or not they divide the day.
SECONDS = st.integers(1, DAY_SECONDS)
MIDNIGHT = datetime(2026, 11, 24, tzinfo=BEIJING)


def budget(seconds: float) -> Budget:
    return Budget.model_validate({"endpoint": "submit", "limit": 1, "seconds": seconds})


@given(MOMENTS, SECONDS)
def test_every_moment_lies_in_its_window(at: datetime, seconds: int) -> None:
    one = budget(seconds)
    opened = one.window(at)
    assert opened <= at < one.closes(opened)
    assert timedelta() < one.closes(opened) - opened <= timedelta(seconds=seconds)


@given(MOMENTS, SECONDS)
def test_a_window_ends_where_the_next_begins(at: datetime, seconds: int) -> None:
    one = budget(seconds)
    opened = one.window(at)
    closes = one.closes(opened)
    assert one.window(closes) == closes
    assert one.window(opened) == opened
    assert one.window(closes - timedelta(microseconds=1)) == opened


@given(SECONDS, st.integers(-2, 2))
def test_a_day_begins_a_window_whatever_was_left_of_the_last_one(seconds: int, days: int) -> None:
    midnight = MIDNIGHT + timedelta(days=days)
    one = budget(seconds)
    assert one.window(midnight) == midnight
    assert one.closes(one.window(midnight - timedelta(microseconds=1))) == midnight


def test_the_days_own_window_is_the_day_in_beijing() -> None:
    evening = datetime(2026, 11, 24, 15, 59, 59, 999_999, tzinfo=UTC)
    one = budget(DAY_SECONDS)
    assert one.window(evening) == datetime(2026, 11, 23, 16, tzinfo=UTC)
    assert one.closes(one.window(evening)) == datetime(2026, 11, 24, 16, tzinfo=UTC)


@given(MOMENTS, SECONDS, SECONDS)
def test_whatever_the_zone_of_the_question_the_window_is_the_same(at: datetime, seconds: int, offset: int) -> None:
    one = budget(seconds)
    assert one.window(at) == one.window(at.astimezone(BEIJING)) == one.window(at)
    later = one.closes(one.window(at)) + timedelta(seconds=offset)
    assert one.window(later) >= one.closes(one.window(at))


@pytest.mark.parametrize("seconds", [0, 0.5, -1, DAY_SECONDS + 1])
def test_windows_are_whole_seconds_within_a_day(seconds: float) -> None:
    with pytest.raises(ValidationError):
        budget(seconds)
