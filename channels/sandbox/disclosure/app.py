"""The sandbox as an aiohttp application: the interface, the public pages, and the two doors of the sandbox itself."""

import asyncio
import functools
import hashlib
import json
import re
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler

from channels.sandbox.disclosure import faults, intake, pages, signature
from channels.sandbox.disclosure.book import Book
from channels.sandbox.disclosure.callback import Caller
from channels.sandbox.disclosure.options import Options
from channels.sandbox.disclosure.refusal import RefusedError

MAX_BODY_BYTES = 60_000_000
MAX_PACKAGE_BYTES = 10_000_000
KEY = re.compile("[0-9a-f]{32}")
#: No script, nothing from elsewhere: a body that slipped through every pass still could do nothing.
POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'"
STYLE = web.AppKey("STYLE", str)


class Sandbox:
    """The handlers around one book."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self.book = Book(options.book)
        self.faults = faults.Faults()
        self.caller = Caller(options)
        self._verdicts: list[dict[str, str]] = []  #: of the reviewers, on the packages to come

    async def column(self, request: web.Request) -> web.StreamResponse:
        await self._signed(request)
        code = request.match_info["code"]
        if code not in intake.COLUMNS:
            raise RefusedError(404, "unknown_column", "没有这个栏目。")
        return web.json_response({"code": code, "name": intake.COLUMNS[code]})

    async def has_file(self, request: web.Request) -> web.StreamResponse:
        await self._signed(request)
        return web.Response(status=200 if request.match_info["sha256"] in self.book.state["files"] else 404)

    async def put_file(self, request: web.Request) -> web.StreamResponse:
        body = await self._signed(request)
        if hashlib.sha256(body).hexdigest() != request.match_info["sha256"]:
            raise RefusedError(422, "digest_mismatch", "文件内容与摘要不符。")
        is_new = request.match_info["sha256"] not in self.book.state["files"]
        self.book.put_file(body)
        return web.Response(status=201 if is_new else 200)

    async def put_records(self, request: web.Request) -> web.StreamResponse:
        body = await self._signed(request)
        key = request.match_info["key"]
        if not KEY.fullmatch(key) or request.headers.get("Idempotency-Key") != key:
            raise RefusedError(400, "malformed", "Idempotency-Key 与地址中的编号不一致。")
        if len(body) > MAX_PACKAGE_BYTES:
            raise RefusedError(413, "too_large", "报文超过 10 MB。")
        base = self._options.public_base or str(request.url.origin())
        delay = self._options.delay_seconds
        verdict = self._verdicts[0] if self._verdicts and not self.book.knows(key) else {}
        is_new, answer = self.book.take(key, body, visible_after=delay, public_base=base, verdict=verdict)
        if is_new:
            self._verdicts = self._verdicts[1:]
            if verdict.get("verdict") != "held":
                event = "returned" if verdict else "published"
                self.caller.tell(event, key, answer, reason=verdict.get("reason", ""), after=delay)
        return web.json_response(answer, status=201 if is_new else 200)

    async def get_records(self, request: web.Request) -> web.StreamResponse:
        await self._signed(request)
        try:
            key = request.match_info["key"]
            return web.json_response(self.book.answer(key) | self.book.standing(key))
        except KeyError:
            raise RefusedError(404, "unknown_key", "没有收到过这个编号的报文。") from None

    async def page(self, request: web.Request) -> web.StreamResponse:
        try:
            return _html(pages.record(self.book.shown(request.match_info["number"]), self.book.number))
        except KeyError:
            return _html(pages.missing(), status=404)

    async def data(self, request: web.Request) -> web.StreamResponse:
        try:
            return web.json_response(self.book.shown(request.match_info["number"]))
        except KeyError:
            raise RefusedError(404, "unknown_record", "没有这条记录。") from None

    async def index(self, request: web.Request) -> web.StreamResponse:
        code = request.match_info.get("code", "statutory")
        return _html(pages.index(self.book.listed(), code))

    async def file(self, request: web.Request) -> web.StreamResponse:
        """Show a file once a record that the public can see needs it, and not before."""
        digest, name = request.match_info["sha256"], request.match_info["name"]
        listed = (one for shown in self.book.listed() for one in (*shown["attachments"], *shown["images"]))
        found = next((one for one in listed if one["sha256"] == digest and one["name"] == name), None)
        if found is None:
            return _html(pages.missing(), status=404)
        # A picture is shown; anything else is only ever downloaded, whatever type the sender claimed.
        media = (
            found["media"] if found["media"] in {"image/png", "image/jpeg", "image/gif"} else "application/octet-stream"
        )
        return web.Response(
            body=self.book.file(digest), content_type=media, headers={"X-Content-Type-Options": "nosniff"}
        )

    async def style(self, request: web.Request) -> web.StreamResponse:
        return web.Response(text=request.app[STYLE], content_type="text/css", charset="utf-8")

    async def add_fault(self, request: web.Request) -> web.StreamResponse:
        self.faults.add(await request.read())
        return web.Response(status=204)

    async def withdraw_faults(self, _request: web.Request) -> web.StreamResponse:
        self.faults.waiting.clear()
        return web.Response(status=204)

    async def show_faults(self, _request: web.Request) -> web.StreamResponse:
        waiting = sum(fault.times > 0 for fault in self.faults.waiting)
        return web.json_response({"waiting": waiting, "struck": self.faults.struck})

    async def add_verdict(self, request: web.Request) -> web.StreamResponse:
        """Have the reviewers return the next package with a reason, or hold it until somebody confirms it."""
        try:
            given = json.loads(await request.read())
            verdict = {"verdict": str(given["verdict"]), "reason": str(given.get("reason", ""))}
        except (ValueError, KeyError, TypeError, AttributeError):
            verdict = {"verdict": ""}
        if verdict["verdict"] not in {"returned", "held"}:
            raise RefusedError(400, "malformed", "审核意见应为 returned 或 held。")
        self._verdicts.append(verdict)
        return web.Response(status=204)

    async def confirm(self, request: web.Request) -> web.StreamResponse:
        """Confirm a held package, as an administrator of the platform would."""
        key = request.match_info["key"]
        try:
            self.book.confirm(key)
        except KeyError:
            raise RefusedError(404, "unknown_key", "没有待确认的报文。") from None
        self.caller.tell("published", key, self.book.answer(key))
        return web.Response(status=204)

    async def remove(self, request: web.Request) -> web.StreamResponse:
        """Take a record down, long after, as the platform may."""
        try:
            key = self.book.remove(request.match_info["number"])
        except KeyError:
            raise RefusedError(404, "unknown_record", "没有这条记录。") from None
        self.caller.tell("removed", key, self.book.answer(key))
        return web.Response(status=204)

    async def show_book(self, _request: web.Request) -> web.StreamResponse:
        return web.json_response(self.book.state)

    async def _signed(self, request: web.Request) -> bytes:
        body = await request.read()
        signature.check(request, body, self._options)
        return body


def make_app(options: Options | None = None) -> web.Application:
    """Return the platform. Its state lives in `options.book`, or in memory."""
    sandbox = Sandbox(options or Options())
    app = web.Application(middlewares=[_middleware(sandbox)], client_max_size=MAX_BODY_BYTES)
    app[STYLE] = pages.style()
    app.router.add_routes(_routes(sandbox))

    async def end(_app: web.Application) -> None:
        await sandbox.caller.close()

    app.on_cleanup.append(end)
    return app


async def run(host: str, port: int, *, options: Options | None = None) -> None:
    """Serve until cancelled."""
    runner = web.AppRunner(make_app(options), access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        await asyncio.Event().wait()
    finally:
        await runner.cleanup()


def _routes(sandbox: Sandbox) -> list[web.RouteDef]:
    return [
        web.get("/api/columns/{code}", sandbox.column),
        web.head("/api/files/{sha256:[0-9a-f]{64}}", sandbox.has_file),
        web.put("/api/files/{sha256:[0-9a-f]{64}}", sandbox.put_file),
        web.put("/api/records/{key}", sandbox.put_records),
        web.get("/api/records/{key}", sandbox.get_records),
        web.get("/", sandbox.index),
        web.get(f"/columns/{{code:{'|'.join(intake.COLUMNS)}}}", sandbox.index),
        web.get(r"/records/{number:\d{1,16}}.html", sandbox.page),
        web.get(r"/records/{number:\d{1,16}}.json", sandbox.data),
        web.get("/files/{sha256:[0-9a-f]{64}}/{name}", sandbox.file),
        web.get("/style.css", sandbox.style),
        web.post("/sandbox/faults", sandbox.add_fault),
        web.delete("/sandbox/faults", sandbox.withdraw_faults),
        web.get("/sandbox/faults", sandbox.show_faults),
        web.post("/sandbox/verdicts", sandbox.add_verdict),
        web.post("/sandbox/confirm/{key:[0-9a-f]{32}}", sandbox.confirm),
        web.delete(r"/sandbox/records/{number:\d{1,16}}", sandbox.remove),
        web.get("/sandbox/book", sandbox.show_book),
    ]


def _middleware(sandbox: Sandbox) -> Any:
    @web.middleware
    async def answer(request: web.Request, handler: Handler) -> web.StreamResponse:
        told = functools.partial(_told, handler)
        fault = None if request.path.startswith("/sandbox/") else sandbox.faults.next(request)
        response = await (faults.afflict(fault, request, told) if fault else told(request))
        sandbox.book.note_call(request.method, request.path, response.status)
        return response

    return answer


async def _told(handler: Handler, request: web.Request) -> web.StreamResponse:
    """Answer a refusal in its own shape."""
    try:
        return await handler(request)
    except RefusedError as error:
        return error.response()


def _html(text: str, *, status: int = 200) -> web.Response:
    headers = {"Content-Security-Policy": POLICY, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
    return web.Response(text=text, status=status, content_type="text/html", charset="utf-8", headers=headers)
