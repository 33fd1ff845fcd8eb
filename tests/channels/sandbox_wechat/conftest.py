"""A running sandbox, and somebody with a token who talks to it."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import aiohttp
import pytest
from aiohttp import test_utils

from channels.sandbox import wechat as platform
from tests.channels.sandbox_wechat.visitor import Client, Opener


@pytest.fixture
async def sandbox(http: aiohttp.ClientSession) -> AsyncIterator[Opener]:
    """`await sandbox(**options)`: a running one, with a token."""
    async with AsyncExitStack() as closing:

        async def begin(**options: Any) -> Client:
            app = platform.make_app(platform.Options(**{"publish_delay_seconds": 0.02, **options}))
            server = test_utils.TestServer(app)
            await server.start_server()
            closing.push_async_callback(server.close)
            client = Client(http, server)
            await client.enter()
            return client

        yield begin
