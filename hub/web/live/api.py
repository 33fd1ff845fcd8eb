"""The frame of the open data: what every answer there has in common. Read-only, for anybody, from anywhere."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from http import HTTPStatus
from urllib.parse import urlencode
from uuid import uuid4

import structlog
from aiohttp import hdrs, web
from pydantic import BaseModel
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from hub.commands.searching import TooLongError
from hub.web import coding, problems
from hub.web.keys import HUB, URL
from hub.web.live import queries
from hub.web.live.queries import Query
from hub.web.tree import REVALIDATE
from schemas.errors import ErrorCode, HubError
from schemas.release import Frozen

_log = structlog.get_logger()

#: Everything below it answers programs, in what they read: also what is refused.
ROOT = "/api/public"
BASE = f"{ROOT}/v1"
JSON = "application/json"
METHODS = ("GET", "HEAD", "OPTIONS")
#: Any page of any site may read what is here: it is public, and no cookie is ever looked at.
CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Link, Retry-After",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
_PREFLIGHT = CORS | {
    "Access-Control-Allow-Methods": ", ".join(METHODS),
    "Access-Control-Allow-Headers": "If-None-Match",
    "Access-Control-Max-Age": "86400",
    "Allow": ", ".join(METHODS),
}


@dataclass(frozen=True)
class Ask:
    """One request, read and checked."""

    engine: AsyncEngine
    url: str  #: the site's, without a trailing slash
    request: web.Request
    query: Frozen
    parts: Mapping[str, str] = field(default_factory=dict)

    @property
    def release(self) -> int:
        """The number in the path."""
        return int(self.parts["release"])

    def asked(self, model: type[Query]) -> Query:
        """The query that the endpoint takes."""
        assert isinstance(self.query, model)  # noqa: S101 - the frame has read it as such
        return self.query

    def link(self, path: str) -> str:
        """The full address of something in the API."""
        return f"{self.url}{BASE}{path}"

    def again(self, path: str, **changes: object) -> str:
        """The full address of the same question with something changed; what is None goes."""
        given = self.query.model_dump(mode="json", exclude_none=True, exclude_defaults=True) | changes
        return self.link(path) + "?" + urlencode({name: value for name, value in given.items() if value is not None})


@dataclass(frozen=True)
class Endpoint:
    """One address: what is served, and all that the OpenAPI document says of it."""

    path: str  #: below `BASE`, as aiohttp writes it
    handler: Callable[[Ask], Awaitable[BaseModel | bytes]]
    summary: str
    gives: type[BaseModel] | None  #: None for the OpenAPI document
    query: type[Frozen] | None = None

    @property
    def can_miss(self) -> bool:
        """Whether it names something that may not be there."""
        return "{" in self.path


def routes(endpoints: tuple[Endpoint, ...]) -> list[web.RouteDef]:
    """All of them; what is none of them is refused as a problem too."""
    every: list[web.RouteDef] = []
    for one in endpoints:
        every += (web.get(BASE + one.path, _handled(one)), web.route("*", BASE + one.path, _other))
    return [*every, web.route("*", ROOT, _nowhere), web.route("*", ROOT + "/{path:.*}", _nowhere)]


def too_often(seconds: int) -> web.Response:
    """The answer to whoever asks faster than the limit lets it."""
    return _refused(problems.TooOftenError(seconds))


def _handled(endpoint: Endpoint) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            query = queries.strict(request, endpoint.query or _Nothing)
            app = request.app
            ask = Ask(app[HUB].engine, app[URL], request, query, request.match_info)
            return _answer(request, await endpoint.handler(ask))
        except Exception as error:  # noqa: BLE001 - the last door: nothing leaves without being told properly
            return _refused(error)

    return handle


class _Nothing(Frozen):
    """A query that must be empty."""


def _answer(request: web.Request, given: BaseModel | bytes) -> web.Response:
    body = given if isinstance(given, bytes) else given.model_dump_json().encode()
    etag = sha256(body).hexdigest()[:32]
    said = {**CORS, "ETag": f'"{etag}"', "Cache-Control": REVALIDATE}
    if any(tag.value in {etag, "*"} for tag in request.if_none_match or ()):
        return web.Response(status=HTTPStatus.NOT_MODIFIED, headers=said)
    return coding.answer(request, body, status=HTTPStatus.OK, headers={"Content-Type": JSON, **said})


def _refused(error: Exception) -> web.Response:
    number = uuid4().hex
    if isinstance(error, TooLongError):
        error = HubError(ErrorCode.UNAVAILABLE, detail="查找用时过长，请增加条件")
    elif isinstance(error, (SQLAlchemyError, OSError)):
        _log.error("open_data.unavailable", request=number, reason=type(error).__name__)
        error = HubError(ErrorCode.UNAVAILABLE, detail="数据库无应答")
    response = problems.answer(error, number)
    if response.status == HTTPStatus.INTERNAL_SERVER_ERROR:
        _log.error("open_data.internal", request=number, exc_info=error)
    response.headers.update({**CORS, "Cache-Control": "no-store"})
    return response


async def _other(request: web.Request) -> web.Response:
    if request.method == hdrs.METH_OPTIONS:
        return web.Response(status=HTTPStatus.NO_CONTENT, headers=_PREFLIGHT)
    return _refused(problems.OtherMethodError(set(METHODS)))


async def _nowhere(_request: web.Request) -> web.Response:
    return _refused(web.HTTPNotFound())
