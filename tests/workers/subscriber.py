"""Subscribers of the WebSub hub that do as they are told, and the part of a worker that serves them."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from channels.tree import Tree
from hub import app, bell
from hub.app import House
from hub.store import log
from schemas.entry import Act, EntryType
from workers import beside, main, news, websub
from workers.way import Way


@dataclass(frozen=True)
class Got:
    """One delivery."""

    headers: Mapping[str, str]
    body: bytes


@dataclass
class Readers:
    """Callbacks by their path: what each was asked, what it got, and what it answers."""

    server: TestServer
    asked: dict[str, list[Mapping[str, str]]] = field(default_factory=dict)
    got: dict[str, list[Got]] = field(default_factory=dict)
    answers: dict[str, int] = field(default_factory=dict)  #: to a delivery; 200 where nothing stands
    agrees: dict[str, bool] = field(default_factory=dict)
    hangs: set[str] = field(default_factory=set)
    under_way: Counter[str] = field(default_factory=Counter)
    most: Counter[str] = field(default_factory=Counter)  #: deliveries at once

    def url(self, name: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.server.port}/{name}"

    def has(self, name: str, body: str) -> bool:
        """Whether this is what it got last."""
        return [one.body for one in self.got.get(name, ())][-1:] == [body.encode()]

    async def question(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        self.asked.setdefault(name, []).append(dict(request.query))
        if not self.agrees.get(name, True):
            raise web.HTTPNotFound
        return web.Response(text=request.query["hub.challenge"])

    async def delivery(self, request: web.Request) -> web.Response:
        name = request.match_info["name"]
        self.under_way[name] += 1
        self.most[name] = max(self.most[name], self.under_way[name])
        try:
            self.got.setdefault(name, []).append(Got(request.headers.copy(), await request.read()))
            while name in self.hangs:  # noqa: ASYNC110 - a test lets go of it
                await asyncio.sleep(0.05)
            return web.Response(status=self.answers.get(name, 200))
        finally:
            self.under_way[name] -= 1


@asynccontextmanager
async def readers() -> AsyncIterator[Readers]:
    application = web.Application(client_max_size=10_000_000)
    made = Readers(TestServer(application, host="127.0.0.1"))
    application.router.add_get("/{name}", made.question)
    application.router.add_post("/{name}", made.delivery)
    async with made.server:
        yield made
        made.hangs.clear()


@asynccontextmanager
async def distributing(house: House) -> AsyncIterator[websub.Websub]:
    """What a worker does for WebSub, and nothing else of it."""
    hub = websub.Websub(beside.desk(house, main.hire(house)))
    woken = asyncio.Event()
    tasks = [
        asyncio.create_task(one)
        for one in (
            news.listen(house.servers.redis_url, {bell.NEWS: woken, bell.WISHES: hub.heard}),
            news.follow(house.engine, [hub], woken, Way()),
            hub.run(),
        )
    ]
    try:
        yield hub
    finally:
        await main._end(tasks)


async def revised(house: House, body: str, name: str = "all.atom") -> bytes:
    """Put another feed in place, and have the log say that it was seen."""
    await Tree(app.site_dir(house.settings)).write(f"/feeds/{name}", body.encode())
    async with house.engine.begin() as connection:
        await log.append(connection, [Act(type=EntryType.SIGHTING, who="worker:test", channel="rss")])
    await house.hub.bell.tell()
    return body.encode()


async def ask(house: House, callback: str, *, mode: str = "subscribe", topic: str = "all.atom", **more: str) -> int:
    form = {"hub.mode": mode, "hub.callback": callback, "hub.topic": f"{house.public_url}/feeds/{topic}"}
    form |= {f"hub.{name}": value for name, value in more.items()}
    async with aiohttp.ClientSession() as http, http.post(f"{house.public_url}/websub", data=form) as answer:
        assert answer.content_type == "text/plain"
        return answer.status


def feed_file(house: House, name: str = "all.atom") -> Path:
    return app.site_dir(house.settings) / "feeds" / name
