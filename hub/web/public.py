"""The public application: the site's tree, the log for auditors, certificates, and callbacks from vendors."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import structlog
from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError

from channels.contract import Call
from hub import evidence
from hub.commands.act import Hub
from hub.log import tiles
from hub.store import callbacks, deliveries
from hub.web import frame, headers
from hub.web.keys import HUB, SITE, URL, VKEY
from hub.web.live.routes import routes
from hub.web.tree import IMMUTABLE, Tree
from schemas.errors import HubError

_log = structlog.get_logger()

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
#: A vendor's callback is a few kilobytes; WeChat's documented ones are under two.
MAX_CALLBACK = 256 * 1024
MAX_RELEASE = 2**53


def make_app(hub: Hub, *, site: Path, vkey: str, url: str) -> web.Application:
    """Return the application. `site` is the tree that channels write; it need not exist yet."""
    app = web.Application(middlewares=[_tell], client_max_size=MAX_CALLBACK)
    app[HUB] = hub
    app[VKEY] = vkey
    app[SITE] = site
    app[URL] = url
    app.on_response_prepare.append(headers.add)
    app.router.add_get("/healthz", _healthz)
    app.router.add_get("/log/checkpoint", _checkpoint)
    app.router.add_get("/log/log.vkey", _vkey)
    app.router.add_get("/log/{path:tile/.+}", _tile)
    app.router.add_get("/c/{release:[0-9]{1,16}}", _certificate)
    app.router.add_route("*", "/callbacks/{channel}", _callback)
    app.add_routes(routes())
    # Last: whatever is not ours to answer is a file of the site, or is not there.
    app.router.add_get("/{path:.*}", Tree(site).serve)
    return app


@web.middleware
async def _tell(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn what goes wrong into a page that says so in Chinese, without a trace."""
    try:
        return await handler(request)
    except web.HTTPNotFound:
        return _page(request, 404, "没有找到这个页面", "网址可能有误。请从首页查找，或使用站内栏目。")
    except web.HTTPException as error:
        return _page(request, error.status, "无法处理这个请求", "请返回首页重试。")
    except HubError as error:
        return _page(request, error.status, "暂时不能提供", error.message)
    except (SQLAlchemyError, OSError) as error:
        _log.error("public.unavailable", path=request.path[:200], reason=type(error).__name__)
        return _page(request, 503, "暂时不能提供", "系统正在恢复，请稍后再试。")


def _page(request: web.Request, status: int, title: str, advice: str) -> web.Response:
    body = frame.message(request.app[SITE], title, advice)
    # What is missing or broken now may be there in a moment: nobody keeps this answer.
    headers_ = {"Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store"}
    return web.Response(status=status, body=body, headers=headers_)


async def _healthz(_request: web.Request) -> web.Response:
    return web.Response(text="ok\n")


async def _checkpoint(request: web.Request) -> web.Response:
    async with request.app[HUB].engine.connect() as connection:
        note = await evidence.newest_checkpoint(connection)
    # C2SP tlog-tiles: text, and not cached beyond seconds.
    headers_ = {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-cache"}
    return web.Response(body=note, headers=headers_)


async def _vkey(request: web.Request) -> web.Response:
    return web.Response(text=request.app[VKEY] + "\n")


async def _tile(request: web.Request) -> web.Response:
    try:
        wanted = tiles.parse(request.match_info["path"])
    except tiles.TileError:
        raise web.HTTPNotFound from None
    async with request.app[HUB].engine.connect() as connection:
        data = await evidence.tile(connection, wanted)
    if data is None:
        raise web.HTTPNotFound
    return web.Response(body=data, content_type="application/octet-stream", headers={"Cache-Control": IMMUTABLE})


async def _certificate(request: web.Request) -> web.Response:
    release = int(request.match_info["release"])
    async with request.app[HUB].engine.connect() as connection:
        data = await evidence.certificate(connection, min(release, MAX_RELEASE))
    disposition = f'inline; filename="{release}.tlog-proof"'
    headers_ = {"Content-Type": "text/plain; charset=utf-8", "Content-Disposition": disposition}
    return web.Response(body=data, headers=headers_)


async def _callback(request: web.Request) -> web.Response:
    """Hand a vendor's call to its channel; keep what it verified, and have what waits for it looked at now."""
    hub = request.app[HUB]
    channel = hub.channels.get(request.match_info["channel"])
    call = Call(request.method, dict(request.query), await request.read(), request.content_type)
    heard = await channel.hear(call) if channel else None
    if channel is None or heard is None:
        raise web.HTTPNotFound
    if heard.messages:
        async with hub.engine.begin() as connection:
            await callbacks.keep(connection, channel.settings.name, heard.messages)
            await deliveries.wake(connection, channel.settings.name)
        # If the process dies before this ring, the sweep finds what the wake made due.
        await hub.bell.ring(channel.settings.name)
    return web.Response(status=heard.status, body=heard.reply)
