"""The sandbox as an aiohttp application: the interface, the column that the public reads, the sandbox's own desk."""

import asyncio
import functools
from collections import deque
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler

from channels.sandbox.disclosure import faults
from channels.sandbox.disclosure.book import Book
from channels.sandbox.disclosure.callback import Caller
from channels.sandbox.disclosure.column import Column
from channels.sandbox.disclosure.desk import Desk
from channels.sandbox.disclosure.interface import Interface
from channels.sandbox.disclosure.options import Options
from channels.sandbox.disclosure.refusal import RefusedError

MAX_BODY_BYTES = 60_000_000


def make_app(options: Options | None = None) -> web.Application:
    """Return the platform. Its state lives in `options.book`, or in memory."""
    options = options or Options()
    book, planned, caller = Book(options.book), faults.Faults(), Caller(options)
    verdicts: deque[dict[str, str]] = deque()
    app = web.Application(middlewares=[_middleware(book, planned)], client_max_size=MAX_BODY_BYTES)
    app.router.add_routes(Interface(options, book, caller, verdicts).routes())
    app.router.add_routes(Column(book).routes())
    app.router.add_routes(Desk(book, planned, caller, verdicts).routes())

    async def end(_app: web.Application) -> None:
        await caller.close()

    app.on_cleanup.append(end)
    return app


async def run(host: str, port: int, *, options: Options | None = None) -> None:
    """Serve until cancelled."""
    runner = web.AppRunner(make_app(options), access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        await asyncio.Event().wait()
    finally:
        await runner.cleanup()


def _middleware(book: Book, planned: faults.Faults) -> Any:
    @web.middleware
    async def answer(request: web.Request, handler: Handler) -> web.StreamResponse:
        told = functools.partial(_told, handler)
        fault = None if request.path.startswith("/sandbox/") else planned.next(request)
        response = await (faults.afflict(fault, request, told) if fault else told(request))
        book.note_call(request.method, request.path, response.status)
        return response

    return answer


async def _told(handler: Handler, request: web.Request) -> web.StreamResponse:
    """Answer a refusal in its own shape."""
    try:
        return await handler(request)
    except RefusedError as error:
        return error.response()
