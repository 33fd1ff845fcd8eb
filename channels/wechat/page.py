"""Our own look at a published article: the public page holds the text that was approved, or it is no sighting."""

import asyncio
from datetime import datetime
from urllib.parse import urlsplit

import aiohttp

from channels import contract, fingerprint
from channels.wechat.article import Article
from schemas import canonical
from schemas.publication import Sighting

MAX_PAGE_BYTES = 5_000_000
TIMEOUT = aiohttp.ClientTimeout(total=20)
CONTENT_ID = "js_content"
#: What the platform shows in place of an article. Anything else, such as a riddle for robots, says nothing.
REMOVED = {
    "该内容已被发布者删除": "已被公众号运营者删除",
    "该内容已被删除": "已被删除",
    "此内容因违规无法查看": "因违规被平台封禁",
    "此内容被投诉": "因投诉被平台封禁",
    "该公众号已迁移": "公众号已迁移，原网址失效",
    "该账号已被屏蔽": "公众号已被平台封禁",
    "此帐号已被屏蔽": "公众号已被平台封禁",
    "该公众号已被封禁": "公众号已被平台封禁",
}


async def sighting(
    http: aiohttp.ClientSession, article: Article, address: str, hosts: frozenset[str]
) -> Sighting | None:
    """Return the sighting of the article at the address; None when it is not there, or something else is.

    An address on any other host is never fetched: it came from outside.
    """
    address = _secure(address)
    if not _may_fetch(address, hosts):
        return None
    fetched = await _fetch(http, address)
    if fetched is None:
        return None
    body, at = fetched
    seen = await asyncio.to_thread(fingerprint.element, body, CONTENT_ID)
    if seen != fingerprint.fragment(article.content):
        return None
    return Sighting(document=article.name, address=address, sha256=canonical.digest(body), fetched_at=at)


async def absence(
    http: aiohttp.ClientSession, article: Article, address: str, hosts: frozenset[str]
) -> Sighting | None:
    """Return what the public finds at the address where the article was; None while it is there or nobody answers."""
    address = _secure(address)
    fetched = await _fetch(http, address, gone=True) if _may_fetch(address, hosts) else None
    if fetched is None:
        return None
    body, at = fetched
    if await asyncio.to_thread(fingerprint.element, body, CONTENT_ID) == fingerprint.fragment(article.content):
        return None
    return Sighting(document=article.name, address=address, sha256=canonical.digest(body), fetched_at=at)


async def removed(http: aiohttp.ClientSession, address: str, hosts: frozenset[str]) -> str | None:
    """Return what the page says of an article that is not there any more; None when it says nothing of the kind."""
    address = _secure(address)
    fetched = await _fetch(http, address, gone=True) if _may_fetch(address, hosts) else None
    if fetched is None or await asyncio.to_thread(fingerprint.element, fetched[0], CONTENT_ID) is not None:
        return None
    text = fetched[0].decode("utf-8", "replace")
    return next((words for said, words in REMOVED.items() if said in text), None)


async def _fetch(http: aiohttp.ClientSession, address: str, *, gone: bool = False) -> tuple[bytes, datetime] | None:
    """Return the page; with `gone`, also the one that says that nothing is there."""
    try:
        async with http.get(address, allow_redirects=False, timeout=TIMEOUT) as response:
            if response.status != 200 and not (gone and response.status in {404, 410}):  # noqa: PLR2004
                return None
            body = bytearray()
            async for chunk in response.content.iter_any():
                body += chunk
                if len(body) > MAX_PAGE_BYTES:
                    return None
            return bytes(body), contract.now_utc()
    except (aiohttp.ClientError, TimeoutError):
        return None


def _secure(address: str) -> str:
    """Prefer https on the platform's own pages: its replies mix the two."""
    plain = "http://mp.weixin.qq.com/"
    return address.replace(plain, "https://mp.weixin.qq.com/", 1) if address.startswith(plain) else address


def _may_fetch(address: str, hosts: frozenset[str]) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and parts.netloc in hosts
