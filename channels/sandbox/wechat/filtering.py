"""What the platform keeps of an article: the checks of its fields and the cleaning of its body. Pure."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from channels.sandbox.wechat.replies import Refusal
from schemas import hypertext

DROPPED = ("script", "style", "link", "iframe", "form", "input", "object", "embed", "title", "meta")
STRIPPED = ("class", "id")
IMAGE_HOST = "mmbiz.qpic.cn"
PAGE_HOST = "mp.weixin.qq.com"
FIRST_WORDS = 54
BODY_CHARACTERS, BODY_BYTES, SOURCE_BYTES = 20_000, 1_000_000, 1_024
TITLE, AUTHOR = 32, 16
LENGTHS = (("title", TITLE, 45003, "title"), ("author", AUTHOR, 45110, "author"))


def checked(article: Mapping[str, Any], *, digest_limit: int, escaped: bool) -> None:
    """Raise Refusal for a field the platform would not take. `escaped`: lengths count an escape as six characters."""
    for name, limit, errcode, word in (*LENGTHS, ("digest", digest_limit, 45004, "description")):
        if _length(article.get(name, ""), escaped=escaped) > limit:
            raise Refusal(errcode, f"{word} size out of limit")
    if not article.get("title"):
        raise Refusal(45003, "title size out of limit")
    content = str(article.get("content", ""))
    if not content:
        raise Refusal(44003, "empty news data")
    if _length(content, escaped=escaped) >= BODY_CHARACTERS or len(content.encode()) >= BODY_BYTES:
        raise Refusal(45002, "content size out of limit")
    source = str(article.get("content_source_url", ""))
    if source and (len(source.encode()) > SOURCE_BYTES or not _has_host(source)):
        raise Refusal(41039, "invalid content_source_url")


def cleaned(html: str, own_host: str) -> str:
    """Return the body as kept: no scripts, classes, ids, foreign images or links to elsewhere."""
    soup = hypertext.parse(html)
    for tag in soup.find_all(DROPPED):
        tag.decompose()
    for tag in soup.find_all(name=True):
        for name in [*STRIPPED, *(one for one in tag.attrs if one.startswith("on"))]:
            tag.attrs.pop(name, None)
        if tag.name == "div":
            tag.name = "section"
        elif tag.name == "img" and not _is_at(str(tag.get("src", "")), IMAGE_HOST, own_host):
            tag.decompose()
        elif tag.name == "a" and not _is_at(str(tag.get("href", "")), PAGE_HOST, own_host):
            tag.unwrap()
    return str(soup)


def beginning(html: str) -> str:
    """Return what an empty digest is filled with."""
    return hypertext.parse(html).get_text("")[:FIRST_WORDS]


def _length(value: object, *, escaped: bool) -> int:
    text = str(value)
    return sum(1 if ord(one) < 0x80 else 6 for one in text) if escaped else len(text)  # noqa: PLR2004 - ASCII


def _has_host(address: str) -> bool:
    try:
        return urlsplit(address).scheme in {"http", "https"} and bool(urlsplit(address).hostname)
    except ValueError:
        return False


def _is_at(address: str, *hosts: str) -> bool:
    return _has_host(address) and urlsplit(address).netloc in hosts
