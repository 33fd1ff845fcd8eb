"""Whole answers that are made once and written many times: head and body in one piece, only the date is new.

What aiohttp does for each answer (a response object, its headers merged, checked and encoded) is done once for each
state of a file. Only for those who ask plainly: HTTP/1.1, on a connection that stays, for all of it.
"""

import time
from email.utils import formatdate

from aiohttp import HttpVersion11, web
from aiohttp.abc import AbstractStreamWriter
from multidict import CIMultiDict


class Ready(web.StreamResponse):
    """One answer with status 200 for any number of requests, also at the same time. It keeps nothing of them."""

    def __init__(self, body: bytes, said: CIMultiDict[str]) -> None:
        super().__init__(headers=said)
        lines = [f"{name}: {value}" for name, value in (*said.items(), ("Content-Length", len(body)))]
        self._head = "\r\n".join(("HTTP/1.1 200 OK", *lines, "Date: ")).encode("ascii")
        self._whole = body

    @property
    def keep_alive(self) -> bool:
        """Always: whoever wants the connection to end is not answered with this."""
        return True

    async def prepare(self, request: web.BaseRequest) -> AbstractStreamWriter | None:
        """Write all of it. A reader that does not read is waited for."""
        transport = request.transport
        if transport is None or transport.is_closing():
            raise ConnectionResetError
        transport.write(b"".join((self._head, _date(), b"\r\n\r\n", self._whole)))
        await request.writer.drain()
        return None

    async def write_eof(self, data: bytes = b"") -> None:
        """Nothing is left to be written."""


def fits(request: web.BaseRequest) -> bool:
    """Whether the request can be answered so. Its conditions and codings are for others to judge."""
    return request.method == "GET" and request.version == HttpVersion11 and bool(request.keep_alive)


_said: tuple[int, bytes] = (0, b"")


def _date() -> bytes:
    """This second, as a `Date` says it."""
    global _said  # noqa: PLW0603 - of all that is said, this alone changes, once a second
    now = int(time.time())
    if _said[0] != now:
        _said = (now, formatdate(now, usegmt=True).encode("ascii"))
    return _said[1]
