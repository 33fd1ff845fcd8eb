"""A document's body as plain text: a line for each paragraph, cells beside each other, addresses after their words."""

import re
from html import unescape
from urllib.parse import urljoin

_LINK = re.compile(r'<a\b[^<>]*?\bhref="([^"]*)"[^<>]*>((?:(?!</?a\b).)*)</a>', re.DOTALL | re.IGNORECASE)
_PICTURE = re.compile(r"<img\b([^<>]*)>", re.IGNORECASE)
_SAID = re.compile(r'\balt="([^"]+)"', re.IGNORECASE)
_CELL = re.compile(r"</(?:td|th)>\s*(?=<(?:td|th)\b)", re.IGNORECASE)
_ITEM = re.compile(r"<li\b[^<>]*>", re.IGNORECASE)
_BREAK = re.compile(
    r"</?(?:p|div|h[1-6]|ul|ol|li|table|thead|tbody|tfoot|tr|caption|blockquote|pre|hr|br|figure|figcaption|dl|dt|dd)\b"
    r"[^<>]*>",
    re.IGNORECASE,
)
_TAG = re.compile(r"<[^<>]*>")


def plain(body: str, base: str) -> str:
    """Return the words of a clean body, without its markup. `base` is the address of its page."""
    text = _LINK.sub(lambda found: _linked(found[2], urljoin(base, unescape(found[1]))), body)
    text = _PICTURE.sub(_picture, text)
    text = _BREAK.sub("\n", _ITEM.sub("\n· ", _CELL.sub(" | ", text)))
    lines = (" ".join(unescape(_TAG.sub("", line)).split()) for line in text.split("\n"))
    return "\n".join(line for line in lines if line and line != "·")


def _picture(found: re.Match[str]) -> str:
    said = _SAID.search(found[1])
    return f"［图：{said[1] if said else '见网页'}］"


def _linked(words: str, address: str) -> str:
    shown = _TAG.sub("", words).strip()
    return words if not address.startswith("http") or shown == address else f"{words}（{address}）"
