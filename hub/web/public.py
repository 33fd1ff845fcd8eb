"""The public application: the site's tree, live pages, the log for auditors, and callbacks from vendors."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from http import HTTPStatus
from pathlib import Path
from types import MappingProxyType

import structlog
from aiohttp import web
from sqlalchemy.exc import SQLAlchemyError

from channels.contract import Call
from hub import evidence
from hub.commands.act import Hub
from hub.log import tiles
from hub.remote import Network
from hub.store import callbacks, waking
from hub.web import coding, frame, headers
from hub.web.keys import HUB, SITE, URL, VKEY
from hub.web.live import api, limits
from hub.web.live.routes import routes
from hub.web.tree import IMMUTABLE, Tree
from hub.web.wire import TELL, Tell
from schemas.errors import ErrorCode, HubError

_log = structlog.get_logger()

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
#: A vendor's callback is a few kilobytes; WeChat's documented ones are under two.
MAX_CALLBACK = 256 * 1024
#: What is missing or broken now may be there in a moment: nobody keeps this answer.
_PASSING = {"Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store"}


def make_app(hub: Hub, *, site: Path, vkey: str, url: str, proxies: Collection[Network] = ()) -> web.Application:
    """Return the application. `site` is the tree that channels write; it need not exist yet.

    `proxies` are web servers of ours before it, whose word on where a request comes from is believed.
    """
    app = web.Application(middlewares=[_tell], client_max_size=MAX_CALLBACK)
    app[HUB] = hub
    app[VKEY] = vkey
    app[SITE] = site
    app[URL] = url
    app[TELL] = _below(site)
    app.on_response_prepare.append(headers.add)
    app.router.add_get("/healthz", _healthz)
    app.router.add_get("/log/checkpoint", _checkpoint)
    app.router.add_get("/log/log.vkey", _vkey)
    app.router.add_get("/log/{path:tile/.+}", _tile)
    app.router.add_route("*", "/callbacks/{channel}", _callback)
    app.add_routes(limits.counted(routes(), proxies))
    # Last: whatever is not ours to answer is a file of the site, or is not there.
    app.router.add_get("/{path:.*}", Tree(site).serve)
    return app


@web.middleware
async def _tell(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn what goes wrong into a page that says so in Chinese, without a trace."""
    try:
        return await handler(request)
    except web.HTTPNotFound:
        return _missing(request)
    except (web.HTTPRedirection, web.HTTPSuccessful):
        raise
    except web.HTTPException as error:
        kept = {name: error.headers[name] for name in ("Allow",) if name in error.headers}
        return _page(request, error.status, "无法处理这个请求", "请返回首页重试。", kept)
    except limits.TooManyError as error:
        return _slow_down(request, error.seconds)
    except HubError as error:
        title = "没有找到" if error.status == HTTPStatus.NOT_FOUND else "暂时不能提供"
        return _page(request, error.status, title, error.message)
    except (SQLAlchemyError, OSError) as error:
        _log.error("public.unavailable", path=request.path[:200], reason=type(error).__name__)
        return _page(request, 503, "暂时不能提供", "系统正在恢复，请稍后再试。", {"Retry-After": "5"})


def _below(site: Path) -> Tell:
    """What is told of a request that is none, or that we failed at: nobody here expects a program to ask."""

    def tell(request: web.BaseRequest, error: HubError, number: str) -> web.Response:
        if error.code is ErrorCode.INTERNAL:
            title = "系统出错了"
            advice = f"不是您的操作有误，请稍后再试。仍然如此的，请把编号 {number} 告诉本网站的主办单位。"
        else:
            title = "无法处理这个请求"
            advice = "网址或请求头过长，或者格式不正确。请返回首页，从栏目查找，或使用站内搜索。"
        body = frame.message(site, title, advice)
        return coding.answer(request, body, status=error.status, headers={**headers.HEADERS, **_PASSING})

    return tell


def _missing(request: web.Request) -> web.Response:
    """The prepared page as it stands: nginx answers with the same bytes."""
    body = frame.prepared(request.app[SITE])
    if body is None:
        return _page(request, 404, "没有找到这个页面", "网址可能有误。请从首页查找，或使用站内栏目。")
    return coding.answer(request, body, status=404, headers=_PASSING)


def _slow_down(request: web.Request, seconds: int) -> web.Response:
    if request.path == api.ROOT or request.path.startswith(f"{api.ROOT}/"):
        return api.too_often(seconds)
    advice = f"来自您所在网络的请求过于频繁，请在 {seconds} 秒之后再试。文件页面、列表和订阅源不受此限制。"
    again = {"Retry-After": str(seconds)}
    if "text/html" in request.headers.get("Accept", ""):
        return _page(request, 429, "请稍后再试", advice, again)
    plain = {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store"}
    return web.Response(status=429, text=advice + "\n", headers=plain | again)


def _page(
    request: web.Request, status: int, title: str, advice: str, more: Mapping[str, str] = MappingProxyType({})
) -> web.Response:
    body = frame.message(request.app[SITE], title, advice)
    return coding.answer(request, body, status=status, headers={**_PASSING, **more})


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
            await waking.wake(connection, channel.settings.name)
        # If the process dies before this ring, the sweep finds what the wake made due.
        await hub.bell.ring(channel.settings.name)
    return web.Response(status=heard.status, body=heard.reply)
