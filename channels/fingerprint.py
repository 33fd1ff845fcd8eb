"""The visible text of a page, brought in one form, and its digest: how a sighting tells right content from wrong.

Channels rewrite HTML, so never the markup is compared, only the text that a reader sees. Pure: no I/O.
"""

import hashlib
import re
import unicodedata
from functools import lru_cache

from lxml import etree  # type: ignore[import-untyped]

#: White space and invisible marks. They are dropped altogether, because a channel that wraps paragraphs in elements of
#: its own adds and removes them between any two characters, and in Chinese text they carry no meaning.
INVISIBLE = re.compile(
    "[\\s\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]+"
)
#: Elements whose text nobody sees.
UNSEEN = ("script", "style", "template", "noscript", "head", "title")


def normal(text: str) -> str:
    """Return the text in NFC without white space and invisible characters."""
    return INVISIBLE.sub("", unicodedata.normalize("NFC", INVISIBLE.sub("", text)))


def digest(text: str) -> str:
    """Return the SHA-256 of the text's normal form, 64 hex digits."""
    return hashlib.sha256(normal(text).encode("utf-8", "replace")).hexdigest()


@lru_cache(maxsize=64)
def fragment(html: str) -> str:
    """Return the fingerprint of an HTML fragment, e.g. of `Document.body`."""
    root = _parse(f"<!doctype html><html><body><div>{html}</div></body></html>".encode("utf-8", "replace"))
    return digest("" if root is None else _visible(root))


def element(page: bytes, identifier: str) -> str | None:
    """Return the fingerprint of the one element of the page with this id; None when there is none or more than one.

    The page is hostile: whatever it holds gives a fingerprint or None, never an exception.
    """
    root = _parse(page)
    found = [] if root is None else root.xpath("//*[@id=$wanted]", wanted=identifier)
    return digest(_visible(found[0])) if len(found) == 1 else None


def visible(page: bytes) -> str:
    """Return the normal form of all that a reader of the page sees; empty when it cannot be read.

    What is no UTF-8 is read as GB 18030: many Chinese sites are still written in its forebears.
    """
    root = _parse(_utf8(page))
    # What stands behind `</html>` is shown like the rest, and comes as trees of its own.
    trees = [] if root is None else [root, *root.itersiblings()]
    return normal("".join(_visible(one) for one in trees))


def _utf8(page: bytes) -> bytes:
    try:
        page.decode()
    except UnicodeDecodeError:
        return page.decode("gb18030", "replace").encode()
    return page


def _parse(page: bytes) -> etree._Element | None:
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    try:
        return etree.fromstring(page, parser)
    except etree.XMLSyntaxError:
        return None


def _visible(root: etree._Element) -> str:
    etree.strip_elements(root, *UNSEEN, with_tail=False)
    return "".join(root.itertext())
