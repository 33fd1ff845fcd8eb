"""What the log says of a delivery's events. Pure: which acts there are, not when or where they are written."""

from schemas import events
from schemas.delivery import Action, Delivery, DeliveryState
from schemas.entry import Act, EntryType
from schemas.events import Event

#: Troubles that nobody needs to act on stay in the attempts' history; these reach the log.
TOLD = frozenset({DeliveryState.HELD, DeliveryState.FAILED, DeliveryState.UNCONFIRMED})


def acts(delivery: Delivery, event: Event, after: Delivery, *, who: str, authoritative: bool) -> list[Act]:
    """Return the log entries of an event that turned `delivery` into `after`."""
    match event:
        case events.Intended():
            return [_act(delivery, EntryType.SEND_INTENT, who, rendering=event.rendering_sha256)]
        case events.Accepted() | events.Absent():
            return [_act(delivery, EntryType.SEND_RESULT, who, **_answer(event))]
        case events.Seen():
            return _seen(delivery, event, after, who=who, authoritative=authoritative)
        case events.Superseded() | events.Withdrawn():
            return [by_hand(delivery, after, who=who, why=type(event).__name__.lower())]
        case events.Troubled():
            return _troubled(delivery, event, after, who)
        case _:
            return []


def _seen(delivery: Delivery, event: events.Seen, after: Delivery, *, who: str, authoritative: bool) -> list[Act]:
    """A look that finds the text gone is no sighting of it, least of all one that makes it official."""
    kind = EntryType.WITHDRAWAL_SEEN if delivery.action is Action.WITHDRAW else EntryType.SIGHTING
    return [
        _act(
            delivery,
            kind,
            who,
            document=s.document,
            address=s.address,
            sha256=s.sha256,
            authoritative=authoritative,
            delay_ms=_delay(delivery, after),
        )
        for s in event.sightings
    ]


def _answer(event: events.Accepted | events.Absent) -> dict[str, object]:
    if isinstance(event, events.Absent):
        return {"outcome": "absent"}
    return {"outcome": "accepted", "receipt": event.receipt.model_dump(mode="json")}


def official(delivery: Delivery, *, who: str, address: str) -> Act:
    """The entry of the official time: it stands in the same append, so it carries the sighting's own time."""
    return _act(delivery, EntryType.RELEASE_OFFICIAL, who, channel=delivery.channel, address=address)


def by_hand(delivery: Delivery, after: Delivery, *, who: str, why: str) -> Act:
    """A person, or an act of a person, changed what a delivery will do."""
    return _act(delivery, EntryType.DELIVERY_CHANGED, who, before=delivery.state, after=after.state, why=why)


def stopped(after: Delivery, *, who: str) -> Act:
    """A claim found that too many workers had died on the delivery, and put it before a person."""
    trouble = after.trouble.model_dump(mode="json") if after.trouble else None
    return _act(after, EntryType.DELIVERY_TROUBLED, who, state=after.state, trouble=trouble)


def _troubled(delivery: Delivery, event: events.Troubled, after: Delivery, who: str) -> list[Act]:
    trouble = event.trouble.model_dump(mode="json", include={"reaction", "code", "detail"})
    if delivery.intended_at and not delivery.receipt and delivery.state is DeliveryState.WORKING:
        outcome = "unknown" if after.state is DeliveryState.UNCONFIRMED else "refused"
        return [_act(delivery, EntryType.SEND_RESULT, who, outcome=outcome, trouble=trouble)]
    if after.state in TOLD and after.state is not delivery.state:
        return [_act(delivery, EntryType.DELIVERY_TROUBLED, who, state=after.state, trouble=trouble)]
    return []


def _delay(delivery: Delivery, after: Delivery) -> int:
    """How long after its planned time the public could see it, in milliseconds."""
    return round(((after.seen_at or delivery.planned_at) - delivery.planned_at).total_seconds() * 1000)


def _act(delivery: Delivery, kind: EntryType, who: str, **data: object) -> Act:
    return Act(
        type=kind,
        who=who,
        release=delivery.release,
        edition=delivery.edition,
        digest=delivery.digest,
        channel=delivery.channel,
        action=_named(delivery),
        data=data,
    )


def _named(delivery: Delivery) -> str:
    """The action; of a mark and of a withdrawal with the standing that they show: each needs its own confirmation."""
    if delivery.standing is None or delivery.action is Action.PUBLISH:
        return delivery.action
    return f"{delivery.action}/{delivery.standing}"
