"""What a channel may ask for: the hub's side of the contract, given once, when a channel is built."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

import aiohttp

from channels.post import Account
from channels.reach import NOWHERE_NEAR, Rules
from schemas.budget import Budget
from schemas.edition import Edition
from schemas.listing import Place, Span
from schemas.office import Reachable
from schemas.parcel import Listed


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

    async def offices(self) -> tuple[Reachable, ...]:
        """The units that the public can reach, in their order, each with at least one way; closed ones are left out."""


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
