"""The platform's own time in which a mass send reaches people or does not, and the administrator's word on it."""

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any

from channels.sandbox.wechat.book import Article, Book
from channels.sandbox.wechat.options import Options

SUCCESS = "send success"
REFUSED, SILENT = "err(40001)", "err(40002)"
#: Counts are made up: they are approximate on the platform, too.
FOLLOWERS = 4


class Sends:
    """Mass sends under way. They are in the book, so a restart takes them up again."""

    def __init__(self, options: Options, book: Book, tell: Callable[[int], Awaitable[None]]) -> None:
        self._options = options
        self._book = book
        self._tell = tell
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self, msg_id: int, early: bool) -> None:  # noqa: FBT001 - the port's shape
        """Begin; with `early` people and the event have it before the call is answered."""
        if early:
            self._finish(msg_id)
            await self._tell(msg_id)
        else:
            self._take(self._run(msg_id))

    async def resume(self) -> None:
        """Take up what a killed process left."""
        for msg_id, send in list(self._book.state.sends.items()):
            if send["status"] == "SENDING":
                self._take(self._run(msg_id))

    async def stop(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def answer(self, msg_id: int, *, agrees: bool) -> None:
        """The administrator's word. Raises KeyError when nothing waits for it."""
        if not self._book.state.sends[msg_id]["waits"]:
            raise KeyError(msg_id)
        if agrees:
            self._book.write("confirmed", msg_id=msg_id)
        else:
            self._book.write("unsent", msg_id=msg_id, word=REFUSED)
            self._take(self._tell(msg_id))

    async def _run(self, msg_id: int) -> None:
        send = self._book.state.sends[msg_id]
        until = send["at"] + self._options.confirm_seconds
        while send["waits"]:
            if time.time() >= until:
                self._book.write("unsent", msg_id=msg_id, word=SILENT)
                await self._tell(msg_id)
            await asyncio.sleep(0.02)
        if send["status"] != "SENDING":
            return
        await asyncio.sleep(self._options.publish_delay_seconds)
        self._finish(msg_id)
        await self._tell(msg_id)

    def _finish(self, msg_id: int) -> None:
        """Turn the send into articles that are in no list, or into a failure."""
        send = self._book.state.sends[msg_id]
        if send["verdict"] != SUCCESS:
            self._book.write("unsent", msg_id=msg_id, word=send["verdict"])
            return
        urls = [f"{send['base']}/s/{secrets.token_urlsafe(16)}" for _ in send["items"]]
        items = [{**one, "url": url, "is_deleted": False} for one, url in zip(send["items"], urls, strict=True)]
        article = Article(
            article_id=secrets.token_urlsafe(48),
            publish_id=0,
            media_id=send["media_id"],
            items=items,
            urls=urls,
            created=int(time.time()),
            msg_id=msg_id,
        )
        self._book.write("published", article=asdict(article))

    def _take(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def result(book: Book, msg_id: int) -> dict[str, Any]:
    """Return what MASSSENDJOBFINISH says of a send."""
    send = book.state.sends[msg_id]
    is_sent = send["status"] == "SEND_SUCCESS"
    word = SUCCESS if is_sent else send["word"]
    urls = book.state.articles[send["article_id"]].urls if is_sent else []
    is_reprint = word == "err(30003)"
    judged = [{"ArticleIdx": 1, "UserDeclareState": 0, "AuditState": 2, "CanReprint": 0}] if is_reprint else []
    return {
        "MsgID": msg_id,
        "Status": word,
        "TotalCount": FOLLOWERS,
        "FilterCount": FOLLOWERS,
        "SentCount": FOLLOWERS if is_sent else 0,
        "ErrorCount": 0,
        "CopyrightCheckResult": {
            "Count": len(judged),
            "ResultList": {"item": judged},
            "CheckState": 3 if is_reprint else 1,
        },
        "ArticleUrlResult": {
            "Count": len(urls),
            "ResultList": {"item": [{"ArticleIdx": n, "ArticleUrl": url} for n, url in enumerate(urls, 1)]},
        },
    }
