"""The draft box, as API calls."""

import secrets
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from channels.sandbox.wechat import filtering
from channels.sandbox.wechat.replies import OK, Refusal
from channels.sandbox.wechat.world import Asked, World

MAX_ARTICLES = 8
PAGE = 20
CROPS = ("pic_crop_235_1", "pic_crop_1_1")
WHOLE = "0_0_1_1"
TEXTS = ("title", "author", "digest", "content", "content_source_url", "thumb_media_id")


async def add(world: World, asked: Asked) -> Mapping[str, Any]:
    articles = asked.body.get("articles")
    if not isinstance(articles, list) or not articles:
        raise Refusal(44003, "empty news data")
    if len(articles) > MAX_ARTICLES:
        raise Refusal(45008, "article size out of limit")
    items = [_item(world, asked, one) for one in articles]
    media_id = secrets.token_urlsafe(48)
    world.book.write("draft", media_id=media_id, items=items, at=int(time.time()))
    extra = [{"index": n, "ad_count": 0} for n in range(len(items))] if len(items) > 1 else []
    return {"media_id": media_id, "item": extra}


async def get(world: World, asked: Asked) -> Mapping[str, Any]:
    return _known(world, asked)


async def update(world: World, asked: Asked) -> Mapping[str, Any]:
    draft = _known(world, asked)
    items = list(draft["news_item"])
    index = asked.number("index", 0, len(items) - 1)
    items[index] = _item(world, asked, asked.body.get("articles"))
    world.book.write("draft", media_id=asked.text("media_id"), items=items, at=int(time.time()))
    return OK


async def delete(world: World, asked: Asked) -> Mapping[str, Any]:
    _known(world, asked)
    world.book.write("draft_deleted", media_id=asked.text("media_id"))
    return OK


async def batchget(world: World, asked: Asked) -> Mapping[str, Any]:
    offset, count = asked.number("offset", 0, 10**9), asked.number("count", 1, PAGE)
    bare = asked.number("no_content", 0, 1, default=0) == 1
    everything = list(reversed(world.book.state.drafts.items()))
    items = [_listed(media_id, draft, bare=bare) for media_id, draft in everything[offset : offset + count]]
    return {"item": items, "total_count": len(everything), "item_count": len(items)}


async def count(world: World, asked: Asked) -> Mapping[str, Any]:  # noqa: ARG001 - it takes nothing
    return {"total_count": len(world.book.state.drafts)}


def _known(world: World, asked: Asked) -> dict[str, Any]:
    draft = world.book.state.drafts.get(asked.text("media_id"))
    if draft is None:
        raise Refusal(40007, "invalid media_id")
    return draft


def _listed(media_id: str, draft: dict[str, Any], *, bare: bool) -> dict[str, Any]:
    items = [{**one, "content": ""} for one in draft["news_item"]] if bare else draft["news_item"]
    return {"media_id": media_id, "content": {**draft, "news_item": items}, "update_time": draft["update_time"]}


def _crop(value: Any) -> str:
    """Where the cover is cut: x1_y1_x2_y2, each from 0 to 1 with six decimals at most; all of it when not said."""
    parts = str(value or WHOLE).split("_")
    try:
        x1, y1, x2, y2 = (float(one) for one in parts if len(one.partition(".")[2]) <= 6)  # noqa: PLR2004
    except ValueError:
        raise Refusal(40035, "invalid args! pic_crop") from None
    if not (0 <= x1 < x2 <= 1 and 0 <= y1 < y2 <= 1):
        raise Refusal(40035, "invalid args! pic_crop")
    return str(value or WHOLE)


def _item(world: World, asked: Asked, article: Any) -> dict[str, Any]:
    if not isinstance(article, dict) or not all(isinstance(article.get(name, ""), str) for name in TEXTS):
        raise Refusal(47001, "data format error")
    filtering.checked(article, digest_limit=world.options.digest_limit, escaped=asked.escaped)
    cover = world.book.state.materials.get(str(article.get("thumb_media_id")))
    if cover is None:
        raise Refusal(40007, "invalid media_id")
    content = filtering.cleaned(str(article["content"]), urlsplit(asked.base).netloc)
    texts = {name: article.get(name, "") for name in TEXTS}
    return {
        "article_type": "news",
        **texts,
        "content": content,
        "digest": texts["digest"] or filtering.beginning(content),
        "show_cover_pic": 0,
        "need_open_comment": int(article.get("need_open_comment") == 1),
        "only_fans_can_comment": int(article.get("only_fans_can_comment") == 1),
        **{name: _crop(article.get(name)) for name in CROPS},
        "url": f"{asked.base}/s/preview-{secrets.token_urlsafe(16)}",
        "thumb_url": cover["url"],
    }
