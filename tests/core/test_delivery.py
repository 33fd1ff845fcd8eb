from datetime import UTC, datetime, timedelta
from itertools import product
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core import delivery as rules
from hub.core.delivery import ImpossibleEventError, Move, limits
from schemas import events
from schemas.delivery import FINAL, MOVING, Action, Delivery, DeliveryState, Reaction, Step, Trouble
from schemas.events import Event
from schemas.publication import Receipt, Sighting

NOW = datetime(2026, 11, 24, tzinfo=UTC)
RECEIPT = Receipt(id="r", addresses={"policy": "http://a/1"})
SEEN = Sighting(document="policy", address="http://a/1", sha256="0" * 64, fetched_at=NOW)


def trouble(reaction: Reaction) -> events.Troubled:
    return events.Troubled(trouble=Trouble(reaction=reaction, code="c", detail="d"))


EVENTS: dict[type[Event], Event] = {
    events.Claimed: events.Claimed(owner="w", until=NOW + timedelta(seconds=30), patience_seconds=3600),
    events.Prepared: events.Prepared(),
    events.Intended: events.Intended(rendering_sha256="0" * 64),
    events.Accepted: events.Accepted(receipt=RECEIPT),
    events.Seen: events.Seen(sightings=(SEEN,)),
    events.Unseen: events.Unseen(again_after_seconds=5),
    events.Absent: events.Absent(),
    events.Troubled: trouble(Reaction.RETRY),
    events.Released: events.Released(),
    events.Retried: events.Retried(),
    events.Postponed: events.Postponed(planned_at=NOW, due_at=NOW),
    events.Settled: events.Settled(receipt=RECEIPT),
    events.Cancelled: events.Cancelled(),
    events.Superseded: events.Superseded(),
    events.Withdrawn: events.Withdrawn(),
}


def make(state: DeliveryState = DeliveryState.WAITING, **changes: object) -> Delivery:
    values = {
        "id": 1,
        "release": 1001,
        "edition": 1,
        "digest": "0" * 64,
        "channel": "website",
        "action": Action.PUBLISH,
        "state": state,
        "step": Step.PREPARE,
        "planned_at": NOW,
        "due_at": NOW,
    }
    if state is DeliveryState.WORKING:
        values |= {"lease_owner": "w", "lease_until": NOW, "fence": 1}
    return Delivery.model_validate(values | changes)


def decide(before: Delivery, *met: Event, dice: float = 0.5) -> Delivery:
    for event in met:
        before = rules.decide(before, event, now=NOW, dice=dice)
    return before


@pytest.mark.parametrize(("state", "kind"), list(product(DeliveryState, get_args(Event))))
def test_every_state_takes_exactly_the_events_it_lists(state: DeliveryState, kind: type[Event]) -> None:
    if kind in rules.ACCEPTS[state]:
        sent: dict[str, object] = {"intended_at": NOW} if kind in {events.Settled, events.Withdrawn} else {}
        sent |= {"receipt": RECEIPT} if kind is events.Withdrawn else {}
        assert decide(make(state, **sent), EVENTS[kind]).state in DeliveryState
    else:
        with pytest.raises(ImpossibleEventError):
            decide(make(state), EVENTS[kind])


def test_a_delivery_goes_from_waiting_to_visible() -> None:
    claimed, prepared, intended = EVENTS[events.Claimed], EVENTS[events.Prepared], EVENTS[events.Intended]
    done = decide(make(), claimed, prepared, intended, EVENTS[events.Accepted], EVENTS[events.Seen])
    assert done.state is DeliveryState.VISIBLE
    assert done.lease_owner is None


def test_a_worker_that_died_between_intent_and_result_leaves_it_unconfirmed() -> None:
    dead = make(DeliveryState.WORKING, step=Step.COMMIT, intended_at=NOW)
    again = decide(dead, EVENTS[events.Claimed])
    assert again.state is DeliveryState.UNCONFIRMED
    assert rules.next_move(again) is Move.LOOK_UP


def test_a_worker_that_died_before_the_intent_is_simply_followed_by_another() -> None:
    again = decide(make(DeliveryState.WORKING, step=Step.COMMIT), EVENTS[events.Claimed])
    assert rules.next_move(again) is Move.INTEND


def test_no_answer_to_a_commit_is_never_followed_by_a_commit() -> None:
    unknown = decide(make(DeliveryState.WORKING, step=Step.COMMIT, intended_at=NOW), trouble(Reaction.ASK))
    assert unknown.state is DeliveryState.UNCONFIRMED
    assert rules.next_move(unknown) is Move.LOOK_UP


def test_only_an_absent_channel_lets_the_commit_be_made_again_and_with_a_new_intent() -> None:
    absent = decide(make(DeliveryState.UNCONFIRMED, step=Step.COMMIT, intended_at=NOW), EVENTS[events.Absent])
    assert rules.next_move(decide(absent, EVENTS[events.Claimed])) is Move.INTEND


def test_a_channel_that_cannot_say_hands_it_to_a_person() -> None:
    held = decide(make(DeliveryState.UNCONFIRMED, step=Step.COMMIT, intended_at=NOW), trouble(Reaction.ASK))
    assert held.state is DeliveryState.HELD


def test_what_may_be_public_cannot_be_cancelled() -> None:
    with pytest.raises(ImpossibleEventError):
        decide(make(DeliveryState.HELD, step=Step.COMMIT, intended_at=NOW), EVENTS[events.Cancelled])


def test_what_the_channel_took_and_nobody_saw_gives_way_to_a_withdrawal() -> None:
    taken = make(DeliveryState.ACCEPTED, step=Step.SIGHT, intended_at=NOW, receipt=RECEIPT, lease_owner="w")
    over = decide(taken, EVENTS[events.Withdrawn])
    assert (over.state, over.lease_owner) == (DeliveryState.SUPERSEDED, None)


def test_what_may_not_have_arrived_gives_way_to_nothing_before_the_channel_was_asked() -> None:
    with pytest.raises(ImpossibleEventError):
        decide(make(DeliveryState.HELD, step=Step.COMMIT, intended_at=NOW), EVENTS[events.Withdrawn])


def test_a_scheduled_delivery_rests_between_preparation_and_its_time() -> None:
    planned = NOW + timedelta(minutes=5)
    ready = decide(make(planned_at=planned), EVENTS[events.Claimed], EVENTS[events.Prepared])
    assert (ready.state, ready.due_at, ready.lease_owner) == (DeliveryState.WAITING, planned, None)
    assert rules.next_move(decide(ready, EVENTS[events.Claimed])) is Move.INTEND


def test_three_dead_workers_stop_a_delivery() -> None:
    last = make(DeliveryState.WORKING, claims=limits.MAX_CLAIMS)
    assert decide(last, EVENTS[events.Claimed]).state is DeliveryState.HELD


def test_the_delay_that_a_channel_asks_for_is_kept() -> None:
    asked = Trouble(reaction=Reaction.RETRY, code="429", detail="", retry_after_seconds=77)
    later = decide(make(DeliveryState.WORKING), events.Troubled(trouble=asked))
    assert later.due_at == NOW + timedelta(seconds=77)


def test_waiting_for_a_quota_uses_no_try() -> None:
    asked = Trouble(reaction=Reaction.QUOTA, code="45009", detail="", retry_after_seconds=3600)
    assert decide(make(DeliveryState.WORKING), events.Troubled(trouble=asked)).attempts == 0


@given(st.integers(0, limits.MAX_ATTEMPTS - 2), st.floats(0, 0.999))
def test_retries_are_never_further_apart_than_the_cap(attempts: int, dice: float) -> None:
    later = decide(make(DeliveryState.WORKING, attempts=attempts), trouble(Reaction.RETRY), dice=dice)
    assert NOW <= later.due_at <= NOW + timedelta(seconds=limits.BACKOFF_CAP_SECONDS)


@given(st.lists(st.sampled_from(list(EVENTS.values())), max_size=40))
def test_no_walk_of_events_ends_where_nobody_looks(walk: list[Event]) -> None:
    here = make()
    for event in walk:
        try:
            after = decide(here, event)
        except ImpossibleEventError:
            continue
        assert after.fence >= here.fence
        assert not (here.receipt and after.receipt is None) or isinstance(event, events.Settled)
        here = after
    found_by_worker = here.state in MOVING
    found_by_person = here.state in {DeliveryState.HELD, DeliveryState.FAILED}
    assert found_by_worker or found_by_person or here.state in FINAL
    assert found_by_worker or here.lease_owner is None
