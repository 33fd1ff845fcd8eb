"""What every channel promises, and what it may ask for. A channel knows schemas and this module, nothing else."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, Protocol, runtime_checkable

import aiohttp
from pydantic import BaseModel, ConfigDict, Field

from channels.outward import NOWHERE_NEAR, Rules
from channels.post import Account
from schemas.budget import Budget
from schemas.delivery import Reaction, Trouble
from schemas.edition import Edition
from schemas.listing import Place, Span
from schemas.option import Option
from schemas.parcel import Listed, Parcel, RenderedFile, Rendering
from schemas.publication import Loss, Receipt, Sighting
from schemas.standing import Can


class ChannelError(Exception):
    """An attempt did not get through; `reaction` says what to do next, `code` and `detail` are the channel's own words.

    Anything else that escapes a channel is a bug: after an intent it counts as "outcome unknown", before it as held.
    """

    def __init__(
        self,
        reaction: Reaction,
        code: str,
        detail: str,
        *,
        retry_after_seconds: float | None = None,
        is_own: bool = False,
        shuts: bool = False,
    ) -> None:
        super().__init__(f"{code}: {detail}")
        self.trouble = Trouble(
            reaction=reaction,
            code=code[:64],
            detail=detail[:500],
            retry_after_seconds=retry_after_seconds,
            is_own=is_own,
            shuts=shuts,
        )


class NotYetError(Exception):
    """Nothing is wrong and nothing is there yet: look again after `seconds`."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"not yet, again in {seconds} s")
        self.seconds = seconds


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


class Notes(Protocol):
    """What the steps of this delivery have returned so far. Survives any crash."""

    def get(self, key: str) -> Any:
        """Return what was kept, or None."""

    async def keep(self, key: str, value: Any) -> None:
        """Make `value` (JSON, small, no secret) durable before returning.

        Raises `asyncio.CancelledError` by way of the lease: an overtaken worker is stopped here and keeps nothing.
        """

    async def now(self) -> datetime:
        """The store's clock. What is measured across claims goes by it: a worker's own may be stepped, or another's."""


class Shelf(Protocol):
    """What this channel shows, read from the store inside the caller's moment."""

    async def recent(self, channel: str, limit: int) -> list[Listed]:
        """Editions whose publication is intended, accepted or seen, newest first; the newest edition per release."""

    async def changed(self, channel: str, limit: int) -> list[Listed]:
        """Releases that were marked or withdrawn on the channel, the latest first: old ones that are news again."""

    # Numbered lists: a release is given its place once, so that no page ever shifts. Every answer costs what its own
    # places cost, however many others there are.

    async def enrol(self, channel: str, wanted: Sequence[tuple[int, str]]) -> None:
        """Give each (release, list) the next place of its list; who has one keeps it. Durable; may run twice."""

    async def places(self, channel: str, releases: Collection[int]) -> list[Place]:
        """Every place of these releases."""

    async def sizes(self, channel: str) -> Mapping[str, int]:
        """List → its highest ordinal, for every list that has a place."""

    async def within(self, channel: str, spans: Sequence[Span]) -> list[Place]:
        """Who stands there, the newest first."""

    async def outlines(self, channel: str, releases: Collection[int]) -> Mapping[int, Listed]:
        """Release → the newest edition that is, or this moment becomes, public there, without its texts and files."""

    async def whole(self, editions: Collection[tuple[int, int]]) -> list[Edition]:
        """The editions of these (release, number), with their texts: for who has outlines and needs more."""

    async def published(self, channel: str, *, after: int, limit: int) -> list[tuple[int, int]]:
        """(mark, release) of what the public has seen there, the oldest first, behind the mark; marks only grow."""


class Blobs(Protocol):
    """Attachments and images, found by digest."""

    async def read(self, sha256: str) -> bytes:
        """Return the bytes. Raises KeyError when the store does not have them."""


class Budgets(Protocol):
    """Counts calls for all workers together."""

    async def spend(self, channel: str, budget: Budget) -> float | None:
        """Count one call. Return None, or the seconds to the next window if this one is used up: then do not call."""


class Unbounded:
    """Counts nothing: for a channel tried on its own."""

    async def spend(self, channel: str, budget: Budget) -> float | None:  # noqa: ARG002
        return None


class Letterbox(Protocol):
    """What vendors called back, verified and deduplicated by `Channel.hear`."""

    async def find(self, channel: str, key: str) -> Mapping[str, Any] | None:
        """Return the newest message kept under the key, or None."""


@dataclass(frozen=True)
class Site:
    """The bureau's own site, as the pages and feeds name it (国办发〔2017〕47号, 网页标签)."""

    name: str  #: SiteName, 网站名称
    domain: str  #: SiteDomain, host only
    code: str  #: SiteIDCode, 政府网站标识码
    url: str  #: the public base address, without a trailing slash
    bureau: str  #: the publishing unit, 主办单位
    footer: Mapping[str, str]  #: label → value: 联系方式, ICP备案编号, 公安机关备案号 …
    application: str = ""  #: where somebody applies for information (依申请公开); empty when nobody named a place


@dataclass(frozen=True)
class Tools:
    """What a channel may use. Given once, when it is built."""

    http: aiohttp.ClientSession
    site: Site
    shelf: Shelf
    blobs: Blobs
    letterbox: Letterbox
    budgets: Budgets = field(default_factory=Unbounded, kw_only=True)
    outward: Rules = field(default=NOWHERE_NEAR, kw_only=True)  #: where addresses that strangers gave us may lead
    post: Account | None = field(default=None, kw_only=True)  #: the bureau's mail; None where `[mail]` is not set
    data_dir: str  #: where a channel may keep files of its own; the site's tree is `<data_dir>/site`


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


@dataclass(frozen=True)
class Watch:
    """How often it is looked whether a publication is still there."""

    pauses: tuple[float, ...]  #: seconds from the sighting to the first look, and on; the last one repeats for ever
    looks: Budget  #: at most so many looks at this channel, over all of its publications


@runtime_checkable
class Scenic(Protocol):
    """A channel whose readers see more than its rendering: a style sheet, a cover. For previews alone."""

    def scenery(self, parcel: Parcel) -> tuple[RenderedFile, ...]:
        """Return it under the names by which the rendering calls it. None of it is logged, approved or sent."""


@runtime_checkable
class Early(Protocol):
    """A channel that can make something of an edition before its reviews are done."""

    async def ahead(self, edition: Edition) -> None:
        """Make what takes time, where nobody outside finds it. May run twice; nothing depends on it but speed."""


@runtime_checkable
class Handed(Protocol):
    """A channel where a person carries each edition the last part of the way, then says where the public finds it.

    Its `commit` ends with ChannelError(HAND): from then on it may become public. Withdrawals and marks go the same way.
    """

    async def bundle(self, parcel: Parcel) -> RenderedFile:
        """Return the file that the person takes there: same parcel, same bytes. Raises ChannelError."""


@runtime_checkable
class Lacking(Protocol):
    """A channel that can tell what its settings ask of this machine in vain."""

    def lacks(self) -> list[str]:
        """Return a sentence for each: what is missing, what happens without it, what to do. Looks, changes nothing."""


@runtime_checkable
class Tended(Protocol):
    """A channel with something beside its publications: pages and feeds that stand before the first of them."""

    async def tend(self) -> None:
        """Bring all of it up to date: what is missing, what older software wrote, what it forgot.

        Called by every worker at its start and now and then; cheap when nothing is to be done. May run twice, in
        several processes at once, beside commits, and may die anywhere. Durable on return.
        """


@runtime_checkable
class Watchful(Protocol):
    """A channel that can be asked, long after, whether what it showed is still there."""

    @property
    def watch(self) -> Watch: ...

    async def still_there(self, parcel: Parcel, receipt: Receipt, addresses: Mapping[str, str]) -> tuple[Loss, ...]:
        """Look at every document at its address. Changes nothing; the hub counts the look before it is made.

        Returns what is gone, one loss per document: only what certainly is. Raises NotYetError or ChannelError when
        nothing can be said now; then it is asked again later.
        """


def used_up(budget: Budget, seconds: float) -> ChannelError:
    """The error for a budget that is used up until its next window."""
    words = f"“{budget.endpoint}”的次数已用完（每 {budget.seconds} 秒 {budget.limit} 次），到时自动继续"
    return ChannelError(Reaction.QUOTA, "budget", words, retry_after_seconds=seconds)


def now_utc() -> datetime:
    """The worker's own clock, for `Sighting.fetched_at` only; times that count come from the store."""
    return datetime.now().astimezone()
