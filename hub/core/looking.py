"""Which addresses of a release are looked at, when again, and what is told of them. Pure."""

from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from urllib.parse import urlsplit

from hub.core.checks.links import LINK
from schemas import addresses
from schemas.look import Look, Seen
from schemas.release import Document

#: Of one release.
MOST = 200
#: What is longer no web server need understand, and no index holds.
LONGEST = 1_500
#: Seen so often it is told: a server that is started anew says 404 for some seconds.
TIMES = 2
#: More than the minute that must lie between two such looks.
CONFIRM = timedelta(seconds=70)
#: What is told is looked at more often, so that it is not told long after it was mended.
MENDED = timedelta(minutes=15)
DAILY = timedelta(days=1)


def wanted(release: int, documents: tuple[Document, ...]) -> tuple[str, ...]:
    """Return the web addresses that the texts link to, each once, without those of the release's own documents.

    Its own documents are public together with the text or not at all, so before publication nothing can be there.
    """
    own = {addresses.path(release, one.name) for one in documents}
    found = dict.fromkeys(
        address for one in documents for address in _web(one.body) if urlsplit(address).path not in own
    )
    return tuple(found)[:MOST]


def host(address: str) -> str:
    """The host that is looked at: one at a time."""
    return urlsplit(address).hostname or ""


def is_broken(seen: Seen) -> bool:
    return seen in {"gone", "no_host"}


def again(before: Look, seen: Seen) -> timedelta:
    """How long after this look the next one is due."""
    if not is_broken(seen):
        return DAILY
    return MENDED if before.times + 1 >= TIMES else CONFIRM


def why(look: Look) -> str:
    """Why it does not answer, for the sentence of `broken_link`."""
    if look.seen == "no_host":
        return "没有这个域名"
    return "对方网站说这个页面已经删除（410）" if look.status == 410 else "对方网站没有这个页面（404）"  # noqa: PLR2004


def _web(body: str) -> Iterator[str]:
    for match in LINK.finditer(body):
        address = unescape(match[1])
        try:
            parts = urlsplit(address)
            is_web = parts.scheme in {"http", "https"} and bool(parts.hostname)
        except ValueError:
            continue
        if is_web and len(address.encode()) <= LONGEST:
            yield address
