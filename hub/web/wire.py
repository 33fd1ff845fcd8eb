"""Below the applications: one connection. Tells even those who do not speak HTTP properly what is wrong.

aiohttp itself answers here in English plain text, names its version and writes a trace to the log for every stray byte.
"""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from uuid import uuid4

import structlog
from aiohttp import hdrs, web
from aiohttp.http_exceptions import HttpProcessingError

from hub.web import problems
from schemas.errors import ErrorCode, HubError

_log = structlog.get_logger()

#: Bounds an idle connection, and also the time that the first request's head may take.
IDLE_SECONDS = 75.0
#: From what went wrong, and the request's number, to the answer.
Tell = Callable[[web.BaseRequest, HubError, str], web.Response]
#: Under this an application keeps its own; without one a problem is told (RFC 9457).
TELL = web.AppKey[Tell]("tell")


class Wire(web.RequestHandler):
    """One connection of either application."""

    __slots__ = ("_tell",)

    def __init__(self, manager: web.Server, *, tell: Tell | None = None, **more: Any) -> None:
        super().__init__(manager, **more)
        self._tell = tell or _problem

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,  # noqa: ARG002 - it repeats what came from outside
    ) -> web.StreamResponse:
        """Answer what never reached an application, or what one of them let through; the connection ends with it."""
        number = uuid4().hex
        if request.writer.output_size > 0:
            # Part of an answer is out: a second one in its middle would be read as its content.
            raise ConnectionError
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            _log.error("wire.internal", request=number, exc_info=exc)
            return _closing(self._tell(request, HubError(ErrorCode.INTERNAL, request=number), number))
        _log.info("wire.refused", request=number, reason=type(exc).__name__)
        detail = "网址或请求头过长，或不符合 HTTP 规范"
        return _closing(self._tell(request, HubError(ErrorCode.UNREADABLE, detail=detail), number))

    def log_exception(self, *args: Any, **kwargs: Any) -> None:
        """A body that breaks off while it is thrown away is no fault of ours: told in a line, without a trace."""
        error = kwargs.get("exc_info")
        if isinstance(error, (HttpProcessingError, web.PayloadAccessError, web.RequestPayloadError)):
            _log.info("wire.broken_body", reason=type(error).__name__)
        else:
            _log.error("wire.failed", what=str(args[0]) if args else "", exc_info=error)

    async def finish_response(
        self, request: web.BaseRequest, resp: web.StreamResponse, start_time: float | None
    ) -> tuple[web.StreamResponse, bool]:
        """Send the answer. An unknown Expect is refused before any middleware sees the request, so it is told here."""
        if isinstance(resp, web.HTTPExpectationFailed):
            detail = "不支持请求头 Expect 的这个值"
            resp = _closing(self._tell(request, HubError(ErrorCode.UNREADABLE, detail=detail), uuid4().hex))
        return await super().finish_response(request, resp, start_time)


class _Last(web.Response):
    """The last answer on its connection. No application is asked of it, so nobody else takes the banner off."""

    async def _prepare_headers(self) -> None:
        await super()._prepare_headers()
        self.headers.popall(hdrs.SERVER, None)


def _problem(_request: web.BaseRequest, error: HubError, number: str) -> web.Response:
    return problems.answer(error, number)


def _closing(told: web.Response) -> web.Response:
    last = _Last(status=told.status, body=told.body, headers=told.headers)
    last.force_close()
    return last
