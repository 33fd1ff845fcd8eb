"""`/api/public/v1`: the bureau's releases for programs. Nothing that is not public ever comes out (law 2).

Everything begins with an index card, which exists only for what was seen on the site and is not withdrawn; a withdrawal
that was confirmed this moment counts before anybody has indexed it.
"""

import asyncio
import json
from pathlib import Path

from aiohttp import web

from hub.commands import searching
from hub.core.search.cursor import COUNTED, Cursor, Exactness
from hub.web.keys import SITE
from hub.web.live import api, open_releases, openapi, queries, tell, told, told_site
from hub.web.live.api import Ask, Endpoint
from schemas import columns, feeds
from schemas.errors import ErrorCode, HubError

_RELEASE = "/releases/{release:[1-9][0-9]{0,14}}"
#: The feeds' own index, as it was prepared.
_FEEDS = "feeds/index.json"


def routes() -> list[web.RouteDef]:
    """Return all of them."""
    return api.routes(ENDPOINTS)


async def _index(ask: Ask) -> told_site.Index:
    return told_site.Index(
        name="开放数据接口，第 1 版，只读",
        releases=ask.link("/releases"),
        search=ask.link("/search?q=") + "{词语}",
        columns=ask.link("/columns"),
        feeds=ask.link("/feeds"),
        openapi=ask.link("/openapi.json"),
        checkpoint=f"{ask.url}/log/checkpoint",
        vkey=f"{ask.url}/log/log.vkey",
    )


async def _search(ask: Ask) -> told_site.Found:
    asked = ask.asked(queries.Searching)
    cursor = Cursor.read(asked.cursor) if asked.cursor else None
    if asked.cursor and cursor is None:
        raise HubError(ErrorCode.INVALID, detail="cursor 应为上一页给出的", fields={"/cursor": "应为上一页给出的"})
    found = await searching.find(ask.engine, asked.q, asked.filters(), cursor=cursor, limit=asked.limit)
    number, worth = found.count
    over = "over" if number > COUNTED else "about"
    return told_site.Found(
        q=found.question.said,
        words=found.question.words,
        count=min(number, COUNTED),
        count_is="exact" if worth is Exactness.EXACT else over,
        items=tuple(tell.hit(ask, one) for one in found.hits),
        next=ask.again("/search", cursor=str(found.next)) if found.next else None,
    )


async def _columns(ask: Ask) -> told_site.Columns:
    return told_site.Columns(items=tuple(tell.column(ask, one) for one in columns.COLUMNS.values()))


async def _feeds(ask: Ask) -> told_site.Feeds:
    """Those that the feeds' channel has written into its own index."""
    return told_site.Feeds(items=await asyncio.to_thread(_listed, ask.request.app[SITE] / _FEEDS))


def _listed(index: Path) -> tuple[told_site.Feed, ...]:
    try:
        listed = json.loads(index.read_bytes())["feeds"]
    except OSError:
        return ()  # no feed was written yet
    return tuple(
        told_site.Feed(name=one["name"], title=one["title"], urls={kind: one[kind] for kind in feeds.MEDIA})
        for one in listed
    )


async def _openapi(_ask: Ask) -> bytes:
    return openapi.document(ENDPOINTS)


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint("/", _index, "目录", told_site.Index),
    Endpoint("/openapi.json", _openapi, "接口说明（OpenAPI 3.1）", None),
    Endpoint("/releases", open_releases.several, "政策发布列表，或按变化采集", told.Releases, queries.Releases),
    Endpoint(_RELEASE, open_releases.one, "一件政策发布", told.Release),
    Endpoint(
        f"{_RELEASE}/documents/{{name:policy|interpretation-[1-9][0-9]?}}",
        open_releases.document,
        "一份文件或解读的全文",
        told.Document,
    ),
    Endpoint(f"{_RELEASE}/publications", open_releases.publications, "在各渠道的公开情况", told.Publications),
    Endpoint(f"{_RELEASE}/sightings", open_releases.sightings, "公开见证", told.Sightings),
    Endpoint("/search", _search, "全文搜索", told_site.Found, queries.Searching),
    Endpoint("/columns", _columns, "栏目", told_site.Columns),
    Endpoint("/feeds", _feeds, "订阅源", told_site.Feeds),
)
