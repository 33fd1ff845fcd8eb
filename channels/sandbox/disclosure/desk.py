"""The platform's own people, and its bad days: doors that no real platform has, for tests and demonstrations."""

import json
from collections import deque

from aiohttp import web

from channels.sandbox.disclosure.book import Book
from channels.sandbox.disclosure.callback import Caller
from channels.sandbox.disclosure.faults import Faults
from channels.sandbox.disclosure.refusal import RefusedError


class Desk:
    """Where somebody plays reviewer, administrator or misfortune."""

    def __init__(self, book: Book, faults: Faults, caller: Caller, verdicts: deque[dict[str, str]]) -> None:
        self._book = book
        self._faults = faults
        self._caller = caller
        self._verdicts = verdicts

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/sandbox/faults", self.add_fault),
            web.delete("/sandbox/faults", self.withdraw_faults),
            web.get("/sandbox/faults", self.show_faults),
            web.post("/sandbox/verdicts", self.add_verdict),
            web.post("/sandbox/confirm/{key:[0-9a-f]{32}}", self.confirm),
            web.delete(r"/sandbox/records/{number:\d{1,16}}", self.remove),
            web.get("/sandbox/book", self.show_book),
        ]

    async def add_fault(self, request: web.Request) -> web.StreamResponse:
        self._faults.add(await request.read())
        return web.Response(status=204)

    async def withdraw_faults(self, _request: web.Request) -> web.StreamResponse:
        self._faults.waiting.clear()
        return web.Response(status=204)

    async def show_faults(self, _request: web.Request) -> web.StreamResponse:
        waiting = sum(fault.times > 0 for fault in self._faults.waiting)
        return web.json_response({"waiting": waiting, "struck": self._faults.struck})

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
            self._book.confirm(key)
        except KeyError:
            raise RefusedError(404, "unknown_key", "没有待确认的报文。") from None
        self._caller.tell("published", key, self._book.answer(key))
        return web.Response(status=204)

    async def remove(self, request: web.Request) -> web.StreamResponse:
        """Take a record down, long after, as the platform may."""
        try:
            key = self._book.remove(request.match_info["number"])
        except KeyError:
            raise RefusedError(404, "unknown_record", "没有这条记录。") from None
        self._caller.tell("removed", key, self._book.answer(key))
        return web.Response(status=204)

    async def show_book(self, _request: web.Request) -> web.StreamResponse:
        return web.json_response(self._book.state)
