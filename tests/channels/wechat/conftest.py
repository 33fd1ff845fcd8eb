"""A running sandbox, a channel that talks to it, and the bureau's callback address: real servers on loopback."""

import dataclasses
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import pytest
from aiohttp import test_utils, web

from channels import contract, wechat
from channels.sandbox import wechat as platform
from tests.channels.wechat.stage import APP_ID, SECRET, TOKEN, Opener, Stage

#: Times of a test: what takes minutes on the platform takes a tenth of a second.
HURRIED = {
    "timeout_seconds": 2.0,
    "poll_seconds": (0.1, 0.2),
    "page_seconds": 0.02,
    "rescan_seconds": 0.1,
    "look_seconds": 0.05,
    "settle_seconds": 0.3,
    "again_seconds": 0.1,
    "confirm_seconds": 0.5,
}
FAST = {"publish_delay_seconds": 0.05, "event_retry_seconds": 0.1, "same_seconds": 0.05}


@pytest.fixture
async def stage(tools: contract.Tools, letterbox: Any) -> AsyncIterator[Opener]:
    """`await stage(callbacks=True, **options)`; options of the sandbox, `account={…}` settings of the channel."""
    async with AsyncExitStack() as closing:

        async def serve(app: web.Application) -> test_utils.TestServer:
            server = test_utils.TestServer(app)
            await server.start_server()
            closing.push_async_callback(server.close)
            return server

        async def begin(*, callbacks: bool = True, account: dict[str, Any] | None = None, **options: Any) -> Stage:
            opened: list[Stage] = []
            office = await serve(_bureau(opened, letterbox))
            shared = {"app_id": APP_ID, "secret": SECRET, "token": TOKEN, "aes_key": options.pop("aes_key", "")}
            wanted = platform.Options(**{**shared, **FAST, **options})
            if callbacks:
                wanted = dataclasses.replace(wanted, callback_url=str(office.make_url("/callback")))
            server = await serve(platform.make_app(wanted))
            address = {"name": "wechat", "kind": "wechat", "api_base": str(server.make_url("")).rstrip("/")}
            channel = wechat.build({**address, **shared, **HURRIED, **(account or {})}, tools)
            closing.push_async_callback(channel.close)
            opened.append(Stage(server, channel, tools))
            return opened[0]

        yield begin


def _bureau(opened: list[Stage], letterbox: Any) -> web.Application:
    """The hub's callback address: what the channel hears is kept in the letterbox."""

    async def hear(request: web.Request) -> web.Response:
        call = contract.Call(
            method=request.method,
            query=dict(request.query),
            body=await request.read(),
            content_type=request.content_type,
        )
        heard = await opened[0].channel.hear(call)
        assert heard is not None
        opened[0].heard.append(heard)
        letterbox.messages.update({("wechat", key): value for key, value in heard.messages.items()})
        return web.Response(status=heard.status, body=heard.reply)

    app = web.Application()
    app.router.add_route("*", "/callback", hear)
    return app
