"""A real sandbox platform on loopback and the channel before it."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import test_utils

from channels import disclosure
from channels.contract import Tools
from channels.sandbox import disclosure as sandbox

KEY_ID = "tj-ghzrzy"
SECRET = "a-secret-nobody-should-ever-read"


@dataclass
class Platform:
    """The running sandbox, and the doors that only tests use."""

    server: test_utils.TestServer
    http: aiohttp.ClientSession

    @property
    def base(self) -> str:
        return str(self.server.make_url("")).rstrip("/")

    async def fault(self, fault: str, path: str = "/api/records", **fields: Any) -> None:
        body = {"fault": fault, "path": path, **fields}
        async with self.http.post(f"{self.base}/sandbox/faults", json=body) as response:
            assert response.status == 204

    async def book(self) -> dict[str, Any]:
        async with self.http.get(f"{self.base}/sandbox/book") as response:
            book: dict[str, Any] = await response.json()
            return book

    async def page(self, path: str) -> tuple[int, str]:
        async with self.http.get(f"{self.base}{path}") as response:
            return response.status, await response.text()


@pytest.fixture
async def start(http: aiohttp.ClientSession) -> AsyncIterator[Callable[..., Any]]:
    """`await start(book=None, delay_seconds=0.0, port=None)` starts a platform; they all stop with the test."""
    servers = []

    async def begin(*, book: Path | None = None, delay_seconds: float = 0.0, port: int | None = None) -> Platform:
        options = sandbox.Options(key_id=KEY_ID, secret=SECRET, delay_seconds=delay_seconds, book=book)
        server = test_utils.TestServer(sandbox.make_app(options), port=port)
        await server.start_server()
        servers.append(server)
        return Platform(server, http)

    yield begin
    for server in servers:
        await server.close()


@pytest.fixture
async def platform(start: Callable[..., Any]) -> Platform:
    begun: Platform = await start()
    return begun


@pytest.fixture
def settings(platform: Platform) -> dict[str, Any]:
    return {
        "name": "column",
        "kind": "disclosure",
        "authoritative": True,
        "api_base": platform.base,
        "key_id": KEY_ID,
        "secret": SECRET,
        "timeout_seconds": 0.4,
        "look_seconds": 0.02,
    }


@pytest.fixture
def channel(settings: dict[str, Any], tools: Tools) -> disclosure.Disclosure:
    return disclosure.Disclosure(disclosure.DisclosureSettings.model_validate(settings), tools)


@pytest.fixture
def build(settings: dict[str, Any], tools: Tools) -> Callable[..., disclosure.Disclosure]:
    """`build(secret=…)`: the channel with other settings."""

    def make(**changes: Any) -> disclosure.Disclosure:
        return disclosure.Disclosure(disclosure.DisclosureSettings.model_validate({**settings, **changes}), tools)

    return make
