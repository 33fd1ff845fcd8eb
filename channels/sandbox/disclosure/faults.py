"""Trouble on command: what a platform, or a gateway before it, may do to its callers. For tests and chaos runs."""

import asyncio
import json
import time
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from aiohttp import web
from aiohttp.typedefs import Handler

from channels.sandbox import wire
from channels.sandbox.disclosure.refusal import RefusedError

Name = Literal[
    "drop_reply",
    "delay",
    "late_reply",
    "http",
    "html200",
    "garbage",
    "close",
    "endless",
    "twice",
    "too_short",
    "too_long",
]


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
    within: float = 0.0  #: seconds after which it strikes no more; 0 for never
    ordered: float = field(default_factory=time.monotonic, init=False)

    def hits(self, method: str, path: str) -> bool:
        is_over = self.within > 0 and time.monotonic() - self.ordered > self.within
        return self.times > 0 and path.startswith(self.path) and self.method in {"", method} and not is_over


@dataclass
class Faults:
    """The troubles that wait, first come first served, and those that struck."""

    waiting: list[Fault] = field(default_factory=list)
    struck: list[dict[str, Any]] = field(default_factory=list)

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
            if fault.hits(request.method, request.path):
                fault.times -= 1
                self.struck.append({"fault": fault.fault, "path": request.path, "at": time.time()})
                return fault
        return None


async def afflict(fault: Fault, request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer the request as the trouble has it."""
    if fault.fault == "delay":
        await asyncio.sleep(fault.seconds)
        return await handler(request)
    if fault.fault in AFTER or fault.carried_out:
        return await _misspoken(fault, request, await handler(request))
    return await _misspoken(fault, request, None)


#: These spoil the answer of a call that was carried out, whatever `carried_out` says.
AFTER = frozenset({"drop_reply", "late_reply", "twice", "too_short", "too_long"})


async def _misspoken(fault: Fault, request: web.Request, answer: web.StreamResponse | None) -> web.StreamResponse:
    if answer is not None and (spoil := wire.SPOILT.get(fault.fault)):
        return spoil(request, answer)
    match fault.fault:
        case "late_reply":
            await asyncio.sleep(fault.seconds)
            return answer if answer is not None else web.Response()
        case "drop_reply" | "close":
            return wire.hang_up(request)
        case "endless":
            return await wire.endless(request)
        case _:
            return _spoilt(fault)


def _spoilt(fault: Fault) -> web.Response:
    if fault.fault == "html200":
        return web.Response(text="<html><body>请先登录</body></html>", content_type="text/html")
    if fault.fault == "garbage":
        return web.Response(body=b'{"receipt": "\xff\xfe', content_type="application/json")
    headers = {"Retry-After": fault.retry_after} if fault.retry_after else {}
    return web.Response(status=fault.status, text="upstream error", headers=headers)
