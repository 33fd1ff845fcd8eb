"""Calls a day and a minute, as a newly registered account has them (developers.weixin.qq.com: 接口调用频次限制)."""

import time
from collections import deque
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from channels.sandbox.wechat.book import Book
from channels.sandbox.wechat.options import Options
from channels.sandbox.wechat.replies import Refusal

PER_DAY: Mapping[str, int] = {
    "/cgi-bin/token": 2_000,
    "/cgi-bin/stable_token": 500_000,
    "/cgi-bin/material/add_material": 100_000,
    "/cgi-bin/draft/add": 1_000,
    "/cgi-bin/draft/get": 500,
    "/cgi-bin/draft/update": 1_000,
    "/cgi-bin/draft/delete": 1_000,
    "/cgi-bin/draft/batchget": 1_000,
    "/cgi-bin/draft/count": 1_000,
    "/cgi-bin/freepublish/submit": 100,
    "/cgi-bin/freepublish/get": 100,
    "/cgi-bin/freepublish/getarticle": 100,
    "/cgi-bin/freepublish/batchget": 100,
    "/cgi-bin/freepublish/delete": 10,
    "/cgi-bin/message/mass/sendall": 100,
}
NO_FIGURE = 1_000_000
MINUTE = 60.0


class Quota:
    """Counts by day in Beijing and by sliding minute."""

    def __init__(self, options: Options, book: Book) -> None:
        self._options = options
        self._book = book
        self._recent: dict[str, deque[float]] = {}

    def spend(self, path: str) -> None:
        """Count one call. Raises Refusal(45009 or 45011) for one too many."""
        if self.used(path) >= self.limit(path):
            raise Refusal(45009, "reach max api daily quota limit")
        recent = self._recent.setdefault(path, deque())
        now = time.monotonic()
        while recent and now - recent[0] > MINUTE:
            recent.popleft()
        if self._options.calls_per_minute and len(recent) >= self._options.calls_per_minute:
            raise Refusal(45011, "api minute-quota reach limit, must slower, retry next minute")
        recent.append(now)
        self._book.write("called", path=path, day=today())

    def used(self, path: str) -> int:
        return self._book.state.days[f"{today()} {path}"]

    def limit(self, path: str) -> int:
        return self._options.quotas.get(path, PER_DAY.get(path, NO_FIGURE))


def today() -> str:
    """The day in Beijing; its end at midnight is an assumption, the page does not say."""
    return f"{datetime.now(UTC) + timedelta(hours=8):%Y-%m-%d}"
