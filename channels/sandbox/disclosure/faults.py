"""Trouble on command: what a platform, or a gateway before it, may do to its callers. For tests and chaos runs."""

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from aiohttp import web
from aiohttp.typedefs import Handler

from channels.sandbox.disclosure.refusal import RefusedError

Name = Literal["drop_reply", "delay", "http", "html200", "garbage", "close", "endless"]
ENDLESS_SECONDS = 60.0


@dataclass
class Fault:
    """One trouble that is still to come. `path` is a prefix; an empty `method` means any."""

    fault: Name
    path: str = "/"
    method: str = ""
    times: int = 1
    seconds: float = 1.0  #: of a delay
    status: int = 500  #: of `http`
    retry_after: str = ""
    carried_out: bool = False  #: whether the call is carried out before its answer is spoilt


@dataclass
class Faults:
    """The troubles that wait, first come first served."""

    waiting: list[Fault] = field(default_factory=list)

    def add(self, body: bytes) -> None:
        """Add one from JSON. Raises RefusedError(400)."""
        try:
            fault = Fault(**json.loads(body))
        except (ValueError, TypeError) as error:
            raise RefusedError(400, "malformed", "故障描述不是约定的格式。") from error
        if fault.fault not in get_args(Name):
            raise RefusedError(400, "malformed", "没有这种故障。")
        self.waiting.append(fault)

    def next(self, request: web.Request) -> Fault | None:
        """Return the trouble that hits this request, one time fewer left."""
        for fault in self.waiting:
            if fault.times > 0 and request.path.startswith(fault.path) and fault.method in {"", request.method}:
                fault.times -= 1
                return fault
        return None


async def afflict(fault: Fault, request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer the request as the trouble has it."""
    if fault.fault == "delay":
        await asyncio.sleep(fault.seconds)
        return await handler(request)
    if fault.carried_out or fault.fault == "drop_reply":
        await handler(request)
    if fault.fault in {"drop_reply", "close"}:
        return _hang_up(request)
    if fault.fault == "endless":
        return await _endless(request)
    return _spoilt(fault)


def _spoilt(fault: Fault) -> web.Response:
    if fault.fault == "html200":
        return web.Response(text="<html><body>请先登录</body></html>", content_type="text/html")
    if fault.fault == "garbage":
        return web.Response(body=b'{"receipt": "\xff\xfe', content_type="application/json")
    headers = {"Retry-After": fault.retry_after} if fault.retry_after else {}
    return web.Response(status=fault.status, text="upstream error", headers=headers)


def _hang_up(request: web.Request) -> web.Response:
    if request.transport:
        request.transport.abort()
    return web.Response()


async def _endless(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    chunk: Any = b"0" * 65_536
    try:
        async with asyncio.timeout(ENDLESS_SECONDS):
            while True:
                await response.write(chunk)
    except (TimeoutError, ConnectionError):
        return response
