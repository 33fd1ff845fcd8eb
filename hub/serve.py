"""The web program: binds the public and the staff address and serves until asked to stop."""

import asyncio
import errno
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import structlog
from aiohttp import web

from hub import app, shown
from hub.app import House
from hub.web import api, public
from hub.web.wire import IDLE_SECONDS, TELL, Tell, Wire
from schemas.errors import ErrorCode, HubError

_log = structlog.get_logger()

OFF = "off"
#: Why an address cannot be listened on, by the system's number.
REFUSALS = {
    errno.EADDRINUSE: "端口已被占用",
    errno.EACCES: "没有权限",
    errno.EADDRNOTAVAIL: "本机没有这个地址",
}
#: How long an answer under way may take to end after SIGTERM.
SHUTDOWN_SECONDS = 10.0
#: Connections that wait to be accepted.
BACKLOG = 512
#: The applications write their own line for each request, and none of them takes compressed bodies.
WIRE: dict[str, Any] = {"access_log": None, "keepalive_timeout": IDLE_SECONDS, "auto_decompress": False}


def bind(listen: str) -> socket.socket:
    """Return a listening socket for `host:port`, `[v6]:port`; `[::]` answers IPv4 as well. Port 0 takes a free one.

    Raises HubError: SETTINGS for what is no address, LISTEN for one that is taken.
    """
    host, _, port = listen.rpartition(":")
    host = host.strip("[]") or "::"
    if not port.isdigit() or int(port) > 65_535:  # noqa: PLR2004 - the largest port
        raise HubError(ErrorCode.SETTINGS, detail=f"监听地址 {listen} 的形式应为 地址:端口")
    try:
        return _open(host, int(port))
    except OSError as error:
        why = REFUSALS.get(error.errno or 0, error.strerror)
        raise HubError(ErrorCode.LISTEN, listen=listen, why=why) from error


def _open(host: str, port: int) -> socket.socket:
    if ":" not in host:
        return socket.create_server((host, port), backlog=BACKLOG)
    if host == "::" and not socket.has_dualstack_ipv6():
        return socket.create_server(("0.0.0.0", port), backlog=BACKLOG)  # noqa: S104 - the public address, without IPv6
    return socket.create_server((host, port), family=socket.AF_INET6, backlog=BACKLOG, dualstack_ipv6=host == "::")


@asynccontextmanager
async def serving(
    house: House, *, public_socket: socket.socket | None, staff_socket: socket.socket | None
) -> AsyncIterator[None]:
    """Serve on the bound sockets while the block runs; then let answers under way end."""
    async with AsyncExitStack() as stack:
        if public_socket:
            site = app.site_dir(house.settings)
            site.mkdir(parents=True, exist_ok=True)
            application = public.make_app(
                house.hub,
                site=site,
                vkey=house.signer.vkey,
                url=house.public_url,
                proxies=house.settings.public_proxies,
            )
            await stack.enter_async_context(listening(application, public_socket))
        if staff_socket:
            lines = shown.lines(shown.settings(house.settings))
            application = api.make_app(house.hub, vkey=house.signer.vkey, public_url=house.public_url, shown=lines)
            await stack.enter_async_context(listening(application, staff_socket))
        yield


@asynccontextmanager
async def listening(application: web.Application, bound: socket.socket) -> AsyncIterator[None]:
    """Serve one application on one bound socket while the block runs."""
    runner = web.AppRunner(application, shutdown_timeout=SHUTDOWN_SECONDS)
    await runner.setup()
    try:
        async with _accepting(runner, bound, application.get(TELL)):
            yield
    finally:
        await runner.cleanup()


@asynccontextmanager
async def _accepting(runner: web.AppRunner, bound: socket.socket, tell: Tell | None) -> AsyncIterator[None]:
    loop = asyncio.get_running_loop()

    def connection() -> Wire:
        assert runner.server is not None  # noqa: S101 - set up above
        return Wire(runner.server, tell=tell, loop=loop, **WIRE)

    server = await loop.create_server(connection, sock=bound, backlog=BACKLOG)
    try:
        yield
    finally:
        server.close()
