"""Publishing: the API calls, and the platform's own time in which a submission becomes an article or does not."""

import asyncio
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from typing import Any

from channels.sandbox.wechat import faults
from channels.sandbox.wechat.book import Article, Book
from channels.sandbox.wechat.options import Options
from channels.sandbox.wechat.replies import OK, Refusal
from channels.sandbox.wechat.world import Asked, World

PAGE = 20
DONE = 0
DELETED, BANNED = 5, 6
REMOVED = frozenset({DELETED, BANNED})


async def submit(world: World, asked: Asked) -> Mapping[str, Any]:
    """Take a draft. A second submission while the first is under way publishes it twice: nothing says it would not."""
    _verified(world)
    media_id = asked.text("media_id")
    draft = world.book.state.drafts.get(media_id)
    if draft is None:
        raise Refusal(40007, "invalid media_id")
    publish_id = world.book.next_number()
    wrong = world.faults.take(asked.path, faults.JOB)
    verdict = wrong.status if wrong else DONE
    job = {"media_id": media_id, "items": draft["news_item"], "base": asked.base, "verdict": verdict, "at": time.time()}
    world.book.write("submitted", publish_id=publish_id, **job)
    early = world.faults.take(asked.path, frozenset({"early_event"})) is not None
    await world.start(publish_id, early)
    return {**OK, "publish_id": publish_id}


async def get(world: World, asked: Asked) -> Mapping[str, Any]:
    _verified(world)
    number = asked.text("publish_id")
    if not number.isdecimal() or int(number) not in world.book.state.jobs:
        raise Refusal(53502, "Publish ID invalid")
    return result(world.book, int(number))


async def getarticle(world: World, asked: Asked) -> Mapping[str, Any]:
    return _content(_known(world, asked))


async def batchget(world: World, asked: Asked) -> Mapping[str, Any]:
    _verified(world)
    offset, count = asked.number("offset", 0, 10**9), asked.number("count", 1, PAGE)
    everything = [one for one in reversed(world.book.state.articles.values()) if not one.msg_id]
    items = [{"article_id": one.article_id, "content": _content(one)} for one in everything[offset : offset + count]]
    return {"total_count": len(everything), "item_count": len(items), "item": items}


async def delete(world: World, asked: Asked) -> Mapping[str, Any]:
    article = _known(world, asked)
    index = asked.number("index", 0, len(article.items), default=0)
    world.book.write("article_deleted", article_id=article.article_id, index=index)
    return OK


def result(book: Book, publish_id: int) -> dict[str, Any]:
    """Return what freepublish/get and the event say of a job."""
    job = book.state.jobs[publish_id]
    status = later(book, job)
    if status in REMOVED:
        return {"publish_id": publish_id, "publish_status": status, "fail_idx": []}
    if status == DONE:
        article = book.state.articles[job["article_id"]]
        item = [{"idx": n, "article_url": url} for n, url in enumerate(article.urls, 1)]
        detail = {"count": len(item), "item": item}
        rest: dict[str, Any] = {"article_id": article.article_id, "article_detail": detail, "fail_idx": []}
    else:
        rest = {"fail_idx": [] if status == 1 else [n for n, _ in enumerate(job["items"], 1)]}
    return {"publish_id": publish_id, "publish_status": status, **rest}


def later(book: Book, job: Mapping[str, Any]) -> int:
    """The job's status, or what took the place of its success since."""
    if job["status"] != DONE:
        return int(job["status"])
    article = book.state.articles[job["article_id"]]
    if article.banned:
        return BANNED
    return DELETED if all(item["is_deleted"] for item in article.items) else DONE


class Jobs:
    """Submissions under way. They are in the book, so a restart takes them up again."""

    def __init__(self, options: Options, book: Book, tell: Callable[[int], Awaitable[None]]) -> None:
        self._options = options
        self._book = book
        self._tell = tell
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self, publish_id: int, early: bool) -> None:  # noqa: FBT001 - the port's shape
        """Begin; with `early` the article and its event are there before the submission is answered."""
        if early:
            self.finish(publish_id)
            await self._tell(publish_id)
        else:
            task = asyncio.create_task(self._run(publish_id))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def resume(self) -> None:
        """Take up what a killed process left."""
        for publish_id, job in list(self._book.state.jobs.items()):
            if job["status"] == 1:
                await self.start(publish_id, early=False)

    async def stop(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def finish(self, publish_id: int) -> None:
        """Turn the job into an article and take its draft away, or into a failure."""
        job = self._book.state.jobs[publish_id]
        if job["verdict"] != DONE:
            self._book.write("failed", publish_id=publish_id, status=job["verdict"])
            return
        urls = [f"{job['base']}/s/{secrets.token_urlsafe(16)}" for _ in job["items"]]
        items = [{**one, "url": url, "is_deleted": False} for one, url in zip(job["items"], urls, strict=True)]
        article = Article(
            article_id=secrets.token_urlsafe(48),
            publish_id=publish_id,
            media_id=job["media_id"],
            items=items,
            urls=urls,
            created=int(time.time()),
        )
        self._book.write("published", article=asdict(article))

    async def _run(self, publish_id: int) -> None:
        await asyncio.sleep(self._options.publish_delay_seconds)
        self.finish(publish_id)
        await self._tell(publish_id)


def _verified(world: World) -> None:
    if not world.options.verified:
        raise Refusal(48001, "api unauthorized")


def _known(world: World, asked: Asked) -> Article:
    _verified(world)
    article = world.book.state.articles.get(asked.text("article_id"))
    if article is None:
        raise Refusal(53600, "Article ID invalid")
    return article


def _content(article: Article) -> dict[str, Any]:
    return {"news_item": article.items, "create_time": article.created, "update_time": article.created}
