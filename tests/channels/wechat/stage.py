"""What the tests of the channel share: the platform and the bureau's side of it, and the patience of the hub."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from aiohttp import test_utils

from channels import contract, wechat

Found = TypeVar("Found")
AES_KEY = "A" * 43
TOKEN = "callback-token"
SECRET = "very-secret-app-secret"
APP_ID = "wxba5fad812f8e6fb9"


class Stage:
    """The platform and the bureau's side of it."""

    def __init__(self, server: test_utils.TestServer, channel: wechat.WeChat, tools: contract.Tools) -> None:
        self.base = str(server.make_url("")).rstrip("/")
        self.channel = channel
        self.tools = tools
        self.heard: list[contract.Heard] = []

    async def order(self, path: str, fault: str, **more: Any) -> None:
        """Order a fault for an API path."""
        wanted = {"path": f"/cgi-bin/{path}", "fault": fault, **more}
        async with self.tools.http.post(f"{self.base}/sandbox/faults", json=wanted) as response:
            assert response.status == 200

    async def later(self, what: str, **wanted: Any) -> None:
        """Have the administrator, the operator or the platform do something: `confirm`, `removal`."""
        async with self.tools.http.post(f"{self.base}/sandbox/{what}", json=wanted) as response:
            assert response.status == 204, await response.text()

    async def book(self) -> dict[str, Any]:
        """Everything that happened on the platform."""
        async with self.tools.http.get(f"{self.base}/sandbox/book") as response:
            book: dict[str, Any] = await response.json()
            return book

    async def call(self, path: str, body: dict[str, Any], token: str | None = None) -> dict[str, Any]:
        """Make a call of our own, past the channel."""
        async with self.tools.http.post(
            f"{self.base}/cgi-bin/{path}", json=body, params={"access_token": token} if token else {}
        ) as response:
            answer: dict[str, Any] = await response.json(content_type=None)
            return answer


Opener = Callable[..., Awaitable[Stage]]


async def patiently(step: Callable[[], Awaitable[Found]], tries: int = 60) -> Found:
    """Do as the hub does: look again when told to."""
    for _ in range(tries):
        try:
            return await step()
        except contract.NotYetError as wait:
            await asyncio.sleep(min(wait.seconds, 0.1))
    raise AssertionError("never came")
