"""The interface of the platform: signed requests for columns, files and records."""

import hashlib
import re
from collections import deque

from aiohttp import web

from channels.sandbox.disclosure import intake, signature
from channels.sandbox.disclosure.book import Book
from channels.sandbox.disclosure.callback import Caller
from channels.sandbox.disclosure.options import Options
from channels.sandbox.disclosure.refusal import RefusedError

MAX_PACKAGE_BYTES = 10_000_000
KEY = re.compile("[0-9a-f]{32}")


class Interface:
    """What programs of bureaus may ask. `verdicts` are the reviewers', on the packages to come."""

    def __init__(self, options: Options, book: Book, caller: Caller, verdicts: deque[dict[str, str]]) -> None:
        self._options = options
        self._book = book
        self._caller = caller
        self._verdicts = verdicts

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/api/columns/{code}", self.column),
            web.head("/api/files/{sha256:[0-9a-f]{64}}", self.has_file),
            web.put("/api/files/{sha256:[0-9a-f]{64}}", self.put_file),
            web.put("/api/records/{key}", self.put_records),
            web.get("/api/records/{key}", self.get_records),
        ]

    async def column(self, request: web.Request) -> web.StreamResponse:
        await self._signed(request)
        code = request.match_info["code"]
        if code not in intake.COLUMNS:
            raise RefusedError(404, "unknown_column", "没有这个栏目。")
        return web.json_response({"code": code, "name": intake.COLUMNS[code]})

    async def has_file(self, request: web.Request) -> web.StreamResponse:
        await self._signed(request)
        return web.Response(status=200 if request.match_info["sha256"] in self._book.state["files"] else 404)

    async def put_file(self, request: web.Request) -> web.StreamResponse:
        body = await self._signed(request)
        if hashlib.sha256(body).hexdigest() != request.match_info["sha256"]:
            raise RefusedError(422, "digest_mismatch", "文件内容与摘要不符。")
        is_new = request.match_info["sha256"] not in self._book.state["files"]
        self._book.put_file(body)
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
        verdict = self._verdicts[0] if self._verdicts and not self._book.knows(key) else {}
        is_new, answer = self._book.take(key, body, visible_after=delay, public_base=base, verdict=verdict)
        if is_new:
            if self._verdicts:
                self._verdicts.popleft()
            if verdict.get("verdict") != "held":
                event = "returned" if verdict else "published"
                self._caller.tell(event, key, answer, reason=verdict.get("reason", ""), after=delay)
        return web.json_response(answer, status=201 if is_new else 200)

    async def get_records(self, request: web.Request) -> web.StreamResponse:
        await self._signed(request)
        try:
            key = request.match_info["key"]
            return web.json_response(self._book.answer(key) | self._book.standing(key))
        except KeyError:
            raise RefusedError(404, "unknown_key", "没有收到过这个编号的报文。") from None

    async def _signed(self, request: web.Request) -> bytes:
        body = await request.read()
        signature.check(request, body, self._options)
        return body
