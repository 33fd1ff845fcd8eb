"""The WebSub hub's address. Programs ask here; what it answers is for the people behind them."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from urllib.parse import parse_qsl

from aiohttp import web
from aiohttp.http_exceptions import BadHttpMessage

from hub.commands import subscribing_feeds
from hub.core.websub import PATH, RefusedError
from hub.web.keys import HUB, SITE, URL

MAX_BODY = 16_384
MAX_FIELDS = 64
READ_SECONDS = 10.0
#: Requests that are worked on in this process, those that wait for it included.
AT_ONCE, WAITING = 3, 60
MEDIA = "application/x-www-form-urlencoded"
TAKEN = "已受理，将向回调地址核实。\nAccepted: the callback will be asked to confirm.\n"


class _Turns:
    """Few at once: the store's connections are for everybody who reads the site. Whoever finds a queue comes later."""

    def __init__(self) -> None:
        self._free = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0

    @asynccontextmanager
    async def taken(self) -> AsyncIterator[None]:
        if self._waiting >= WAITING:
            raise RefusedError("often")
        self._waiting += 1
        try:
            async with self._free:
                yield
        finally:
            self._waiting -= 1


_TURNS = _Turns()


async def ask(request: web.Request) -> web.Response:
    """Subscribe or unsubscribe: 202 when the callback is going to be asked."""
    try:
        form = await _form(request)
        async with _TURNS.taken():
            await subscribing_feeds.ask(request.app[HUB], form, base=request.app[URL], site=request.app[SITE])
    except RefusedError as error:
        later = {"Retry-After": "3600"} if error.status in {429, 503} else {}
        return _said(error.status, f"{error.chinese}。\n{error.english}.\n", later)
    return _said(202, TAKEN)


async def hint(_request: web.Request) -> web.Response:
    """Tell somebody who looks by hand what this is."""
    words = "这是 WebSub 订阅中心，只接受 POST 请求。\nThis is a WebSub hub: it takes POST requests.\n"
    return _said(405, words, {"Allow": "POST"})


async def _form(request: web.Request) -> Mapping[str, str]:
    """The fields, the first one of each name. Raises RefusedError."""
    if request.content_type != MEDIA or request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise RefusedError("encoding")
    if (request.content_length or 0) > MAX_BODY:
        raise RefusedError("large")
    try:
        async with asyncio.timeout(READ_SECONDS):
            body = await request.content.read(MAX_BODY + 1)
            while len(body) <= MAX_BODY and (more := await request.content.read(MAX_BODY)):
                body += more
        if len(body) > MAX_BODY:
            raise RefusedError("large")
        fields = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MAX_FIELDS, errors="strict")
    except (ValueError, TimeoutError, web.RequestPayloadError, BadHttpMessage):
        raise RefusedError("unreadable") from None
    return dict(reversed(fields))


def _said(status: int, words: str, headers: Mapping[str, str] | None = None) -> web.Response:
    return web.Response(status=status, text=words, headers={"Cache-Control": "no-store", **(headers or {})})


def routes() -> list[web.RouteDef]:
    return [web.post(PATH, ask), web.get(PATH, hint)]
