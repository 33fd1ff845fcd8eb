"""Lateness, a person's hand, and troubles that are the channel's and not the delivery's."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core import delivery as rules
from hub.core.delivery import ImpossibleEventError, Move, limits
from schemas import events
from schemas.delivery import Action, Delivery, DeliveryState, Reaction, Step, Trouble
from schemas.events import Event
from schemas.publication import Receipt

S = DeliveryState
NOW = datetime(2026, 11, 24, tzinfo=UTC)
HOUR = timedelta(hours=1)
PATIENT = events.Claimed(owner="w", until=NOW + HOUR, patience_seconds=3600)
RECEIPT = Receipt(id="r", addresses={"policy": "http://a/1"})


def make(state: DeliveryState = S.WAITING, **changes: object) -> Delivery:
    values = {"id": 1, "release": 1, "edition": 1, "digest": "", "channel": "wechat", "action": Action.PUBLISH}
    values |= {"state": state, "step": Step.PREPARE, "planned_at": NOW, "due_at": NOW}
    if state is S.WORKING:
        values |= {"lease_owner": "w", "lease_until": NOW, "fence": 1}
    return Delivery.model_validate(values | changes)


def decide(before: Delivery, event: Event, at: datetime = NOW) -> Delivery:
    return rules.decide(before, event, now=at, dice=0.5)


def troubled(reaction: Reaction, *, is_channels: bool = False, after: float | None = None) -> events.Troubled:
    trouble = Trouble(reaction=reaction, code="c", detail="d", retry_after_seconds=after)
    return events.Troubled(trouble=trouble, is_channels=is_channels)


@given(st.floats(0, 7200))
def test_what_is_later_than_the_patience_waits_for_a_person(late: float) -> None:
    claimed = decide(make(), PATIENT, NOW + timedelta(seconds=late))
    if late > PATIENT.patience_seconds + 1e-6:
        assert (claimed.state, claimed.lease_owner) == (S.HELD, None)
        assert claimed.trouble is not None
        assert (claimed.trouble.reaction, claimed.trouble.code) == (Reaction.CONFIRM, "overdue")
    elif late < PATIENT.patience_seconds - 1e-6:
        assert (claimed.state, claimed.lease_owner) == (S.WORKING, "w")


@pytest.mark.parametrize(
    "changes",
    [
        {"intended_at": NOW, "state": S.UNCONFIRMED, "step": Step.COMMIT},
        {"intended_at": NOW, "state": S.ACCEPTED, "step": Step.SIGHT, "receipt": RECEIPT},
        {"action": Action.ANNOTATE},
    ],
)
def test_what_has_left_and_what_only_marks_are_never_too_late(changes: dict[str, Any]) -> None:
    claimed = decide(make(**changes), PATIENT, NOW + 100 * HOUR)
    assert claimed.lease_owner == "w"


def test_a_person_who_sends_it_on_its_way_restarts_the_patience() -> None:
    held = decide(make(), PATIENT, NOW + 2 * HOUR)
    again = decide(held, events.Retried(), NOW + 5 * HOUR)
    assert (again.state, again.resumed_at, again.due_at, again.trouble) == (
        S.WAITING,
        NOW + 5 * HOUR,
        NOW + 5 * HOUR,
        None,
    )
    assert decide(again, PATIENT, NOW + 5.9 * HOUR).state is S.WORKING
    assert decide(again, PATIENT, NOW + 6.1 * HOUR).state is S.HELD


@pytest.mark.parametrize("state", [S.WAITING, S.HELD, S.FAILED])
def test_what_is_postponed_waits_for_its_new_time_and_starts_afresh(state: DeliveryState) -> None:
    planned = NOW + 10 * HOUR
    before = make(state, attempts=7, looks=3, claims=2, trouble=troubled(Reaction.RETRY).trouble)
    after = decide(before, events.Postponed(planned_at=planned, due_at=planned - HOUR), NOW + HOUR)
    assert (after.state, after.planned_at, after.due_at) == (S.WAITING, planned, planned - HOUR)
    assert (after.attempts, after.looks, after.claims, after.trouble) == (0, 0, 0, None)
    assert decide(after, PATIENT, planned + 0.9 * HOUR).state is S.WORKING


@pytest.mark.parametrize("state", [S.HELD, S.FAILED])
@pytest.mark.parametrize(
    "event",
    [
        events.Postponed(planned_at=NOW, due_at=NOW),
        events.Cancelled(),
        events.Superseded(),
    ],
)
def test_what_may_be_public_can_only_be_looked_for_or_settled(state: DeliveryState, event: Event) -> None:
    with pytest.raises(ImpossibleEventError):
        decide(make(state, intended_at=NOW, step=Step.COMMIT), event)


@pytest.mark.parametrize("state", [S.UNCONFIRMED, S.HELD, S.FAILED])
def test_settled_as_carried_out_it_is_looked_for_in_public(state: DeliveryState) -> None:
    before = make(state, intended_at=NOW, step=Step.COMMIT, notes={"draft": "d"}, attempts=3, looks=9)
    after = decide(before, events.Settled(receipt=RECEIPT), NOW + HOUR)
    assert (after.state, after.step, after.receipt, after.accepted_at) == (S.ACCEPTED, Step.SIGHT, RECEIPT, NOW + HOUR)
    assert (after.intended_at, after.notes, after.attempts, after.looks) == (NOW, {"draft": "d"}, 0, 0)
    assert rules.next_move(decide(after, PATIENT, NOW + HOUR)) is Move.SIGHT


@pytest.mark.parametrize("state", [S.UNCONFIRMED, S.HELD, S.FAILED])
def test_settled_as_not_carried_out_it_starts_from_nothing(state: DeliveryState) -> None:
    before = make(state, intended_at=NOW, step=Step.COMMIT, notes={"draft": "d"}, receipt=RECEIPT, accepted_at=NOW)
    after = decide(before, events.Settled(receipt=None), NOW + 30 * HOUR)
    assert (after.state, after.step, after.notes) == (S.WAITING, Step.PREPARE, {})
    assert (after.intended_at, after.receipt, after.accepted_at) == (None, None, None)
    assert rules.next_move(decide(after, PATIENT, NOW + 30 * HOUR)) is Move.PREPARE


@pytest.mark.parametrize("state", [S.HELD, S.FAILED, S.UNCONFIRMED])
@pytest.mark.parametrize("receipt", [RECEIPT, None])
def test_nothing_is_settled_that_never_left(state: DeliveryState, receipt: Receipt | None) -> None:
    with pytest.raises(ImpossibleEventError):
        decide(make(state), events.Settled(receipt=receipt))


def test_a_commit_that_finds_nothing_yet_has_left_and_is_asked_for() -> None:
    committing = make(S.WORKING, step=Step.COMMIT, intended_at=NOW)
    after = decide(committing, events.Unseen(again_after_seconds=0.0))
    assert (after.state, after.lease_owner, after.intended_at) == (S.UNCONFIRMED, None, NOW)
    assert rules.next_move(decide(after, PATIENT)) is Move.LOOK_UP


@pytest.mark.parametrize("state", [S.ACCEPTED, S.UNCONFIRMED])
def test_a_look_because_of_a_call_from_outside_slows_the_next_one_down_by_nothing(state: DeliveryState) -> None:
    looking = make(state, step=Step.COMMIT, intended_at=NOW, looks=5)
    assert decide(looking, events.Unseen(again_after_seconds=0.0)).looks == 5
    assert decide(looking, events.Unseen(again_after_seconds=0.4)).looks == 6


@pytest.mark.parametrize("reaction", [Reaction.RETRY, Reaction.CREDENTIALS, Reaction.CONFIGURATION])
@pytest.mark.parametrize("changes", [{}, {"step": Step.COMMIT, "intended_at": NOW}])
def test_the_channels_own_trouble_costs_no_try_and_calls_nobody(reaction: Reaction, changes: dict[str, object]) -> None:
    before = make(S.WORKING, attempts=limits.MAX_ATTEMPTS - 1, **changes)
    after = decide(before, troubled(reaction, is_channels=True))
    assert (after.state, after.attempts, after.lease_owner) == (S.WAITING, before.attempts, None)
    assert (after.intended_at, after.due_at) == (None, NOW)
    assert after.trouble is not None


def test_a_send_of_unknown_outcome_is_asked_for_even_if_the_channel_is_not_well() -> None:
    committing = make(S.WORKING, step=Step.COMMIT, intended_at=NOW)
    after = decide(committing, troubled(Reaction.ASK, is_channels=True))
    assert (after.state, after.intended_at) == (S.UNCONFIRMED, NOW)


@given(st.integers(0, 10_000), st.floats(0, 86_399), st.sampled_from([S.ACCEPTED, S.UNCONFIRMED]))
def test_a_look_that_got_no_answer_is_never_given_up_before_the_patience(
    looks: int, passed: float, state: DeliveryState
) -> None:
    since = {"accepted_at": NOW, "receipt": RECEIPT} if state is S.ACCEPTED else {}
    looking = make(state, step=Step.COMMIT, intended_at=NOW, looks=looks, attempts=limits.MAX_ATTEMPTS - 1, **since)
    at = NOW + timedelta(seconds=passed)
    after = decide(looking, troubled(Reaction.RETRY), at)
    assert (after.state, after.attempts, after.intended_at) == (state, looking.attempts, NOW)
    assert at < after.due_at <= at + timedelta(seconds=limits.LOOK_AGAIN_SECONDS * limits.SLOWEST_PACE)


@pytest.mark.parametrize("state", [S.ACCEPTED, S.UNCONFIRMED])
@pytest.mark.parametrize("event", [events.Unseen(again_after_seconds=1), troubled(Reaction.RETRY)])
def test_past_the_patience_a_person_is_told(state: DeliveryState, event: Event) -> None:
    at = NOW + limits.PATIENCE + timedelta(seconds=1)
    after = decide(make(state, step=Step.COMMIT, intended_at=NOW), event, at)
    assert after.state is S.HELD


def test_what_was_taken_and_then_turned_down_frees_the_way_for_another_edition() -> None:
    accepted = make(S.ACCEPTED, step=Step.SIGHT, intended_at=NOW, receipt=RECEIPT, accepted_at=NOW, notes={"a": 1})
    held = decide(accepted, troubled(Reaction.CONTENT))
    assert (held.state, held.intended_at, held.receipt, held.notes) == (S.HELD, None, None, {})
    assert decide(held, events.Superseded()).state is S.SUPERSEDED
    assert rules.next_move(decide(decide(held, events.Retried()), PATIENT)) is Move.PREPARE


@pytest.mark.parametrize("event", [events.Cancelled(), events.Superseded()])
def test_what_is_being_prepared_can_be_taken_back(event: Event) -> None:
    after = decide(make(S.WORKING), event)
    assert (after.lease_owner, after.lease_until) == (None, None)


def test_a_retry_never_sends_before_the_planned_time() -> None:
    ready = make(step=Step.COMMIT, planned_at=NOW + HOUR, due_at=NOW + HOUR)
    again = decide(ready, events.Retried())
    assert again.due_at >= ready.planned_at


@pytest.mark.parametrize("changes", [{"receipt": RECEIPT, "accepted_at": NOW}, {}])
def test_a_persons_retry_of_what_nobody_found_has_a_patience_of_its_own(changes: dict[str, object]) -> None:
    at = NOW + 30 * HOUR
    held = make(S.HELD, step=Step.SIGHT if changes else Step.COMMIT, intended_at=NOW, **changes)
    looking = decide(decide(held, events.Retried(), at), PATIENT, at)
    assert decide(looking, events.Unseen(again_after_seconds=60), at).state in {S.ACCEPTED, S.UNCONFIRMED}


def test_preparing_without_an_answer_costs_no_try_while_the_channel_is_not_well() -> None:
    after = decide(make(S.WORKING), troubled(Reaction.ASK, is_channels=True))
    assert after.attempts == 0
