"""A world: one channel, everything it may use, and its outside, real and on loopback."""

import secrets
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Mapping
from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

import aiohttp
from aiohttp import test_utils, web
from aiohttp.typedefs import Handler

from channels import registry
from channels.broken import Broken
from channels.conformance import site
from channels.conformance.editions import OFFICIAL_AT, PDF, PIXEL, PLANNED_AT
from channels.conformance.memory import MemoryBlobs, MemoryBudgets, MemoryLetterbox, MemoryShelf
from channels.contract import Channel, Handed, Tools
from schemas import addresses
from schemas.delivery import Action
from schemas.edition import Edition
from schemas.parcel import Parcel
from schemas.publication import Receipt
from schemas.standing import Notice

#: The channel's name in every world.
NAME = "place"


class World(ABC):
    """A fresh channel and its outside. `reopen` is what a worker has that comes after one that died.

    A kind is held to the contract by one subclass: what its channel talks to (`begin`), its settings (`table`), and
    how to look at the outside from the outside (`public`, `held`), past the channel itself.
    """

    kind: ClassVar[str]  #: the entry point's name
    remote: ClassVar[bool]  #: whether preparing needs somebody else's machine
    secrets: ClassVar[tuple[str, ...]] = ()  #: what stands in `table` and must never be told

    def __init__(self, folder: Path) -> None:
        (folder / "site").mkdir(parents=True)
        self.folder = folder
        self.shelf, self.blobs, self.letterbox = MemoryShelf(), MemoryBlobs(), MemoryLetterbox()
        self.budgets = MemoryBudgets()
        self.servers: list[test_utils.TestServer] = []
        self.has_lost = False  #: whether the outside has done something and its answer did not arrive
        self._until_lost: int | None = None
        self.opened: list[Channel] = []
        self._closing = AsyncExitStack()

    async def start(self) -> None:
        """Start the outside, then open the channel."""
        self.http = await self._closing.enter_async_context(aiohttp.ClientSession())
        self.site = site.named(base(await self.serve(site.application(self.folder / "site"))))
        self.blobs.put(PIXEL)
        self.blobs.put(PDF)
        await self.begin()
        self.reopen()

    async def serve(self, app: web.Application) -> test_utils.TestServer:
        """Serve an application on a free port of 127.0.0.1 until `stop`; the newest one is `self.servers[-1]`."""
        app.middlewares.append(self._losing)
        server = test_utils.TestServer(app)
        await server.start_server()
        self.servers.append(server)
        return server

    @web.middleware
    async def _losing(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        answer = await handler(request)
        if self._until_lost is not None:
            self._until_lost -= 1
            if self._until_lost < 0 and request.transport:
                self._until_lost, self.has_lost = None, True
                request.transport.abort()
        return answer

    def lose_answer(self, after: int) -> None:
        """Have the outside do what it is asked to and lose its answer, once, after so many that arrive."""
        self._until_lost = after

    async def stop(self) -> None:
        """Take the outside down: nobody listens any more."""
        for server in self.servers:
            await server.close()

    async def close(self) -> None:
        """Close every channel that was opened here, then their outside. May run twice."""
        while self.opened:
            await self.opened.pop().close()
        await self.stop()
        await self._closing.aclose()

    def reopen(self, **changes: Any) -> None:
        """Build the channel anew: what only lived in the old one's memory is gone. `changes` are other settings."""
        tools = Tools(
            http=self.http,
            site=self.site,
            shelf=self.shelf,
            blobs=self.blobs,
            letterbox=self.letterbox,
            budgets=self.budgets,
            data_dir=str(self.folder),
        )
        table = {"name": NAME, "kind": self.kind, **self.table(), **changes}
        self.opened.append(self.build(table, tools))

    def build(self, table: Mapping[str, Any], tools: Tools) -> Channel:
        """Build the channel as the hub does, by its entry point."""
        channel = registry.build([table], tools)[NAME]
        assert not isinstance(channel, Broken), f"{self.kind} cannot be loaded: see what was logged"
        return channel

    @property
    def channel(self) -> Channel:
        return self.opened[-1]

    @property
    def is_handed(self) -> bool:
        """Whether a person carries each edition the last part of the way."""
        return isinstance(self.channel, Handed)

    @property
    def bases(self) -> tuple[str, ...]:
        """Where the public addresses of this world begin."""
        return tuple(f"{base(server)}/" for server in self.servers)

    def parcel(
        self,
        edition: Edition,
        *,
        action: Action = Action.PUBLISH,
        official_at: datetime | None = None,
        key: str | None = None,
        notice: Notice | None = None,
        published: Receipt | None = None,
    ) -> Parcel:
        """Pack the edition as a worker would."""
        if action is Action.PUBLISH and self.channel.traits.after_official:
            official_at = official_at or OFFICIAL_AT
        places = {one.name: self.site.url + addresses.path(edition.release, one.name) for one in edition.documents}
        return Parcel(
            key=key or secrets.token_hex(16),
            action=action,
            edition=edition,
            planned_at=PLANNED_AT,
            official_at=official_at,
            addresses=places,
            notice=notice,
            published=published,
        )

    @abstractmethod
    async def begin(self) -> None:
        """Start what this kind of channel talks to."""

    @abstractmethod
    def table(self) -> dict[str, Any]:
        """The kind's own settings."""

    def denied(self) -> dict[str, Any] | None:
        """Settings, in place of those of `table`, with which the outside lets nobody in; None where it asks nobody."""
        return None

    @abstractmethod
    def foretold(self, parcel: Parcel) -> Receipt:
        """A receipt as the channel would give, before it gave any."""

    @abstractmethod
    async def public(self) -> Counter[str]:
        """What the public can reach, or will without any further act of ours: thing → how often it was made."""

    async def carry(self, parcel: Parcel) -> Receipt:
        """Do what a person does with the bundle of a channel that is `Handed`; return what they then say."""
        raise NotImplementedError(f"the commit of {self.kind} ends in somebody's hands: say what they do")

    async def held(self) -> Counter[str]:
        """What the outside holds for us that is not public."""
        return Counter()


def base(server: test_utils.TestServer) -> str:
    """The server's address, without a trailing slash."""
    return str(server.make_url("")).rstrip("/")
