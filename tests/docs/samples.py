"""What the pure rules are tried with: deliveries of every shape that a row can have, events with every value."""

import types
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from enum import Enum
from itertools import product
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from hub.core import delivery as rules
from hub.core.delivery import ImpossibleEventError, limits
from schemas.delivery import Action, Delivery, DeliveryState, Step
from schemas.events import Event
from schemas.publication import Receipt

NOW = datetime(2026, 11, 24, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=30)
RECEIPT = Receipt(id="r", addresses={"policy": "http://a/1"})
REFUSED = "refused"
S = DeliveryState

Row = dict[str, Any]
_FRESH: list[Row] = [{"step": Step.PREPARE}, {"step": Step.COMMIT}]
_INTENDED: list[Row] = [{"step": Step.COMMIT, "intended_at": at} for at in (NOW, LONG_AGO)]
_TAKEN: list[Row] = [
    {"step": Step.SIGHT, "intended_at": at, "accepted_at": at, "receipt": RECEIPT} for at in (NOW, LONG_AGO)
]
#: How far a row of each state can have come; a state that is not named may have come any way.
SHAPES: dict[DeliveryState, list[Row]] = {
    S.WAITING: _FRESH,
    S.WORKING: [*_FRESH, *_INTENDED],
    S.UNCONFIRMED: _INTENDED,
    S.ACCEPTED: _TAKEN,
}
_PLAIN: dict[type, list[Any]] = {
    str: ["0" * 64],
    int: [1],
    float: [0.1, 600.0],
    bool: [False, True],
    dict: [{}],
    datetime: [NOW + timedelta(seconds=30)],
}


def deliveries(state: DeliveryState) -> Iterator[Delivery]:
    """Rows of this state: each way that they can have come, fresh and worn out, due now and planned for later."""
    shapes = SHAPES.get(state, [*_FRESH, *_INTENDED, *_TAKEN])
    worn = product(
        (0, limits.MAX_CLAIMS), (0, limits.MAX_ATTEMPTS - 1), (NOW - timedelta(hours=1), NOW, NOW + timedelta(hours=1))
    )
    for shape, (claims, attempts, planned_at) in product(shapes, list(worn)):
        yield Delivery(
            id=1,
            release=1001,
            edition=1,
            digest="0" * 64,
            channel="website",
            action=Action.PUBLISH,
            state=state,
            planned_at=planned_at,
            due_at=NOW,
            claims=claims,
            attempts=attempts,
            **shape,
        )


def events(kind: Any) -> Iterator[Any]:
    """Values of a type: of an event, one for each combination of what its fields can be."""
    if kind in _PLAIN:
        yield from _PLAIN[kind]
    elif isinstance(kind, type) and issubclass(kind, Enum):
        yield from kind
    elif isinstance(kind, type) and issubclass(kind, BaseModel):
        fields = {name: list(events(field.annotation)) for name, field in kind.model_fields.items()}
        for values in product(*fields.values()):
            yield kind(**dict(zip(fields, values, strict=True)))
    else:
        yield from _composed(kind)


def _composed(kind: Any) -> Iterator[Any]:
    origin, inner = get_origin(kind), get_args(kind)
    if origin in {Union, types.UnionType}:
        for one in inner:
            yield from [None] if one is type(None) else events(one)
    elif origin is tuple:
        yield from ((one,) for one in events(inner[0]))
    elif origin is Literal:
        yield from inner
    elif origin is not None:
        yield from events(origin)
    else:
        yield {}


def outcomes(state: DeliveryState, kind: type[Event]) -> set[str]:
    """What `decide` makes of such an event in such a state: the states it leads to, `refused` where it raises."""
    met = list(events(kind))
    return {_outcome(before, event) for before in deliveries(state) for event in met}


def _outcome(before: Delivery, event: Event) -> str:
    try:
        return str(rules.decide(before, event, now=NOW, dice=0.5).state)
    except ImpossibleEventError:
        return REFUSED
