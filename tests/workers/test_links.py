"""Links of texts that are not public yet: who answers, who does not, and of whom it cannot be said."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from ipaddress import ip_network
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from sqlalchemy import text

from channels.reach import NOWHERE_NEAR, Rules
from hub.app import House
from hub.commands import drafting, examining, reviewing
from hub.core import looking
from hub.demo.stage import Stage
from hub.store import looks
from schemas import addresses
from schemas.edition import Edition
from schemas.look import Look
from schemas.person import Person
from schemas.release import Document, Release, Role, Secrecy
from tests import making
from tests.working import working
from workers import links
from workers.links import Links

HERE = Rules((ip_network("127.0.0.0/8"), ip_network("::1/128")))
NOWHERE = "http://www.nobody.invalid/a.html"


@dataclass
class There:
    """A server of another; it answers with the status that the path names, and keeps what it was asked."""

    server: TestServer
    came: list[tuple[str, str]] = field(default_factory=list)
    mended: set[str] = field(default_factory=set)

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server.port}{path}"

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.came.append((request.method, request.path))
        if request.path == "/hangs":
            await asyncio.sleep(30)
        if request.path == "/no-head" and request.method == "HEAD":
            return web.Response(status=405)
        if request.path.startswith("/to/"):
            raise web.HTTPFound(request.path.removeprefix("/to"))
        if request.path == "/round":
            raise web.HTTPFound("/round")
        last = request.path.rpartition("/")[2]
        return web.Response(status=int(last) if last.isdigit() and request.path not in self.mended else 200)


@pytest.fixture
async def there() -> AsyncIterator[There]:
    app = web.Application()
    made = There(TestServer(app, host="127.0.0.1"))
    app.router.add_route("*", "/{path:.*}", made.answer)
    async with made.server:
        yield made


@pytest.fixture
def scene(scene: Stage) -> Stage:
    """Others live on this machine here, by the operator's own word."""
    return replace(scene, settings=scene.settings.model_copy(update={"outward_networks": HERE.networks}))


@pytest.fixture
def nameless(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever names the machine of the day knows: what ends in .invalid has none (RFC 6761)."""
    real = socket.getaddrinfo

    def asked(host: Any, *more: Any) -> Any:
        if str(host).endswith(".invalid"):
            raise socket.gaierror(socket.EAI_NONAME, "none")
        return real(host, *more)

    monkeypatch.setattr(socket, "getaddrinfo", asked)


@asynccontextmanager
async def looking_out(house: House, there: There, rules: Rules = HERE) -> AsyncIterator[Links]:
    looker = Links(house.engine, rules, witness=there.url("/200"))
    async with looker._call:
        yield looker


def policy(*linked: str) -> Document:
    body = "".join(f'<p><a href="{address}">见此</a></p>' for address in linked)
    return Document(role=Role.POLICY, number=0, title="关于测试的通知", body=f"<p>一、为了测试。</p>{body}")


async def naming(house: House, staff: dict[str, Person], *linked: str, **changes: object) -> Release:
    """A draft whose policy links to these addresses."""
    release = await making.draft(house, staff, **changes)
    return await drafting.put_document(house.hub, staff["editor"], release.id, policy(*linked))


async def looked(house: House, looker: Links, *, times: int = 1) -> None:
    """Look at whatever is named, so often, as if a day lay between."""
    await looker.gather()
    for _ in range(times):
        await later(house)
        while claimed := await claim(house):
            for one in claimed:
                await looker.look(one)


async def claim(house: House, *, pause: timedelta = timedelta(0)) -> list[Look]:
    async with house.engine.begin() as connection:
        return await looks.claim(connection, limit=2, full=(), pause=pause, hold=links.HOLD)


async def later(house: House, by: str = "2 days") -> None:
    change = f"UPDATE link_looks SET looked_at = looked_at - interval '{by}', due_at = due_at - interval '{by}'"  # noqa: S608
    async with house.engine.begin() as connection:
        await connection.execute(text(change))


async def rows(house: House) -> dict[str, tuple[str | None, int]]:
    async with house.engine.connect() as connection:
        found = await connection.execute(text("SELECT address, seen, times FROM link_looks"))
    return {row.address: (row.seen, row.times) for row in found}


async def told(house: House, release: Release) -> list[str]:
    edition = Edition(release=release.id, number=1, metadata=release.metadata, documents=release.documents)
    found = await examining.examine(house.hub, edition)
    return [one.message for one in found if one.code == "broken_link"]


async def test_what_is_gone_is_told_when_it_was_seen_twice(
    house: House, staff: dict[str, Person], there: There
) -> None:
    gone = [there.url(path) for path in ("/404", "/410", "/to/404")]
    quiet = [there.url(path) for path in ("/200", "/403", "/500", "/no-head", "/to/200", "/round")]
    release = await naming(house, staff, *gone, *quiet)
    async with looking_out(house, there) as looker:
        await looked(house, looker)
        assert await told(house, release) == []
        await looked(house, looker)
        assert [message.split("：")[0] for message in await told(house, release)] == [
            f"链接 {address} 打不开" for address in gone
        ]
        there.mended |= {"/404"}
        await looked(house, looker)
        assert len(await told(house, release)) == 1
    assert await rows(house) == {
        **{there.url(path): ("ok", 0) for path in ("/404", "/to/404", "/200", "/no-head", "/to/200")},
        **{there.url(path): ("unsure", 0) for path in ("/403", "/500", "/round")},
        there.url("/410"): ("gone", 3),
    }
    assert there.came.count(("HEAD", "/round")) == 3 * (links.REDIRECTS + 1)
    assert there.came.count(("GET", "/no-head")) == 3
    assert ("GET", "/200") not in there.came


@pytest.mark.usefixtures("nameless")
async def test_a_name_that_nobody_has_is_told_where_names_are_known(
    house: House, staff: dict[str, Person], there: There
) -> None:
    release = await naming(house, staff, NOWHERE)
    async with looking_out(house, there) as looker:
        looker._witness = "http://www.witness.invalid/"
        await looked(house, looker, times=2)
        assert await rows(house) == {NOWHERE: ("unsure", 0)}
        looker._witness = there.url("/200")
        await looked(house, looker, times=2)
    assert await told(house, release) == [f"链接 {NOWHERE} 打不开：没有这个域名。请核对地址。"]


async def test_who_hangs_is_left(
    house: House, staff: dict[str, Person], there: There, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(links, "LOOK_SECONDS", 0.3)
    await naming(house, staff, there.url("/hangs"))
    async with looking_out(house, there) as looker, asyncio.timeout(10):
        await looked(house, looker)
    assert await rows(house) == {there.url("/hangs"): ("unsure", 0)}


async def test_what_is_inside_is_never_called(house: House, staff: dict[str, Person], there: There) -> None:
    await naming(house, staff, there.url("/404"), f"http://localhost:{there.server.port}/404")
    async with looking_out(house, there, NOWHERE_NEAR) as looker:
        await looked(house, looker, times=2)
    assert set((await rows(house)).values()) == {("unsure", 0)}
    assert there.came == []


async def test_what_is_not_for_the_public_tells_nobody(house: House, staff: dict[str, Person], there: There) -> None:
    await naming(house, staff, there.url("/404"), secrecy=Secrecy.INTERNAL)
    async with looking_out(house, there) as looker:
        await looked(house, looker)
    assert (await rows(house), there.came) == ({}, [])


async def test_one_of_a_host_at_a_time_with_a_pause_and_a_minute_to_be_sure(
    house: House, staff: dict[str, Person], there: There
) -> None:
    await naming(house, staff, there.url("/404"), there.url("/410"), f"http://localhost:{there.server.port}/200")
    async with looking_out(house, there) as looker:
        await looker.gather()
        first = await claim(house)
        assert {one.host for one in first} == {"127.0.0.1", "localhost"}
        assert await claim(house) == []
        for one in first:
            await looker.look(one)
        assert await claim(house, pause=timedelta(minutes=1)) == []
        (second,) = await claim(house)
        await looker.look(second)
        await later(house, "59 seconds")
        assert await claim(house) == []
        await later(house, "12 seconds")
        (third,) = await claim(house)
        assert third.times == 1


async def test_a_worker_looks_by_itself_and_the_submission_waits_for_nobody(
    house: House, staff: dict[str, Person], there: There
) -> None:
    release = await naming(house, staff, there.url("/hangs"), there.url("/404"))
    async with asyncio.timeout(5):
        await reviewing.submit(house.hub, staff["editor"], release.id)
    assert there.came == []
    async with working(house), asyncio.timeout(20):
        # Another's server sets no event of ours.
        while not there.came:  # noqa: ASYNC110
            await asyncio.sleep(0.02)


def test_what_is_looked_at() -> None:
    own = f"https://www.example.gov.cn{addresses.path(1001, 'policy')}"
    other = f"https://www.example.gov.cn{addresses.path(1002, 'policy')}"
    odd = ("mailto:a@b.cn", "/zcwj/", "#a", "http://[::1", "https://", f"https://a.cn/{'x' * 2_000}")
    assert looking.wanted(1001, (policy(own, other, *odd, other),)) == (other,)
    many = policy(*(f"https://a.cn/{number}" for number in range(300)))
    assert len(looking.wanted(1001, (many,))) == looking.MOST
