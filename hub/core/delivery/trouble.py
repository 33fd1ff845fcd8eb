"""What a trouble, or a look that found nothing, makes of a delivery."""

from datetime import datetime, timedelta

from hub.core.delivery import limits
from hub.core.delivery.change import change, idle, is_committing, not_sent, rest, unsent
from hub.core.delivery.table import LOOKING
from schemas import events
from schemas.delivery import Delivery, DeliveryState, Reaction, Trouble

S = DeliveryState


def unseen(before: Delivery, seconds: float, now: datetime) -> Delivery:
    since = max(filter(None, (before.accepted_at or before.intended_at, before.resumed_at)), default=now)
    if now - since > limits.PATIENCE:
        detail = f"{limits.PATIENCE.total_seconds() / 3600:g} 小时内没有在公开网址上看到"
        return rest(before, state=S.HELD, trouble=Trouble(reaction=Reaction.ASK, code="unseen", detail=detail))
    pace = min(2 ** (before.looks // limits.LOOKS_PER_PACE), limits.SLOWEST_PACE)
    # What the channel asks for is kept; only our own impatience is slowed down, and a call from outside is none of it.
    wait = max(seconds, min(seconds * pace, limits.SLOWEST_LOOK_SECONDS))
    looks = before.looks + (seconds > 0)
    if is_committing(before):
        # Only a look may find nothing. A commit that says so has left, so the channel is asked (law 4).
        return rest(before, state=S.UNCONFIRMED, due_at=now + timedelta(seconds=wait), looks=looks)
    changes = {"looks": looks, "due_at": now + timedelta(seconds=wait), "claims": 0}
    return (
        change(before, **changes) if wait <= limits.SHORT_WAIT_SECONDS else rest(before, state=idle(before), **changes)
    )


def troubled(before: Delivery, event: events.Troubled, now: datetime, dice: float) -> Delivery:
    trouble = event.trouble
    is_unknown = trouble.reaction is Reaction.ASK and is_committing(before)
    if event.is_channels and before.state not in LOOKING and not is_unknown:
        return rest(before, state=S.WAITING, **not_sent(before), due_at=now, trouble=trouble, claims=0)
    reaction = trouble.reaction
    if reaction is Reaction.ASK:
        return _unknown(before, trouble, now, dice)
    if reaction is Reaction.RETRY and before.state in LOOKING:
        # A look changes nothing outside, so it is repeated at a look's pace and never given up before the patience.
        return unseen(before, trouble.retry_after_seconds or limits.LOOK_AGAIN_SECONDS, now).model_copy(
            update={"trouble": trouble}
        )
    if reaction in {Reaction.RETRY, Reaction.QUOTA}:
        return _later(before, trouble, now, dice)
    if reaction in {Reaction.CONTENT, Reaction.DECLINED} and before.state is S.ACCEPTED:
        # Taken, then turned down: it is not public, so an edited edition may take its place, or this one goes again.
        return rest(unsent(before), state=S.HELD, trouble=trouble)
    # Credentials, content, configuration, a bug: repeating it as it is would fail again, so a person is told. What was
    # handed over may become public at any time: its intent stands until somebody says what came of it.
    unmade = {} if reaction is Reaction.HAND else not_sent(before)
    return rest(before, state=S.HELD, trouble=trouble, **unmade)


def _unknown(before: Delivery, trouble: Trouble, now: datetime, dice: float) -> Delivery:
    if is_committing(before):
        return rest(before, state=S.UNCONFIRMED, trouble=trouble, due_at=now, claims=0)
    if before.state is S.UNCONFIRMED:
        return rest(before, state=S.HELD, trouble=trouble)
    # Preparing and sighting change nothing in public: not knowing is a reason to do them again.
    return _later(before, trouble, now, dice)


def _later(before: Delivery, trouble: Trouble, now: datetime, dice: float) -> Delivery:
    # Waiting for a quota is nobody's failure and uses no try.
    attempts = before.attempts + (trouble.reaction is not Reaction.QUOTA)
    if attempts >= limits.MAX_ATTEMPTS:
        return rest(before, state=S.FAILED, trouble=trouble, **not_sent(before))
    delay = trouble.retry_after_seconds
    if delay is None:
        delay = dice * min(limits.BACKOFF_CAP_SECONDS, limits.BACKOFF_FIRST_SECONDS * 2 ** min(attempts, 20))
    due = now + timedelta(seconds=delay)
    return rest(
        before, state=idle(before), **not_sent(before), attempts=attempts, due_at=due, trouble=trouble, claims=0
    )
