"""Around every request of the staff application: its number, its line in the log, its time, headers and refusal."""

import time
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from uuid import uuid4

import structlog
from aiohttp import hdrs, web
from aiohttp.typedefs import Middleware
from prometheus_client import CollectorRegistry, Histogram
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from hub.web import problems
from schemas.errors import ErrorCode, HubError

_log = structlog.get_logger()

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Page = Callable[[web.Request, web.Response], web.Response]

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
#: Under this name a request keeps its number.
NUMBER = web.RequestKey("number", str)
#: SQLSTATE classes that say "not now": connection, resources, an operator's or a timeout's intervention.
_NOT_NOW = ("08", "53", "57")


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Signal handler for `Application.on_response_prepare`; what a handler has set itself stays."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.popall(hdrs.SERVER, None)
    if number := request.get(NUMBER):
        response.headers["X-Request-Id"] = number


def make(registry: CollectorRegistry, page: Page) -> Middleware:
    """Return the one middleware. It accepts no request number from outside and never logs a body or a token.

    `page` tells people who came by a browser what programs are told as problem+json.
    """
    durations = Histogram("gongbu_request_seconds", "Time to answer", ["method", "route", "status"], registry=registry)

    @web.middleware
    async def around(request: web.Request, handler: Handler) -> web.StreamResponse:
        number = request[NUMBER] = uuid4().hex
        began = time.perf_counter()
        response = await _answered(request, handler, number, page)
        seconds = time.perf_counter() - began
        method = request.method if request.method in hdrs.METH_ALL else "other"
        durations.labels(method, _route(request), str(response.status)).observe(seconds)
        _log.info(
            "staff.request",
            request=number,
            method=method,
            path=request.path[:200],
            status=response.status,
            seconds=round(seconds, 4),
        )
        return response

    return around


async def _answered(request: web.Request, handler: Handler, number: str, page: Page) -> web.StreamResponse:
    try:
        _same_origin(request)
        return await handler(request)
    except Exception as error:  # noqa: BLE001 - the last door: nothing leaves without being told properly
        if isinstance(error, web.HTTPMethodNotAllowed):
            error = problems.OtherMethodError(error.allowed_methods)
        elif _is_passing(error):
            _log.error("staff.unavailable", request=number, reason=type(error).__name__)
            error = HubError(ErrorCode.UNAVAILABLE, detail="数据库无应答")
        response = problems.answer(error, number)
        if response.status == HTTPStatus.INTERNAL_SERVER_ERROR:
            _log.error("staff.internal", request=number, exc_info=error)
        return page(request, response) if _is_a_browser(request) else response


def _is_a_browser(request: web.Request) -> bool:
    return "text/html" in request.headers.get(hdrs.ACCEPT, "") and not request.path.startswith("/api/")


def _same_origin(request: web.Request) -> None:
    """Tokens are no cookies, so no browser adds them; whoever lets a page of another site ask is refused anyway."""
    origin = request.headers.get(hdrs.ORIGIN)
    # Compared as text: what is no address at all belongs to no site of ours either.
    if origin is not None and origin.partition("://")[2] != request.host:
        raise problems.ForeignOriginError


def _is_passing(error: Exception) -> bool:
    """Whether the store, or the way to it, is what failed."""
    if isinstance(error, DBAPIError):
        state = str(getattr(error.orig, "sqlstate", "") or "")
        return isinstance(error, (OperationalError, InterfaceError)) or state.startswith(_NOT_NOW)
    return isinstance(error, (PoolTimeoutError, OSError))


def _route(request: web.Request) -> str:
    resource = request.match_info.route.resource
    return resource.canonical if resource else "unmatched"
