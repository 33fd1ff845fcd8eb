"""Sends an answer that goes on. Once its first byte is out nothing else can be told: what fails then cuts it off."""

import asyncio
from contextlib import aclosing

import structlog
from aiohttp import web

from hub.web.route import Stream

_log = structlog.get_logger()

#: A listener that takes nothing for this long is let go.
SEND_SECONDS = 10.0
#: nginx would keep the pieces back to fill a buffer.
HEADERS = {"X-Accel-Buffering": "no"}


async def send(request: web.Request, stream: Stream) -> web.StreamResponse:
    """Send the pieces as they come, until the source ends or the listener is gone.

    Raises what the source raises before its first piece: until then any refusal can be told.
    """
    # Closed here and not by the garbage collector, because a source holds a seat while it is open.
    async with aclosing(stream.source) as source:
        first = await anext(source)
        response = web.StreamResponse(headers={**HEADERS, **stream.headers, "Content-Type": stream.media})
        try:
            await response.prepare(request)
            await _write(response, first)
            async for piece in source:
                await _write(response, piece)
        except (TimeoutError, ConnectionError):
            _cut(request)
        except Exception:  # noqa: BLE001 - a second answer in the middle of this one would be read as its content
            _log.exception("staff.stream_broken")
            _cut(request)
    return response


async def _write(response: web.StreamResponse, piece: bytes) -> None:
    async with asyncio.timeout(SEND_SECONDS):
        await response.write(piece)


def _cut(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.abort()
