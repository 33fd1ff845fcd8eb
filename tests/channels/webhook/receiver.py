"""A partner's system: takes signed messages, keeps each id once, and makes public pages of them. It can misbehave."""

import base64
import hashlib
import hmac
import time
from collections import Counter
from dataclasses import dataclass, field
from html import escape
from typing import Any

from aiohttp import web

ROOT_KEY = bytes(range(32))
SECRET = f"whsec_{base64.b64encode(ROOT_KEY).decode()}"
OTHER = f"whsec_{base64.b64encode(bytes(range(1, 33))).decode()}"
#: The test of Standard Webhooks allows five minutes.
WINDOW_SECONDS = 300


@dataclass
class Fault:
    """What happens to the next messages instead."""

    status: int = 0  #: answered with; 0 for none
    headers: dict[str, str] = field(default_factory=dict)
    lost: bool = False  #: taken, and the connection ends without an answer
    late: bool = False  #: taken, but answered with the status all the same


@dataclass
class Receiver:
    """Everything that it has."""

    key: bytes = ROOT_KEY
    deduplicates: bool = True
    names_pages: bool = True  #: in its answers; else only where it is asked
    status: int = 0  #: what its status address answers instead
    base: str = ""
    faults: list[Fault] = field(default_factory=list)
    got: list[tuple[str, dict[str, Any]]] = field(default_factory=list)  #: (id, message) as often as they came
    taken: dict[str, dict[str, Any]] = field(default_factory=dict)  #: id → its answer
    pages: dict[str, str] = field(default_factory=dict)  #: path → page
    made: Counter[str] = field(default_factory=Counter)  #: path → how often it was published
    seen: list[dict[str, str]] = field(default_factory=list)  #: headers of messages

    def app(self) -> web.Application:
        app = web.Application(client_max_size=20_000_000)
        app.router.add_post("/hook", self._take)
        app.router.add_get("/status", self._status)
        app.router.add_get("/hook", self._idle)
        app.router.add_get("/pages/{name}", self._page)
        return app

    async def _take(self, request: web.Request) -> web.Response:
        body = await request.read()
        if not self._is_signed(request, body):
            return web.json_response({"message": "bad signature"}, status=401)
        identity = request.headers["webhook-id"]
        self.seen.append(dict(request.headers))
        fault = self.faults.pop(0) if self.faults else Fault()
        if fault.status and not fault.late:
            return web.json_response({"message": "今天不收"}, status=fault.status, headers=fault.headers)
        message = await request.json()
        self.got.append((identity, message))
        if identity not in self.taken or not self.deduplicates:
            self.taken[identity] = self._publish(identity, message)
        if fault.lost:
            assert request.transport is not None
            request.transport.abort()
        if fault.late:
            return web.json_response({}, status=fault.status)
        return web.json_response(self.taken[identity] if self.names_pages else {"id": identity}, status=202)

    async def _status(self, request: web.Request) -> web.Response:
        if self.status:
            return web.json_response({}, status=self.status)
        if not self._is_signed(request, b""):
            return web.json_response({"message": "bad signature"}, status=401)
        known = self.taken.get(request.query.get("id", ""))
        return web.json_response(known or {"message": "unknown id"}, status=200 if known else 404)

    async def _idle(self, _request: web.Request) -> web.Response:
        return web.Response(status=405)

    async def _page(self, request: web.Request) -> web.Response:
        page = self.pages.get(request.match_info["name"])
        return web.Response(text=page or "", status=200 if page else 404, content_type="text/html")

    def _is_signed(self, request: web.Request, body: bytes) -> bool:
        try:
            identity, at = request.headers["webhook-id"], request.headers["webhook-timestamp"]
            signatures = request.headers["webhook-signature"].split(" ")
        except KeyError:
            return False
        mac = hmac.new(self.key, b".".join((identity.encode(), at.encode(), body)), hashlib.sha256).digest()
        wanted = f"v1,{base64.b64encode(mac).decode()}"
        return wanted in signatures and abs(time.time() - int(at)) < WINDOW_SECONDS

    def _publish(self, identity: str, message: dict[str, Any]) -> dict[str, Any]:
        data = message["data"]
        places: dict[str, str] = {}
        for one in data["documents"]:
            name = f"{data['release']}-{one['name']}.html"
            places[one["name"]] = f"{self.base}/pages/{name}"
            self.pages[name] = _page(message["type"], one, data["standing"])
            self.made[name] += message["type"] == "release.published"
        return {"id": f"n-{identity[:8]}", "state": "published", "addresses": places}


def _page(kind: str, one: dict[str, Any], said: dict[str, str] | None) -> str:
    day = "{}年{}月{}日".format(*map(int, said["since"].split("-"))) if said else ""
    told = f"<p>{escape(said['sentence'])}{escape(said['reason'])}{day}{escape(said['successor'])}</p>" if said else ""
    body = "" if kind == "release.withdrawn" else one["body"]
    title = escape(one["shown_title"])
    return (
        f"<html><head><title>x</title></head><body><nav>首页</nav><h1>{title}</h1>{told}<div>{body}</div></body></html>"
    )
