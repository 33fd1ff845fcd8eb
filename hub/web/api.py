"""The staff application: the API of `hub.web.routes` and the console, put together. It keeps no state of its own."""

import asyncio
from collections.abc import Iterable
from functools import cache

from aiohttp import web
from prometheus_client import CollectorRegistry

from hub.commands.act import Hub
from hub.web import endpoint, middleware, openapi
from hub.web.console import rooms
from hub.web.route import Desk
from hub.web.routes import ROUTES

#: Each keyed write holds a second connection while it acts; more of them wait, so that the pool never runs dry.
KEYED_AT_ONCE = 8
#: Each holds up to 20 MB until its import is done, two of which run at a time.
UPLOADS_AT_ONCE = 8
#: Each asks the store four times a second.
LISTENERS_AT_ONCE = 50


def make_app(hub: Hub, *, vkey: str, public_url: str, shown: Iterable[str] = ()) -> web.Application:
    """Return the application. `vkey` verifies the log's checkpoints; previews show addresses under `public_url`."""
    registry = CollectorRegistry()
    app = web.Application(middlewares=[middleware.make(registry, rooms.problem)])
    app[endpoint.DESK] = Desk(
        hub=hub,
        vkey=vkey,
        public_url=public_url,
        registry=registry,
        openapi=_document(),
        turns=asyncio.Semaphore(KEYED_AT_ONCE),
        uploads=asyncio.Semaphore(UPLOADS_AT_ONCE),
        listeners=asyncio.Semaphore(LISTENERS_AT_ONCE),
        closing=asyncio.Event(),
        shown=tuple(shown),
    )
    app.on_response_prepare.append(middleware.add_headers)
    app.on_shutdown.append(_close)
    for route in ROUTES:
        app.router.add_route(route.method, route.path, endpoint.make(route))
        if route.method == "GET" and route.gives != "text/event-stream":
            app.router.add_head(route.path, endpoint.make(route))
    rooms.add(app)
    return app


@cache
def _document() -> bytes:
    # Once per process: putting the schemas of all models together is a tenth of a second of work.
    return openapi.document(ROUTES)


async def _close(app: web.Application) -> None:
    app[endpoint.DESK].closing.set()
