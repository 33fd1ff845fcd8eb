"""What a room of the console is, and what its handler is given. Handlers know nothing of HTTP; `door` does."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from hub.commands.act import Hub
from hub.web.console.posted import NOTHING, Posted
from hub.web.route import Desk, Raw, Stream
from schemas.errors import HubError
from schemas.person import Duty, Person
from schemas.session import Session


@dataclass(frozen=True)
class Visit:
    """One request by one person. `release` is 0 where the address names none."""

    desk: Desk
    person: Person
    session: Session | None  #: None only in rooms that are open
    csrf: str = field(repr=False)  #: like the next two, never in a trace or a log
    release: int = 0
    names: Mapping[str, str] = field(default_factory=dict)  #: the address's other parts
    query: Mapping[str, str] = field(default_factory=dict)
    posted: Posted = field(default=NOTHING, repr=False)
    refusal: HubError | None = None  #: why the act that was posted was refused; the room is shown again with it
    address: str = ""  #: of the person's computer, as far as we can see
    agent: str = ""
    cookies: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def hub(self) -> Hub:
        return self.desk.hub

    def has(self, *duties: Duty) -> bool:
        """Whether the person carries one of the duties. Commands decide what may be done; this only shows."""
        return bool(self.person.duties.intersection(duties))


@dataclass(frozen=True)
class Page:
    """A whole page, or the part of one that a script asked for."""

    template: str
    values: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200
    cookies: Mapping[str, str | None] = field(default_factory=dict)  #: name → value, None forgets it


@dataclass(frozen=True)
class Moved:
    """Go there now (303). `said` is shown once on the next page."""

    to: str
    said: str = ""
    cookies: Mapping[str, str | None] = field(default_factory=dict)


Answer = Page | Moved | Raw | Stream
Handler = Callable[[Visit], Awaitable[Answer]]


@dataclass(frozen=True)
class Room:
    """One line of the table in `rooms`. A refused POST shows `again`, with the refusal and what was filled in."""

    method: str
    path: str
    handler: Handler
    duties: frozenset[Duty] = frozenset()  #: one of them opens the door; empty is everybody who has signed in
    again: Handler | None = None
    is_open: bool = False  #: without signing in
    is_quiet: bool = False  #: asked by a script in the background: no sign of life of the person
    takes_files: bool = False

    @property
    def is_act(self) -> bool:
        return self.method == "POST"


def ways(path: str, show: Handler, act: Handler, *duties: Duty, takes_files: bool = False) -> tuple[Room, Room]:
    """A room that is looked at and acted in under one address."""
    opens = frozenset(duties)
    return (
        Room("GET", path, show, opens),
        Room("POST", path, act, opens, again=show, takes_files=takes_files),
    )
