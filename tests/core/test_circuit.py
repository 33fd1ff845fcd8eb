"""The laws of a circuit: when a channel may be sent something."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core import circuit as rules
from hub.core.circuit import Admission
from schemas import events
from schemas.circuit import Circuit
from schemas.delivery import Action, Delivery, DeliveryState, Reaction, Step, Trouble
from schemas.events import Event
from schemas.publication import Receipt, Sighting

NOW = datetime(2026, 11, 24, tzinfo=UTC)
CLOSED = Circuit(channel="wechat")
DOWN = Trouble(reaction=Reaction.RETRY, code="503", detail="down")
SPENT = Trouble(reaction=Reaction.QUOTA, code="45009", detail="", retry_after_seconds=3600)
RECEIPT = Receipt(id="r")
SENDING = (Step.PREPARE, Step.COMMIT)
#: Seconds between two things that happen to a circuit.
GAPS = st.floats(0, 120)
EVENTS: tuple[Event, ...] = (
    events.Prepared(),
    events.Intended(rendering_sha256="0" * 64),
    events.Accepted(receipt=RECEIPT),
    events.Seen(sightings=(Sighting(document="policy", address="http://a", sha256="0" * 64, fetched_at=NOW),)),
    events.Unseen(again_after_seconds=1),
    events.Absent(),
    events.Released(),
    *(events.Troubled(trouble=Trouble(reaction=one, code="c", detail="")) for one in Reaction),
)


def delivery(step: Step, state: DeliveryState = DeliveryState.WORKING) -> Delivery:
    values = {"id": 1, "release": 1, "edition": 1, "digest": "", "channel": "wechat", "action": Action.PUBLISH}
    return Delivery.model_validate(values | {"state": state, "step": step, "planned_at": NOW, "due_at": NOW})


def failing(times: int, *, at: datetime = NOW, step: Step = Step.COMMIT, asked: float | None = None) -> Circuit:
    circuit = CLOSED
    for _ in range(times):
        circuit = rules.failed(circuit, step, DOWN.model_copy(update={"retry_after_seconds": asked}), at)
    return circuit


@given(st.lists(st.booleans(), max_size=30))
def test_it_opens_after_exactly_so_many_failures_in_a_row(story: list[bool]) -> None:
    circuit, in_a_row = CLOSED, 0
    for is_failure in story:
        circuit = rules.failed(circuit, Step.COMMIT, DOWN, NOW) if is_failure else rules.answered(circuit, NOW)
        in_a_row = in_a_row + 1 if is_failure else 0
        assert circuit.failures == in_a_row
        is_open = rules.admission(circuit, NOW) is not Admission.ALL
        assert is_open is (in_a_row >= rules.FAILURES_TO_OPEN)


@given(st.lists(GAPS, max_size=60))
def test_probes_are_never_further_apart_than_the_caps(gaps: list[float]) -> None:
    circuit, at = failing(rules.FAILURES_TO_OPEN), NOW
    for gap in gaps:
        at += timedelta(seconds=gap)
        circuit = rules.failed(circuit, Step.COMMIT, DOWN, at)
        assert circuit.opened_at == NOW
        assert circuit.probe_at is not None
        wait = circuit.probe_at - at
        assert wait >= timedelta(seconds=rules.FIRST_PROBE_SECONDS)
        cap = rules.LATE_PROBE_SECONDS if at - NOW >= rules.LATE else rules.PROBE_SECONDS
        assert wait <= timedelta(seconds=cap)


def test_a_channel_that_wants_nothing_more_is_paused_until_a_person_resumes_it() -> None:
    gone = DOWN.model_copy(update={"shuts": True, "detail": "410"})
    circuit = rules.failed(CLOSED, Step.COMMIT, gone, NOW)
    assert (circuit.paused_at, circuit.paused_by, circuit.paused_why) == (NOW, "", "410")
    assert rules.admission(circuit, NOW + timedelta(days=365)) is Admission.NONE
    by_hand = rules.paused(CLOSED, by="p", why="检修", now=NOW)
    assert rules.failed(by_hand, Step.COMMIT, gone, NOW + timedelta(1)).paused_why == "检修"
    assert rules.admission(rules.resumed(circuit, NOW), NOW) is Admission.ALL


@given(st.integers(rules.FAILURES_TO_OPEN, 100), st.floats(0, 10**6))
def test_a_pause_that_the_channel_asks_for_is_kept_up_to_an_hour(failures: int, asked: float) -> None:
    circuit = failing(failures, asked=asked)
    assert circuit.probe_at is not None
    wait = (circuit.probe_at - NOW).total_seconds()
    expected = max(rules.FIRST_PROBE_SECONDS, min(asked, rules.LONGEST_ASKED_SECONDS))
    assert wait == pytest.approx(expected, abs=1e-5)


@given(st.integers(rules.FAILURES_TO_OPEN, 300), GAPS)
def test_before_its_probe_nothing_goes_and_then_one(failures: int, gap: float) -> None:
    circuit = failing(failures)
    at = NOW + timedelta(seconds=gap)
    assert circuit.probe_at is not None
    assert rules.admission(circuit, at) is (Admission.PROBE if at >= circuit.probe_at else Admission.NONE)
    if rules.admission(circuit, at) is Admission.PROBE:
        assert rules.admission(rules.probing(circuit, at, lease_seconds=10), at) is Admission.NONE


@given(st.floats(0.1, 600))
def test_a_probe_of_which_nothing_is_heard_is_followed_by_another(lease: float) -> None:
    taken = rules.probing(failing(rules.FAILURES_TO_OPEN), NOW, lease_seconds=lease)
    assert taken.probe_at is not None
    assert NOW < taken.probe_at <= NOW + timedelta(seconds=min(lease, rules.PROBE_SECONDS))
    assert rules.admission(taken, taken.probe_at) is Admission.PROBE


@given(st.integers(0, 100), st.integers(0, 100), GAPS)
def test_a_pause_beats_everything_and_outlives_every_answer(before: int, after: int, gap: float) -> None:
    circuit = rules.paused(failing(before), by="p", why="w", now=NOW)
    for _ in range(after):
        circuit = rules.failed(circuit, Step.COMMIT, DOWN, NOW)
    for one in (circuit, rules.answered(circuit, NOW), rules.resting(circuit, SPENT, NOW)):
        assert rules.admission(one, NOW + timedelta(seconds=gap)) is Admission.NONE
        assert rules.opens_at(one, NOW) is None
        assert (one.paused_by, one.paused_why) == ("p", "w")


@given(st.integers(0, 100), st.booleans(), st.booleans())
def test_what_is_resumed_is_closed(failures: int, is_paused: bool, rests: bool) -> None:  # noqa: FBT001 - drawn
    circuit = failing(failures)
    circuit = rules.paused(circuit, by="p", why="w", now=NOW) if is_paused else circuit
    circuit = rules.resting(circuit, SPENT, NOW) if rests else circuit
    assert rules.resumed(circuit, NOW) == CLOSED.model_copy(update={"changed_at": NOW})


@given(st.floats(0.001, 86_400), st.floats(0, 86_400))
def test_a_used_up_budget_stops_sending_until_its_window_ends_and_no_longer(rest: float, gap: float) -> None:
    spent = SPENT.model_copy(update={"retry_after_seconds": rest})
    circuit = rules.resting(CLOSED, spent, NOW)
    until, at = NOW + timedelta(seconds=rest), NOW + timedelta(seconds=gap)
    assert circuit.rests_until == until
    assert rules.opens_at(circuit, at) == (until if at < until else None)
    assert rules.admission(circuit, at) is (Admission.NONE if at < until else Admission.ALL)


@pytest.mark.parametrize("step", Step)
@pytest.mark.parametrize("state", [s for s in DeliveryState if s is not DeliveryState.WORKING])
def test_what_is_met_while_looking_says_nothing_of_sending(step: Step, state: DeliveryState) -> None:
    for event in EVENTS:
        looking = delivery(step, state)
        assert not rules.is_failure(looking, event)
        assert not rules.is_rest(looking, event)
        assert not rules.is_answer(failing(9), looking, event)


@pytest.mark.parametrize("step", SENDING)
@pytest.mark.parametrize("reaction", Reaction)
def test_a_trouble_is_the_channels_or_the_deliverys_or_a_rest_and_never_two(step: Step, reaction: Reaction) -> None:
    met = events.Troubled(trouble=Trouble(reaction=reaction, code="c", detail=""))
    assert rules.is_failure(delivery(step), met) is (reaction in rules.CHANNELS_OWN)
    assert rules.is_rest(delivery(step), met) is (reaction is Reaction.QUOTA)
    for code in rules.OURS:
        ours = events.Troubled(trouble=Trouble(reaction=reaction, code=code, detail=""))
        assert not rules.is_failure(delivery(step), ours)


@pytest.mark.parametrize(
    ("failed", "event", "is_answer"),
    [
        (Step.PREPARE, events.Prepared(), True),
        (Step.PREPARE, events.Accepted(receipt=RECEIPT), True),
        (Step.COMMIT, events.Prepared(), False),
        (Step.COMMIT, events.Accepted(receipt=RECEIPT), True),
        (Step.COMMIT, events.Intended(rendering_sha256=""), False),
        (Step.PREPARE, events.Intended(rendering_sha256=""), False),
    ],
)
def test_only_a_success_of_what_failed_closes_it(failed: Step, event: Event, is_answer: bool) -> None:  # noqa: FBT001 - a table
    circuit = failing(rules.FAILURES_TO_OPEN, step=failed)
    step = Step.PREPARE if isinstance(event, events.Prepared) else Step.COMMIT
    assert rules.is_answer(circuit, delivery(step), event) is is_answer
    assert rules.admission(rules.answered(circuit, NOW), NOW) is Admission.ALL


@given(st.integers(rules.FAILURES_TO_OPEN, 200))
def test_failures_at_one_moment_are_one_outage_and_the_first_probe_comes_soon(in_flight: int) -> None:
    probe_at = failing(in_flight).probe_at
    assert probe_at == NOW + timedelta(seconds=rules.FIRST_PROBE_SECONDS)


def test_a_rest_that_is_over_is_told_no_more() -> None:
    over = rules.answered(rules.resting(CLOSED, SPENT, NOW - timedelta(hours=2)), NOW)
    assert rules.admission(over, NOW) is Admission.ALL
    assert rules.opens_at(over, NOW) is None


@given(st.floats(0.1, 3600), GAPS)
def test_a_paced_channel_rests_for_its_pace_after_each_commit(pace: float, gap: float) -> None:
    circuit = rules.paced(CLOSED, NOW, pace_seconds=pace)
    assert circuit.rests_until is not None
    at = NOW + timedelta(seconds=gap)
    assert rules.admission(circuit, at) is (Admission.NONE if at < circuit.rests_until else Admission.ALL)


def test_a_shorter_rest_never_ends_a_longer_one() -> None:
    minute = SPENT.model_copy(update={"retry_after_seconds": 60.0})
    circuit = rules.resting(rules.resting(CLOSED, SPENT, NOW), minute, NOW)
    assert rules.admission(circuit, NOW + timedelta(seconds=90)) is Admission.NONE
