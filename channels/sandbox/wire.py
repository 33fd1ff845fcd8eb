"""Answers that no server should give, byte by byte: said twice, of a wrong length, without an end."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from aiohttp import web

#: How much more, or less, than what comes is announced.
WRONG_BY = 16
ENDLESS_SECONDS = 60.0
CHUNK = b"0" * 65_536


class Spoken(web.Response):
    """An answer whose bytes are on the wire already: aiohttp writes nothing more for it."""

    async def prepare(self, request: web.BaseRequest) -> Any:  # noqa: ARG002 - the signature is aiohttp's
        return None

    async def write_eof(self, data: bytes = b"") -> None:
        """Do nothing."""

    @property
    def keep_alive(self) -> bool:
        """What is too much stays in the connection, where a careless client takes it for its next answer."""
        return True


def twice(request: web.Request, answer: web.StreamResponse) -> web.Response:
    """Say the same answer two times in one connection, and leave it open."""
    return _say(request, 2 * _bytes(answer, 0))


def too_short(request: web.Request, answer: web.StreamResponse) -> web.Response:
    """Announce more than comes, then close."""
    said = _say(request, _bytes(answer, WRONG_BY))
    if request.transport:
        request.transport.close()
    return said


def too_long(request: web.Request, answer: web.StreamResponse) -> web.Response:
    """Announce less than comes, and leave the connection open."""
    return _say(request, _bytes(answer, -WRONG_BY))


def hang_up(request: web.Request) -> web.Response:
    """Break the connection without an answer."""
    if request.transport:
        request.transport.abort()
    return web.Response()


#: How an answer can be spoilt on the wire, by the fault's name.
SPOILT: Mapping[str, Callable[[web.Request, web.StreamResponse], web.Response]] = {
    "twice": twice,
    "too_short": too_short,
    "too_long": too_long,
}


async def endless(request: web.Request) -> web.StreamResponse:
    """Answer for as long as somebody listens, a minute at most."""
    response = web.StreamResponse()
    await response.prepare(request)
    try:
        async with asyncio.timeout(ENDLESS_SECONDS):
            while True:
                await response.write(CHUNK)
    except (TimeoutError, ConnectionError):
        return response


def _say(request: web.Request, words: bytes) -> web.Response:
    if request.transport:
        request.transport.write(words)
    return Spoken()


def _bytes(answer: web.StreamResponse, more: int) -> bytes:
    body = answer.body if isinstance(answer, web.Response) and isinstance(answer.body, bytes) else b""
    head = (
        f"HTTP/1.1 {answer.status} {answer.reason}",
        f"Content-Type: {answer.headers.get('Content-Type', 'application/octet-stream')}",
        f"Content-Length: {max(0, len(body) + more)}",
    )
    return "\r\n".join(head).encode() + b"\r\n\r\n" + body
