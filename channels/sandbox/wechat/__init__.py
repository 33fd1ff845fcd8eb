"""The WeChat platform for one official account, as far as it can be observed: API, callback, public pages, faults.

It forgets nothing while it has a book, and it must never be reachable from outside: it protects nothing.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
from aiohttp import web

from channels.sandbox.wechat import gate, later, pages
from channels.sandbox.wechat.book import Book
from channels.sandbox.wechat.callback import Postman
from channels.sandbox.wechat.faults import Faults
from channels.sandbox.wechat.options import Options
from channels.sandbox.wechat.press import Jobs
from channels.sandbox.wechat.quota import Quota
from channels.sandbox.wechat.sends import Sends
from channels.sandbox.wechat.tokens import Tokens
from channels.sandbox.wechat.world import World

__all__ = ["Options", "make_app", "run"]

MAX_REQUEST_BYTES = 12_000_000
PROBLEM = 400


def make_app(options: Options) -> web.Application:
    """Return the sandbox: the API under /cgi-bin/, articles under /s/, a list at /, controls under /sandbox/."""
    book, orders = Book(options.book), Faults()
    postman = Postman(options, book, orders)
    jobs = Jobs(options, book, postman.tell)
    sends = Sends(options, book, postman.tell_sent)
    world = World(options, book, Tokens(options), Quota(options, book), jobs.start, sends.start, orders)
    app = web.Application(client_max_size=MAX_REQUEST_BYTES)
    app.cleanup_ctx.append(_lifetime(postman, jobs, sends, book))
    _add_platform(app, world)
    _add_controls(app, world)
    _add_hands(app, world, sends)
    return app


async def run(host: str, port: int, *, options: Options) -> None:
    """Serve until cancelled."""
    runner = web.AppRunner(make_app(options), access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        await asyncio.Event().wait()
    finally:
        await runner.cleanup()


def _lifetime(
    postman: Postman, jobs: Jobs, sends: Sends, book: Book
) -> Callable[[web.Application], AsyncIterator[None]]:
    async def live(_: web.Application) -> AsyncIterator[None]:
        async with aiohttp.ClientSession() as postman.http:
            await jobs.resume()
            await sends.resume()
            yield
            await jobs.stop()
            await sends.stop()
        book.close()

    return live


def _add_platform(app: web.Application, world: World) -> None:
    async def api(request: web.Request) -> web.StreamResponse:
        return await gate.serve(world, request)

    async def index(_: web.Request) -> web.Response:
        return pages.index(world.book, world.options.app_id)

    async def article(request: web.Request) -> web.Response:
        return pages.article(world.book, request.match_info["name"])

    async def image(request: web.Request) -> web.Response:
        data = world.book.image(request.match_info["name"])
        if data is None:
            raise web.HTTPNotFound
        return web.Response(body=data, content_type=f"image/{request.match_info['name'].rpartition('.')[2]}")

    app.router.add_route("*", "/cgi-bin/{path:.*}", api)
    app.router.add_get("/", index)
    app.router.add_get("/s/{name}", article)
    app.router.add_get("/mmbiz/{name}", image)


def _add_controls(app: web.Application, world: World) -> None:
    async def order(request: web.Request) -> web.Response:
        try:
            world.faults.order(await request.json())
        except (TypeError, ValueError) as error:
            return web.json_response({"error": str(error)}, status=PROBLEM)
        return web.json_response({"waiting": len(world.faults.waiting)})

    async def withdraw(_: web.Request) -> web.Response:
        world.faults.waiting.clear()
        return web.Response(status=204)

    async def told(_: web.Request) -> web.Response:
        return web.json_response({"waiting": len(world.faults.waiting), "struck": world.faults.struck})

    async def book(_: web.Request) -> web.Response:
        return web.Response(text=json.dumps(world.book.summary(), ensure_ascii=False), content_type="application/json")

    app.router.add_post("/sandbox/faults", order)
    app.router.add_delete("/sandbox/faults", withdraw)
    app.router.add_get("/sandbox/faults", told)
    app.router.add_get("/sandbox/book", book)


def _add_hands(app: web.Application, world: World, sends: Sends) -> None:
    """What the account's administrator, its operator and the platform do: see `later`."""

    def answered(act: Callable[[Any], None]) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def take(request: web.Request) -> web.Response:
            try:
                act(await request.json())
            except (AttributeError, TypeError, ValueError) as error:
                return web.json_response({"error": str(error)}, status=PROBLEM)
            return web.Response(status=204)

        return take

    app.router.add_post("/sandbox/removal", answered(lambda wanted: later.remove(world.book, wanted)))
    app.router.add_post("/sandbox/confirm", answered(lambda wanted: later.confirm(sends, wanted)))
