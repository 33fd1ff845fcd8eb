"""An act of a person: who may do it, how it is done, and the scene that it is tried on."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hub.commands.act import Hub
from schemas.delegation import Offer
from schemas.entry import BEIJING
from schemas.errors import ErrorCode
from schemas.person import Duty, Person
from schemas.release import ReleaseState
from schemas.review import Level


@dataclass(frozen=True)
class Scene:
    """What the acts are tried on. Nobody who tries has had a part in it, but for the release that they write in."""

    releases: dict[ReleaseState, int]
    levels: dict[Level, int]  #: releases in review of which this level is next
    delivery: int  #: one that waits
    standing: int  #: one that waits for a second person
    comment: int
    delegation: int
    arrival: str  #: of the editor who tries
    png: bytes
    dispatch: int  #: told to the unit of everybody who tries
    backfile: int  #: of that unit, and nobody has proposed anything
    opened: int  #: a backfile of that unit that is to be opened
    attribution: int  #: proposed for a third one, and waits
    urgent: int  #: published by the fast lane, and nobody has countersigned
    closed: int  #: a draft that is not open


Do = Callable[[Hub, Person, Scene, int], Awaitable[object]]


@dataclass(frozen=True)
class Act:
    """One act, who may do it, and how: by whom, on what, on which release."""

    name: str
    duties: frozenset[Duty]
    do: Do = field(repr=False)
    by_state: bool = True  #: done in every state of a release; else once
    others: ErrorCode = ErrorCode.FORBIDDEN  #: what everybody else is told
    looks_first: bool = False  #: tells anybody that the state is wrong before it asks who they are


def on_release(name: str, *duties: Duty, do: Do, looks_first: bool = False) -> Act:
    return Act(name, frozenset(duties), do, looks_first=looks_first)


def once(name: str, *duties: Duty, do: Do, others: ErrorCode = ErrorCode.FORBIDDEN) -> Act:
    return Act(name, frozenset(duties), do, by_state=False, others=others)


def picture(scene: Scene) -> tuple[str, bytes]:
    return ("图.png", scene.png)


def draft(scene: Scene) -> int:
    return scene.releases[ReleaseState.DRAFT]


def lost(scene: Scene) -> int:
    """The release that was taken away from the website."""
    return scene.releases[ReleaseState.RELEASED]


def of(scene: Scene) -> int:
    """The release that the comment is about."""
    return scene.releases[ReleaseState.IN_REVIEW]


def offer(duty: Duty) -> Offer:
    tomorrow = datetime.now(BEIJING).date() + timedelta(days=1)
    return Offer(receiver="target", duty=duty, starts_on=tomorrow, ends_on=tomorrow, reason="出差")
