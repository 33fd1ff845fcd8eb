"""What a route is, and what its handler is given. Handlers know nothing of HTTP; `hub.web.endpoint` does."""

from asyncio import Event, Semaphore
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TypeVar

from prometheus_client import CollectorRegistry
from pydantic import BaseModel

from hub.commands.act import Hub
from schemas.errors import ErrorCode
from schemas.person import Person


@dataclass(frozen=True)
class Desk:
    """What the whole application has at hand."""

    hub: Hub
    vkey: str
    public_url: str
    registry: CollectorRegistry
    openapi: bytes
    turns: Semaphore  #: how many keyed writes may each hold a second connection at once
    uploads: Semaphore  #: how many files may be in memory at once
    listeners: Semaphore  #: how many may follow the progress of a release at once
    closing: Event  #: set when the application stops: whoever follows something is let go
    shown: tuple[str, ...] = ()  #: the effective settings, secrets masked, a line each

    @property
    def is_tls(self) -> bool:
        """Whether browsers reach the console through TLS: then its cookies never travel without it."""
        return self.hub.trust.staff_url.startswith("https://")


@dataclass(frozen=True)
class Upload:
    """A file as it was sent. Its name is only ever looked at, never opened."""

    filename: str
    data: bytes


Form = TypeVar("Form", bound=BaseModel)


@dataclass(frozen=True)
class Ask:
    """One request, read and checked. `release` is 0 where the path names none."""

    desk: Desk
    person: Person
    release: int = 0
    names: Mapping[str, str] = field(default_factory=dict)  #: the path's other parts
    form: BaseModel | Upload | None = None
    page: BaseModel | None = None
    version: int | None = None  #: of If-Match

    @property
    def hub(self) -> Hub:
        return self.desk.hub

    def filled(self, form: type[Form]) -> Form:
        """The form that the route takes."""
        assert isinstance(self.form, form)  # noqa: S101 - the endpoint has read it as such
        return self.form


@dataclass(frozen=True)
class Raw:
    """An answer that is no JSON model."""

    body: bytes
    media: str
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Stream:
    """An answer that goes on. What its source raises before the first piece is told like any refusal."""

    source: AsyncGenerator[bytes]
    media: str
    headers: Mapping[str, str] = field(default_factory=dict)


Answer = BaseModel | Raw | Stream


class Match(Enum):
    """What a write does with If-Match. None passes it over in silence: whoever sends it relies on it."""

    REFUSED = auto()  #: this act does not compare versions
    HEEDED = auto()  #: compared when it is there
    NEEDED = auto()  #: refused without it


@dataclass(frozen=True)
class Route:
    """One line of the table in `hub.web.routes`: what is served, and all that the OpenAPI document says of it."""

    method: str
    path: str
    handler: Callable[[Ask], Awaitable[Answer]]
    summary: str
    gives: type[BaseModel] | str  #: a model, or the media type of any other answer
    takes: type[BaseModel] | None = None
    upload: bool = False  #: a file may come instead of the model; where there is none, a file must
    page: type[BaseModel] | None = None
    status: int = 200
    if_match: Match = Match.REFUSED
    tells: Mapping[str, type[BaseModel]] = field(default_factory=dict)  #: event → its data, of a `Stream`
    is_open: bool = False  #: answered without a token
    refusals: tuple[ErrorCode, ...] = ()

    @property
    def is_write(self) -> bool:
        return self.method != "GET"
