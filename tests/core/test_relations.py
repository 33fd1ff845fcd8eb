"""What follows from relations and from days: when, and what holds then."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core import relations as rules
from hub.core import validity
from schemas.basis import Cause
from schemas.card import Validity
from schemas.edition import Edition
from schemas.relation import RelationKind, Tie
from schemas.standing import Ruling, Standing, StandingKind
from tests import making

K = StandingKind
R = RelationKind
TODAY = date(2026, 11, 26)
DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))


def standing(kind: K, **changes: object) -> Standing:
    at = datetime(2026, 11, 2, tzinfo=UTC)
    values: dict[str, object] = {"id": 5, "release": 3, "reason": "有新规定", "ground": "", "successor": None}
    values |= {"effective_on": at.date(), "expires_on": None, "proposed_by": "a", "proposed_at": at, "serial": 1}
    values |= {"ruling": Ruling.CONFIRM, "ruled_by": "b", "ruled_at": at, "edition": 1, "kind": kind}
    return Standing.model_validate(values | changes)


def by(**changes: object) -> Edition:
    metadata = making.metadata(title="新的通知", **changes)
    return Edition(release=9, number=1, metadata=metadata, documents=making.documents())


def test_an_act_takes_effect_with_its_document_and_a_word_on_it_at_once() -> None:
    later = making.metadata(effective_on=date(2027, 1, 1))
    earlier = making.metadata(effective_on=date(2026, 11, 1))
    assert rules.due_on(R.REPEALS, later, TODAY) == date(2027, 1, 1)
    assert rules.due_on(R.REPLACES, earlier, TODAY) == TODAY
    assert rules.due_on(R.INTERPRETS, later, TODAY) == TODAY


@pytest.mark.parametrize(
    ("before", "kind", "after"),
    [
        (None, R.REPEALS, K.REPEALED),
        (K.AMENDED, R.REPLACES, K.REPEALED),
        (K.EXPIRED, R.REPEALS, K.REPEALED),
        (None, R.AMENDS, K.AMENDED),
        (K.REPEALED, R.AMENDS, K.REPEALED),  # nothing brings back what was ended
        (K.EXPIRED, R.AMENDS, K.EXPIRED),
        (K.AMENDED, R.CLARIFIES, K.AMENDED),
        (None, R.INTERPRETS, K.IN_FORCE),
    ],
)
def test_what_a_relation_makes_of_the_other_document(before: K | None, kind: R, after: K) -> None:
    current = standing(before) if before else None
    made = rules.done_to(current, 1, kind, by(), since=TODAY)
    assert made.kind is after
    if current and after == before:
        assert (made.reason, made.effective_on) == (current.reason, current.effective_on)
    elif after == K.REPEALED:
        assert made.successor
        assert (made.successor.release, made.successor.title) == (9, "新的通知")


def test_who_replaces_a_document_repeals_it() -> None:
    tie = Tie(kind=R.REPLACES, release=9, title="新的通知", is_passive=True)
    assert rules.is_known([tie], tie.model_copy(update={"kind": R.REPEALS}))
    assert not rules.is_known([tie], tie.model_copy(update={"kind": R.AMENDS}))
    assert not rules.is_known([tie], tie.model_copy(update={"is_passive": False}))


def test_a_last_day_ends_it_on_the_next_and_an_extension_puts_that_off() -> None:
    metadata = making.metadata(expires_on=date(2026, 11, 25))
    made = rules.turned(metadata, [], shown_on=date(2026, 11, 2), today=TODAY)
    assert made
    assert (made.kind, made.effective_on, made.ground) == (K.EXPIRED, TODAY, "有效期至2026年11月25日")
    assert rules.turned(metadata, [], shown_on=date(2026, 11, 2), today=date(2026, 11, 25)) is None
    extended = [standing(K.IN_FORCE, expires_on=date(2027, 11, 25)), standing(K.AMENDED, serial=2)]
    assert rules.turned(metadata, extended, shown_on=TODAY, today=TODAY) is None
    assert rules.turned(metadata, [standing(K.REPEALED)], shown_on=TODAY, today=TODAY) is None


def test_a_first_day_is_told_once() -> None:
    metadata = making.metadata(effective_on=TODAY)
    made = rules.turned(metadata, [], shown_on=date(2026, 11, 2), today=TODAY)
    assert made
    assert (made.kind, made.effective_on) == (K.IN_FORCE, TODAY)
    assert rules.turned(metadata, [], shown_on=TODAY, today=TODAY) is None


@given(effective=st.none() | DAYS, expires=st.none() | DAYS, shown=DAYS, today=DAYS)
def test_a_page_that_is_not_written_anew_is_still_right(
    effective: date | None, expires: date | None, shown: date, today: date
) -> None:
    """Nothing to be done means: what was right on the day of the page is right today."""
    if today < shown:
        shown, today = today, shown
    metadata = making.metadata(effective_on=effective, expires_on=expires)
    then, now = (validity.judge(None, effective, expires, day)[0] for day in (shown, today))
    made = rules.turned(metadata, [], shown_on=shown, today=today)
    assert (made is None) == (then is now and now is not Validity.EXPIRED)


def test_what_time_carries_out_is_quiet_where_nothing_is_to_be_said() -> None:
    assert standing(K.IN_FORCE, cause=Cause.TERM).is_quiet
    assert not standing(K.IN_FORCE).is_quiet
    assert not standing(K.AMENDED, cause=Cause.RELATION).is_quiet
    assert not standing(K.IN_FORCE, cause=Cause.RELATION, expires_on=TODAY).is_quiet
