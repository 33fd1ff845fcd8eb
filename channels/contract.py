"""What every channel promises, and what it may ask for. A channel knows schemas and this module, nothing else."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, Protocol

from pydantic import BaseModel, ConfigDict, Field

from channels.offers import Covered, Early, Handed, Heedful, Lacking, Prompt, Scenic, Tended, Watch, Watchful
from channels.tools import Blobs, Budgets, Letterbox, Notes, Shelf, Site, Tools, Unbounded
from channels.trouble import ChannelError, NotYetError, used_up
from schemas.budget import Budget
from schemas.option import Option
from schemas.parcel import Parcel, Rendering
from schemas.publication import Receipt, Sighting
from schemas.standing import Can

__all__ = [
    "NOT_OFFERED",
    "Ability",
    "Blobs",
    "Budgets",
    "Call",
    "Channel",
    "ChannelError",
    "ChannelSettings",
    "Covered",
    "Early",
    "Handed",
    "Heard",
    "Heedful",
    "Lacking",
    "Letterbox",
    "NotYetError",
    "Notes",
    "Prompt",
    "Scenic",
    "Shelf",
    "Site",
    "Tended",
    "Tools",
    "Traits",
    "Unbounded",
    "Watch",
    "Watchful",
    "now_utc",
    "used_up",
]


class ChannelSettings(BaseModel):
    """One `[[channels]]` table. Each kind extends it with its own keys; unknown keys are an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    name: str
    kind: str
    authoritative: bool = False
    #: The least time between two commits, over all workers; 0 for no limit of our own.
    pace_seconds: Annotated[float, Field(ge=0, le=86_400)] = 0.0
    #: endpoint → calls a day, where the platform allows this account another number than the usual one.
    budgets: Mapping[str, Annotated[int, Field(ge=1)]] = Field(default_factory=dict)


@dataclass(frozen=True)
class Ability:
    """Whether something can be done after a publication, told to people before they ask for it."""

    can: Can
    words: str  #: in Chinese: what will happen, what a person must do at the channel, or why nothing can be done


NOT_OFFERED = Ability(Can.NO, "该渠道没有提供这种办理方式")


@dataclass(frozen=True)
class Traits:
    """What a kind of channel can do, as data."""

    editable: bool  #: a document can be changed in place after publication, so it can carry the official time
    concurrency: int  #: deliveries at once per worker process
    prepare_seconds: float  #: bound of each call of the step, after which it is cancelled
    commit_seconds: float
    sight_seconds: float
    shows_at_once: bool = field(default=False, kw_only=True)  #: what it took is public when `commit` returns
    budgets: tuple[Budget, ...] = ()  #: what the platform allows; shown before publishing, counted in the store
    choices: tuple[Option, ...] = ()  #: ways to take an edition, the usual one first; empty: there is only one
    annotate: Ability = NOT_OFFERED  #: mark what is published: repealed, expired, amended, extended
    withdraw: Ability = NOT_OFFERED  #: take the text out of public sight
    keeps_editions: bool = False  #: a correction stands beside what it corrects, so each edition is withdrawn by itself
    loop_only: bool = False  #: `render` uses a library that may not leave the event loop's thread
    after_official: bool = False  #: it tells of an official release: its parcels name the time as soon as there is one


@dataclass(frozen=True)
class Call:
    """A request that somebody made to our callback address for a channel."""

    method: str
    query: Mapping[str, str]
    body: bytes
    content_type: str


@dataclass(frozen=True)
class Heard:
    """What a callback means: the answer to give, and the messages to keep, each under its own key."""

    status: int
    reply: bytes
    messages: Mapping[str, Mapping[str, Any]]


class Channel(Protocol):
    """One configured place to publish to. Every method may be called again after a crash at any point.

    `parcel.action` says what is done. A withdrawal goes the same way as a publication: its commit takes the text out
    of public sight, `look_up` says whether that was carried out, and `sight` returns only when the public addresses
    no longer show the text: one sighting per document, of what the public finds there instead. `parcel.published` is
    then what the channel answered when it took the edition.
    """

    @property
    def settings(self) -> ChannelSettings: ...

    @property
    def traits(self) -> Traits: ...

    def render(self, parcel: Parcel) -> Rendering:
        """Return the exact bytes for this channel. Pure: same parcel, same bytes; no clock, no I/O.

        May be called in any thread, in several at once, unless the traits say `loop_only`.

        Raises ChannelError(CONTENT) when the channel could never take it (too long, forbidden elements).
        """

    async def prepare(self, parcel: Parcel, notes: Notes) -> None:
        """Upload what can be uploaded. Nothing is public afterwards. Safe to run twice: the notes say what is done."""

    async def commit(self, parcel: Parcel, notes: Notes) -> Receipt:
        """Make the one irreversible call. The hub has written its intent before. Never called again on hope.

        Raises ChannelError(ASK) whenever the call may have been carried out although no answer says so.
        """

    async def look_up(self, parcel: Parcel, notes: Notes) -> Receipt | None:
        """Ask what became of a commit whose outcome is unknown.

        Returns its receipt, or None when it certainly was not carried out. Raises NotYetError to be asked again later,
        ChannelError(ASK) when the channel cannot say, so that a person decides.
        """

    async def sight(self, parcel: Parcel, receipt: Receipt, notes: Notes) -> tuple[Sighting, ...]:
        """Fetch every document at its public address and compare.

        Returns one sighting per document that the channel shows. Raises NotYetError until all of them are there.
        """

    async def hear(self, call: Call) -> Heard | None:
        """Verify and read a callback. None when the channel takes none. Never raises for hostile input: status 4xx."""

    async def knock(self) -> None:
        """Find out whether we would be let in now: place reachable, credentials good. Changes nothing.

        For a person who asks; no delivery depends on it. Raises ChannelError.
        """

    async def close(self) -> None:
        """Let go of connections and threads. Called once, when the program ends."""


def now_utc() -> datetime:
    """The worker's own clock, for `Sighting.fetched_at` only; times that count come from the store."""
    return datetime.now().astimezone()
