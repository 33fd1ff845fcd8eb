"""What people and the platform do by themselves, on command: confirm a mass send or not, delete or ban an article."""

from collections.abc import Mapping
from typing import Any

from channels.sandbox.wechat.book import Article, Book
from channels.sandbox.wechat.sends import Sends

WAYS = frozenset({"deleted", "banned"})


def remove(book: Book, wanted: Mapping[str, Any]) -> None:
    """Take an article away: `{"url" | "article_id": …, "how": "deleted" | "banned", "index": 0}`.

    `url` may be any of a draft's; 0 means all of its articles, and a ban is always of all. Raises ValueError.
    """
    how, index = wanted.get("how", "deleted"), wanted.get("index", 0)
    one = _find(book, wanted)
    if how not in WAYS or not isinstance(index, int) or not 0 <= index <= len(one.items):
        raise ValueError("no such way, or no such index")
    if how == "banned":
        book.write("banned", article_id=one.article_id)
    else:
        book.write("article_deleted", article_id=one.article_id, index=index)


def confirm(sends: Sends, wanted: Mapping[str, Any]) -> None:
    """Give the administrator's word: `{"msg_id": …, "agrees": true | false}`. Raises ValueError."""
    try:
        sends.answer(int(wanted["msg_id"]), agrees=wanted.get("agrees") is True)
    except (KeyError, TypeError):
        raise ValueError("nothing waits for a confirmation") from None


def _find(book: Book, wanted: Mapping[str, Any]) -> Article:
    for one in book.state.articles.values():
        if wanted.get("article_id") == one.article_id or wanted.get("url") in one.urls:
            return one
    raise ValueError("no such article")
