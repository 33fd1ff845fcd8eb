"""Calls to strangers' addresses reach the public internet and nothing nearer, whatever the address looks like."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from ipaddress import ip_network

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from channels.outward import MAX_ANSWER, Outward, OutwardError
from channels.reach import Rules

HERE = Rules((ip_network("127.0.0.0/8"), ip_network("::1/128")))
#: Whatever these say of themselves, none of them is the public internet.
# fmt: off
NEAR = (
    "127.0.0.1", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",  # noqa: S104
    "100.100.100.200", "192.0.2.1", "198.51.100.7", "203.0.113.9", "198.18.0.1", "192.0.0.8", "192.88.99.1",
    "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255", "168.63.129.16", "::", "::1", "::7f00:1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "64:ff9b::a00:1",
    "64:ff9b:1::a00:1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "fec0::1", "ff02::1", "2001:db8::1",
    "3fff::1", "2001::1", "2002:7f00:1::", "2002:a00:1::", "100::1",
)
# fmt: on
FAR = ("8.8.8.8", "2400:3200::1", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1")


@dataclass
class Stranger:
    """A server that counts who came."""

    server: TestServer
    came: list[str] = field(default_factory=list)

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.server.port}{path}"


@asynccontextmanager
async def stranger() -> AsyncIterator[Stranger]:
    app = web.Application()
    made = Stranger(TestServer(app, host="127.0.0.1"))

    async def answer(request: web.Request) -> web.StreamResponse:
        made.came.append(request.path_qs)
        if request.path == "/away":
            raise web.HTTPFound(made.url("/inside"))
        if request.path == "/slow":
            await asyncio.sleep(2)
        return web.Response(body=b"x" * 5_000_000 if request.path == "/big" else b"ok")

    app.router.add_route("*", "/{path:.*}", answer)
    async with made.server:
        yield made


def test_what_is_near_is_not_admitted() -> None:
    assert [address for address in NEAR if Rules().admits(address, 443)] == []
    assert [address for address in FAR if not Rules().admits(address, 443)] == []
    assert not any(Rules().admits("8.8.8.8", port) for port in (22, 25, 6379, 5432, 81))
    assert HERE.admits("127.0.0.1", 6379)
    assert HERE.admits("::ffff:127.0.0.1", 6379)
    assert not HERE.admits("10.0.0.1", 443)


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("http://127.0.0.1/", "closed"),
        ("http://[::1]/", "closed"),
        ("http://[::ffff:10.0.0.1]/", "closed"),
        ("https://example.com:6379/", "port"),
        ("ftp://example.com/", "scheme"),
        ("javascript:alert(1)", "scheme"),
        ("http://someone:secret@example.com/", "unreadable"),
        ("http://example.com/#part", "unreadable"),
        ("http://例子.example/", "unreadable"),
        ("http://example.com/a b", "unreadable"),
        ("http://example.com/\r\nHost: inside", "unreadable"),
        ("http://[::1/", "unreadable"),
        ("http://example.com/" + "a" * 2_000, "unreadable"),
        ("http://example.com/cb?x=%2F&y", None),
    ],
)
def test_what_can_be_told_from_the_address(address: str, why: str | None) -> None:
    assert Rules().refusal(address) == why


@pytest.mark.parametrize(
    "spelt", ["localhost", "127.0.0.1", "127.1", "0x7f.1", "2130706433", "[::ffff:127.0.0.1]", "0"]
)
async def test_no_spelling_of_this_machine_is_connected_to(spelt: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async with stranger() as there:
        # Even at a port that would do.
        monkeypatch.setattr("channels.reach.PORTS", frozenset({there.server.port}))
        async with Outward(agent="test") as out:
            with pytest.raises(OutwardError):
                await out.get(there.url("/", spelt))
        assert there.came == []


async def test_a_name_that_leads_elsewhere_the_second_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """The connection is judged by the address that it goes to, not by what the name meant a moment ago."""
    async with stranger() as there, Outward(HERE, agent="test") as open_, Outward(agent="test") as out:
        monkeypatch.setattr("channels.reach.PORTS", frozenset({there.server.port}))
        assert (await open_.get(there.url("/", "localhost"))).status == 200
        with pytest.raises(OutwardError, match="closed"):
            await out.get(there.url("/", "localhost"))
        assert there.came == ["/"]


async def test_no_redirect_little_body_little_time() -> None:
    async with stranger() as there, Outward(HERE, agent="test", seconds=0.5) as out:
        assert (await out.get(there.url("/away?a=%2F&b"))).status == 302
        assert (await out.get(there.url("/big"))).body == b"x" * MAX_ANSWER
        with pytest.raises(OutwardError, match="timeout"):
            await out.post(there.url("/slow"), b"body", {})
        assert there.came == ["/away?a=%2F&b", "/big", "/slow"]
