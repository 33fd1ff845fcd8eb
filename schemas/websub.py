"""What our own WebSub hub keeps: what somebody asked of it, who is subscribed to what, and what became of a call."""

from datetime import datetime, timedelta
from typing import Literal

from schemas.release import Frozen

Mode = Literal["subscribe", "unsubscribe"]


class Wish(Frozen):
    """What somebody asked for a callback. Until the callback itself agrees it means nothing."""

    mode: Mode
    topic: str  #: path of the feed, as it stands in its address: `/feeds/all.atom`
    callback: str
    host: str  #: the callback's, for bounds that every host has for itself
    secret: bytes | None  #: sealed, where it is stored
    lease: timedelta


class Claimed(Frozen):
    """A wish or a subscription that this process works on until its lease ends; the fence tells later ones apart."""

    id: int
    fence: int
    topic: str
    callback: str
    host: str
    secret: bytes | None  #: sealed
    tries: int  #: that failed before this one


class Asked(Claimed):
    """A wish whose callback is to be asked."""

    mode: Mode
    lease: timedelta


class Due(Claimed):
    """A subscription whose topic may have changed."""

    has: str  #: SHA-256 of the feed that the subscriber took last
    wanted: int  #: grows with each change of the topic; what is read here is what an outcome settles


class Outcome(Frozen):
    """What became of one claim.

    `took`: the subscriber has the feed with this digest. `again`: after this long. `is_over`: the row goes.
    With none of them it has been given up for this time.
    """

    claim: Claimed
    took: str | None = None
    again: timedelta | None = None
    is_over: bool = False


class Full(Frozen):
    """How much the hub has already, for its bounds."""

    subscriptions: int
    of_host: int
    asked: int  #: within the last hour
    asked_of_host: int
    is_known: bool  #: this callback is subscribed to this topic: asking again adds nothing
    now: datetime
