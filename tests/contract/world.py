"""One world per channel kind: the channel, everything it may use, and its outside, real and on loopback."""

import asyncio
import secrets
from abc import ABC, abstractmethod
from collections import Counter
from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import test_utils, web

from channels import registry
from channels import wechat as wechat_channel
from channels.contract import Call, Channel, Site, Tools
from channels.sandbox import disclosure, wechat
from schemas import addresses
from schemas.delivery import Action
from schemas.edition import Edition
from schemas.parcel import Parcel
from schemas.publication import Receipt
from schemas.standing import Notice
from tests.channels.conftest import PLANNED_AT, MemoryBlobs, MemoryLetterbox, MemoryShelf

SECRET = "a-secret-nobody-should-ever-read"
TOKEN = "a-token-nobody-should-read"


class World(ABC):
    """A fresh channel and its outside. `reopen` is what a worker has that comes after one that died."""

    kind: str
    remote: bool  #: whether preparing needs somebody else's machine

    def __init__(self, folder: Path) -> None:
        (folder / "site").mkdir(parents=True)
        self.folder = folder
        self.shelf, self.blobs, self.letterbox = MemoryShelf(), MemoryBlobs(), MemoryLetterbox()
        self.servers: list[test_utils.TestServer] = []
        self.opened: list[Channel] = []
        self._closing = AsyncExitStack()

    async def start(self) -> None:
        """Start the outside, then open the channel."""
        self.http = await self._closing.enter_async_context(aiohttp.ClientSession())
        site = await self.serve(_tree(self.folder / "site"))
        self.site = Site(
            name="天津市规划和自然资源局",
            domain="ghhzrzy.tj.gov.cn",
            code="1200000052",
            url=_base(site),
            bureau="天津市规划和自然资源局",
            footer={"联系方式": "022-00000000"},
        )
        await self.begin()
        self.reopen()

    async def serve(self, app: web.Application) -> test_utils.TestServer:
        server = test_utils.TestServer(app)
        await server.start_server()
        self.servers.append(server)
        return server

    async def stop(self) -> None:
        """Take the outside down: nobody listens any more."""
        for server in self.servers:
            await server.close()

    async def close(self) -> None:
        for channel in self.opened:
            if isinstance(channel, wechat_channel.WeChat):
                await channel.close()
        await self.stop()
        await self._closing.aclose()

    def reopen(self) -> None:
        """Build the channel anew: what only lived in the old one's memory is gone."""
        tools = Tools(
            http=self.http,
            site=self.site,
            shelf=self.shelf,
            blobs=self.blobs,
            letterbox=self.letterbox,
            data_dir=str(self.folder),
        )
        table = {"name": "place", "kind": self.kind, **self.table()}
        self.opened.append(registry.build([table], tools)["place"])

    @property
    def channel(self) -> Channel:
        return self.opened[-1]

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

    @abstractmethod
    def foretold(self, parcel: Parcel) -> Receipt:
        """A receipt as the channel would give, before it gave any."""

    @abstractmethod
    async def public(self) -> Counter[str]:
        """What the public can reach, or will without any further act of ours: thing → how often it was made."""

    async def held(self) -> Counter[str]:
        """What the outside holds for us that is not public."""
        return Counter()

    async def book(self) -> dict[str, Any]:
        async with self.http.get(f"{_base(self.servers[-1])}/sandbox/book") as response:
            book: dict[str, Any] = await response.json()
            return book


class Website(World):
    kind, remote = "website", False

    async def begin(self) -> None:
        """The site's tree and its server are all there is."""

    def table(self) -> dict[str, Any]:
        return {}

    def foretold(self, parcel: Parcel) -> Receipt:
        return Receipt(id="/zcwj/1001.html", addresses=parcel.addresses)

    async def public(self) -> Counter[str]:
        root = self.folder / "site"
        return Counter(str(file.relative_to(root)) for file in root.rglob("*") if file.is_file())


class Rss(Website):
    kind = "rss"


class Disclosure(World):
    kind, remote = "disclosure", True

    async def begin(self) -> None:
        await self.serve(disclosure.make_app(disclosure.Options(secret=SECRET, delay_seconds=0.02)))

    def table(self) -> dict[str, Any]:
        limits = {"timeout_seconds": 2.0, "look_seconds": 0.01}
        return {"api_base": _base(self.servers[-1]), "key_id": "sandbox", "secret": SECRET, **limits}

    def foretold(self, parcel: Parcel) -> Receipt:
        page = f"{_base(self.servers[-1])}/records/1000001.html"
        return Receipt(id="1", addresses=dict.fromkeys(parcel.addresses, page))

    async def public(self) -> Counter[str]:
        return Counter({name: len(one["versions"]) for name, one in (await self.book())["records"].items()})

    async def held(self) -> Counter[str]:
        return Counter({digest: one["puts"] for digest, one in (await self.book())["files"].items()})


class WeChat(World):
    kind, remote = "wechat", True

    async def begin(self) -> None:
        office = await self.serve(self._office())
        options = wechat.Options(
            secret=SECRET,
            token=TOKEN,
            publish_delay_seconds=0.02,
            event_retry_seconds=0.1,
            callback_url=f"{_base(office)}/callback",
        )
        await self.serve(wechat.make_app(options))

    def table(self) -> dict[str, Any]:
        return {
            "api_base": _base(self.servers[-1]),
            "app_id": wechat.Options().app_id,
            "secret": SECRET,
            "token": TOKEN,
            "timeout_seconds": 2.0,
            "poll_seconds": (0.1,),
            "page_seconds": 0.02,
            "rescan_seconds": 0.05,
            "look_seconds": 0.05,
            "settle_seconds": 0.2,
        }

    def foretold(self, parcel: Parcel) -> Receipt:
        page = f"{_base(self.servers[-1])}/s/nobody"
        return Receipt(id="1", addresses=dict.fromkeys(parcel.addresses, page))

    async def public(self) -> Counter[str]:
        articles = (await self.book())["articles"].values()
        return Counter(item["title"] for one in articles for item in one["items"])

    async def held(self) -> Counter[str]:
        book = await self.book()
        return Counter({name: len(book[name]) for name in ("drafts", "materials", "images")})

    def _office(self) -> web.Application:
        """The hub's callback address."""

        async def hear(request: web.Request) -> web.Response:
            body = await request.read()
            call = Call(method=request.method, query=dict(request.query), body=body, content_type=request.content_type)
            heard = await self.channel.hear(call)
            assert heard is not None
            self.letterbox.messages.update({("place", key): value for key, value in heard.messages.items()})
            return web.Response(status=heard.status, body=heard.reply)

        app = web.Application()
        app.router.add_route("*", "/callback", hear)
        return app


WORLDS: tuple[type[World], ...] = (Website, Rss, WeChat, Disclosure)


def _base(server: test_utils.TestServer) -> str:
    return str(server.make_url("")).rstrip("/")


def _tree(root: Path) -> web.Application:
    """The site's tree as the public server shows it."""

    async def serve(request: web.Request) -> web.StreamResponse:
        path = root / request.match_info["path"]
        if not await asyncio.to_thread(path.is_file):
            raise web.HTTPNotFound
        return web.FileResponse(path)

    app = web.Application()
    app.router.add_get("/{path:.*}", serve)
    return app
