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
