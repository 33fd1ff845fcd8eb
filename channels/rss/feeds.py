"""From entries to feeds: the newest ones, in a fixed order, under a head that feedgen wrote. Pure; never in a thread.

Entries are set in as the bytes that were logged, so fifty documents cost what one costs.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from feedgen.feed import FeedGenerator

from channels.contract import Site
from channels.rss import repair
from channels.rss.entries import COINED, Entry
from schemas.addresses import COLUMN
from schemas.entry import BEIJING
from schemas.release import Role
from schemas.words import word

#: A reader gets the newest of these, and never more than it would like to fetch.
MAX_ENTRIES = 50
MAX_BYTES = 4_000_000
#: What a feed without entries says, since now would be another time on every build.
EMPTY_SINCE = datetime(COINED, 1, 1, tzinfo=BEIJING)
MEDIA = {"atom": "application/atom+xml", "rss": "application/rss+xml"}


@dataclass(frozen=True)
class Feed:
    """One feed in both formats: `all`, a column, or a single release."""

    name: str
    title: str
    page: str  #: path of the page that shows the same
    role: Role | None = None  #: None: every document


def standing(site: Site) -> tuple[Feed, ...]:
    """The feeds that stand at fixed addresses."""
    columns = [Feed(COLUMN[role], f"{word(role)} - {site.name}", f"/{COLUMN[role]}/", role) for role in Role]
    return (Feed("all", site.name, "/"), *columns)


def path(name: str, kind: str) -> str:
    """The path of a feed: `/feeds/all.atom`."""
    return f"/feeds/{name}.{kind}"


def build(feed: Feed, entries: Iterable[Entry], site: Site, *, hub: str) -> Mapping[str, bytes]:
    """The feed's files by path. Its own time is that of its newest entry, so equal entries give equal bytes."""
    taken = [entry for entry in entries if feed.role in {None, entry.role}]
    newest = sorted(taken, key=lambda entry: (-entry.updated.timestamp(), entry.id))[:MAX_ENTRIES]
    revised_at = newest[0].updated if newest else EMPTY_SINCE
    return {
        path(feed.name, kind): _spliced(_head(feed, kind, site, hub, revised_at), [getattr(e, kind) for e in newest])
        for kind in MEDIA
    }


def _spliced(head: tuple[bytes, bytes], entries: Sequence[bytes]) -> bytes:
    kept: list[bytes] = []
    size = 0
    for entry in entries:
        size += len(entry)
        if size > MAX_BYTES and kept:
            break
        kept.append(entry)
    return head[0] + b"\n" + b"\n".join(kept) + b"\n" + head[1]


def _head(feed: Feed, kind: str, site: Site, hub: str, revised_at: datetime) -> tuple[bytes, bytes]:
    generator = _generator(feed, kind, site, hub, revised_at)
    tail = b"</feed>" if kind == "atom" else b"</channel></rss>"
    text: bytes = generator.atom_str() if kind == "atom" else generator.rss_str()
    return text.removesuffix(tail), tail + b"\n"


def _generator(feed: Feed, kind: str, site: Site, hub: str, revised_at: datetime) -> Any:
    """One generator per format: feedgen keeps one list of links for both, and RSS takes the last one as its page."""
    generator = FeedGenerator()
    generator.register_extension("gongbu", repair.FeedMarks, repair.EntryMarks, atom=True, rss=True)
    generator.gongbu.hub = hub
    generator.id(f"tag:{site.domain},{COINED}:feeds/{feed.name}")
    generator.title(feed.title)
    generator.subtitle(f"{feed.title} {word(Role.POLICY)}与{word(Role.INTERPRETATION)}更新")
    generator.author(name=site.bureau)
    generator.language("zh-CN")
    generator.generator("Gongbu")
    generator.updated(revised_at)
    generator.lastBuildDate(revised_at)
    generator.ttl(15)
    generator.link(href=site.url + path(feed.name, kind), rel="self", type=MEDIA[kind])
    if hub:
        generator.link(href=hub, rel="hub")
    generator.link(href=site.url + feed.page, rel="alternate", type="text/html")
    return generator
