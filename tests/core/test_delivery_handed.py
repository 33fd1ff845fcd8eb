"""What a person carries: once handed over, nothing forgets that it may be public before they say what came of it."""

from hub.core import circuit as circuits
from hub.core import delivery as rules
from hub.core.sentences import held
from hub.core.sentences.why import Remedy
from schemas import events
from schemas.circuit import Circuit
from schemas.delivery import Delivery, DeliveryState, Reaction, Step, Trouble
from schemas.publication import Receipt
from tests.docs import samples

HAND = events.Troubled(trouble=Trouble(reaction=Reaction.HAND, code="package", detail="资料包已经备好"))
S = DeliveryState


def intended(state: DeliveryState) -> Delivery:
    return next(one for one in samples.deliveries(state) if one.intended_at)


def after(one: Delivery, event: events.Event) -> Delivery:
    return rules.decide(one, event, now=samples.NOW, dice=0.0)


def test_what_was_handed_over_waits_with_its_intent() -> None:
    for state in (S.WORKING, S.UNCONFIRMED, S.ACCEPTED):
        before = intended(state)
        waiting = after(before, HAND)
        assert (waiting.state, waiting.intended_at, waiting.receipt) == (S.HELD, before.intended_at, before.receipt)
        assert held.why(waiting).remedy is Remedy.SETTLE


def test_looking_again_asks_and_never_hands_over_twice() -> None:
    waiting = after(intended(S.WORKING), HAND)
    assert after(waiting, events.Retried()).state is S.UNCONFIRMED
    told = after(waiting, events.Settled(receipt=Receipt(id="", addresses={"policy": "http://a/1"})))
    assert (told.state, told.step) == (S.ACCEPTED, Step.SIGHT)
    assert after(waiting, events.Settled(receipt=None)).intended_at is None


def test_a_channel_that_hands_over_is_well() -> None:
    sending = intended(S.WORKING)
    failing = Circuit(channel="column", failures=3, step=Step.COMMIT)
    assert circuits.is_answer(failing, sending, HAND)
    assert not circuits.is_failure(sending, HAND)
