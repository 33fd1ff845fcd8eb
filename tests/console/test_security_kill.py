"""kill -9 upon the web process while people save, comment, review and publish: what was told them is so, and once."""

import asyncio
import json
import multiprocessing
import socket
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from sqlalchemy import text
from yarl import URL

from hub import app, serve
from hub.app import House, Servers
from hub.commands import reviewing
from hub.settings import Settings
from hub.store import log, releases
from schemas.person import Person
from tests import making
from tests.console import papers
from tests.console.clerk import Clerk
from tests.console.conftest import PEOPLE

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["__main__", __name__])
KILLS = 3
GOING = 2  #: releases that are reviewed and published meanwhile
GONE = (aiohttp.ClientError, ConnectionError, asyncio.TimeoutError)


def _run(settings: Settings, servers: Servers, bound: socket.socket) -> None:
    asyncio.run(_serve(settings, servers, bound))


async def _serve(settings: Settings, servers: Servers, bound: socket.socket) -> None:
    async with (
        app.opened(settings, servers) as house,
        serve.serving(house, public_socket=None, staff_socket=bound),
    ):
        await asyncio.Event().wait()


@dataclass
class Line:
    """What a clerk's client is asked for, over a connection that may break."""

    base: str
    http: aiohttp.ClientSession

    def make_url(self, path: str) -> URL:
        return URL(self.base + path)

    def request(self, method: str, path: str, **more: Any) -> Any:
        return self.http.request(method, self.base + path, **more)


@dataclass
class Told:
    """What people were told is done."""

    saves: list[int] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    acts: Counter[tuple[int, str]] = field(default_factory=Counter)
    attempts: int = 0


@asynccontextmanager
async def dying(house: House) -> AsyncIterator[tuple[str, asyncio.Event]]:
    """Serve from another process, kill it again and again, and start it anew; the event is set when that is over."""
    bound, over = serve.bind("[::1]:0"), asyncio.Event()

    async def killing() -> None:
        for turn in range(KILLS + 1):
            process = FORKS.Process(target=_run, args=(house.settings, house.servers, bound), daemon=True)
            process.start()
            await _alive(base)
            if turn == KILLS:
                over.set()
                await ended.wait()
            else:
                await asyncio.sleep(0.35)
            process.kill()
            await asyncio.to_thread(process.join)
            assert process.exitcode == -9

    base, ended = f"http://[::1]:{bound.getsockname()[1]}", asyncio.Event()
    task = asyncio.create_task(killing())
    try:
        yield base, over
    finally:
        ended.set()
        await task
        bound.close()


async def _alive(base: str) -> None:
    async with aiohttp.ClientSession() as http:
        while True:
            with suppress(*GONE):
                async with http.get(f"{base}/healthz", timeout=aiohttp.ClientTimeout(2)) as answer:
                    assert answer.status == 200
                    return
            await asyncio.sleep(0.02)


async def _surely(step: Any) -> Any:
    """Do it again until somebody answers, as a person presses again."""
    while True:
        with suppress(*GONE):
            return await step()
        await asyncio.sleep(0.02)


async def _entered(clerk: Clerk) -> None:
    """Sign in, unless the answer that was lost was only the page after it."""
    if "gongbu" not in clerk.cookies:
        await clerk.enter()


async def _write(clerk: Clerk, release: int, told: Told, over: asyncio.Event) -> None:
    path, number = f"/releases/{release}/write", 0
    while not (over.is_set() and len(told.saves) > KILLS):
        page = await _surely(lambda: clerk.get(path))
        number += 1
        told.attempts += 1
        with suppress(*GONE):
            done = await clerk.send(page, f"{path}/policy", body=f"<p>第{number}次</p>")
            told.saves += [number] if "已保存" in done.text else []


async def _comment(clerk: Clerk, release: int, told: Told, over: asyncio.Event) -> None:
    number = 0
    page = await _surely(lambda: clerk.get(f"/releases/{release}/review"))
    while not (over.is_set() and len(told.comments) > KILLS):
        number += 1
        with suppress(*GONE):
            done = await clerk.send(page, f"/releases/{release}/comments", words=f"批注{number}号")
            told.comments += [f"批注{number}号"] if "批注已记下" in done.text else []


async def _approve(clerks: Mapping[str, Clerk], going: list[int], told: Told) -> None:
    """Each level, then the button; pressed again wherever no answer came."""
    for release in going:
        for login, level in making.REVIEWS:
            path = f"/releases/{release}/review"
            page = await _surely(lambda login=login, path=path: clerks[login].get(path))
            form = {name: [value] for name, value in _hidden(page, path).items()} | {"decision": ["approve"]}
            done = await _surely(lambda login=login, path=path, form=form: clerks[login].post(path, form))
            assert done.status in {200, 409, 422, 403}, done.words[:200]
            told.acts[release, level.value] += done.status == 200
        path = f"/releases/{release}/publish"
        page = await _surely(lambda path=path: clerks["publisher"].get(path))
        asked = await _surely(lambda page=page, path=path: clerks["publisher"].send(page, path, manner="ready"))
        done = await _surely(lambda asked=asked, path=path: clerks["publisher"].send(asked, f"{path}/confirm"))
        told.acts[release, "publish"] += done.path.endswith("/progress")


def _hidden(page: Any, action: str) -> dict[str, str]:
    return {str(one["name"]): str(one["value"]) for one in page.form(action).select("input[type=hidden]")}


# Four programs are started one after the other, which takes processor time alone: a busy machine takes longer.
@pytest.mark.timeout(180)
async def test_what_was_told_is_so_and_once(house: House, staff: dict[str, Person]) -> None:
    told = Told()
    draft, read, *going = [(await making.draft(house, staff)).id for _ in range(2 + GOING)]
    for release in (read, *going):
        await reviewing.submit(house.hub, staff["editor"], release)
    timeout = aiohttp.ClientTimeout(20)
    async with (
        dying(house) as (base, over),
        aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), timeout=timeout) as http,
    ):
        line: Any = Line(base, http)
        clerks = {login: Clerk(line, login) for login in PEOPLE}
        for login in ("editor", "auditor", "publisher", *dict(making.REVIEWS)):
            await _surely(lambda login=login: _entered(clerks[login]))
        await asyncio.gather(
            _write(clerks["editor"], draft, told, over),
            _comment(clerks["first"], read, told, over),
            _approve(clerks, going, told),
        )
        # After it all, the sessions are what they were.
        assert papers.value(await clerks["publisher"].get("/"), "_token")
    await _checked(house, told, draft, read, going)


async def _checked(house: House, told: Told, draft: int, read: int, going: list[int]) -> None:
    async with house.engine.connect() as connection:
        found = await releases.find(connection, draft)
        words = text("SELECT words FROM comments WHERE release_id = :id")
        said = Counter(await connection.scalars(words, {"id": read}))
        bodies = [json.loads(body) async for body in log.entries(connection, 0, await log.size(connection))]
        sent = text("SELECT release_id, channel FROM deliveries")
        deliveries = Counter((row.release_id, row.channel) for row in await connection.execute(sent))
    assert found is not None
    saved = int("".join(c for c in found.documents[0].body if c.isdigit()))
    assert told.saves[-1] <= saved <= told.attempts
    # Every comment that was acknowledged is there, and none twice.
    assert set(told.comments) <= set(said)
    assert set(said.values()) == {1}
    logged = Counter(
        (one["rel"], one["data"].get("level", "publish"))
        for one in bodies
        if one["t"] in {"release.reviewed", "release.published"}
    )
    assert logged == {
        (release, level): 1 for release in going for level in ("first", "second", "secrecy", "final", "publish")
    }
    assert deliveries == {(release, channel): 1 for release in going for channel in house.channels}
    assert len(told.saves) > KILLS
