"""The documents that a feed consists of: the current one, and archives of older entries (RFC 5005). Pure; no threads.

Entries are set in as the bytes that were logged, so fifty documents cost what one costs. Heads are feedgen's, which may
not run in a thread (`channels.rss.repair`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from feedgen.feed import FeedGenerator

from channels.contract import Site
from channels.rss import jsonfeed, repair
from channels.rss.entries import COINED, Entry
from schemas import feeds
from schemas.entry import BEIJING
from schemas.feeds import MEDIA
from schemas.listing import Span

#: Releases that one archive holds, and that stand in the current document at least.
SPAN = 50
#: What a reader should have to fetch each time at most; entries beyond it stand without their texts.
MAX_BYTES = 1_000_000
#: The same of what is fetched once: an archive of everything, the feed of one release.
MAX_ONCE_BYTES = 4_000_000
#: What a feed without entries says, since now would be another time on every build.
EMPTY_SINCE = datetime(COINED, 1, 1, tzinfo=BEIJING)
ENDS = {"atom": b"</feed>", "rss": b"</channel></rss>"}


@dataclass(frozen=True)
class Feed:
    """One feed, whatever its format and however many its documents."""

    name: str
    title: str
    page: str  #: path of the page that shows the same
    most: int = MAX_BYTES  #: bytes up to which entries of the current document have their texts


@dataclass(frozen=True)
class Sheet:
    """One document of a feed: the current one, or archive `number`."""

    feed: Feed
    number: int = 0  #: 0 for the current one
    previous: int = 0  #: the archive of what is older; 0 where nothing is

    @property
    def most(self) -> int:
        """Bytes up to which entries have their texts. Of archives only those of everything hold any: once is enough."""
        if not self.number:
            return self.feed.most
        return MAX_ONCE_BYTES if self.feed.name == feeds.ALL else 0

    def path(self, kind: str) -> str:
        """`/feeds/all.atom`, `/feeds/all/3.atom`."""
        return feeds.path(f"{self.feed.name}/{self.number}" if self.number else self.feed.name, kind)


def number(ordinal: int) -> int:
    """The number of the archive that the place belongs to."""
    return -(-ordinal // SPAN)


def span(name: str, number: int, size: int) -> Span:
    """The places of a sheet, in a list of this size."""
    if number:
        return Span(list=name, first=(number - 1) * SPAN + 1, last=number * SPAN)
    return Span(list=name, first=max(1, size - SPAN + 1), last=size)


def archive(feed: Feed, number: int) -> Sheet:
    """The archive of the places (number - 1) × SPAN + 1 to number × SPAN; it is written once they are all given."""
    return Sheet(feed, number, number - 1)


def current(feed: Feed, size: int) -> Sheet:
    """The document that is subscribed to, of a list of so many places."""
    return Sheet(feed, 0, size // SPAN)


def build(sheet: Sheet, entries: Iterable[Entry], site: Site, *, hub: str) -> dict[str, bytes]:
    """The sheet's files by path. Its time is that of its newest entry, so equal entries give equal bytes."""
    newest = sorted(entries, key=lambda entry: (-entry.updated.timestamp(), entry.id))
    revised_at = newest[0].updated if newest else EMPTY_SINCE
    hub = "" if sheet.number else hub  # nobody is told of archives, and they must not change with the settings
    files = {}
    for kind in ("atom", "rss"):
        head = _head(sheet, kind, site, hub, revised_at)
        files[sheet.path(kind)] = (
            head + b"\n" + b"\n".join(_fitting(newest, kind, sheet.most)) + b"\n" + ENDS[kind] + b"\n"
        )
    return files | {
        sheet.path("json"): jsonfeed.spliced(_json_head(sheet, site, hub), _fitting(newest, "json", sheet.most))
    }


def _fitting(entries: Sequence[Entry], kind: str, most: int) -> list[bytes]:
    """All of them, the newest with their texts, until there are `most` bytes of those."""
    kept: list[bytes] = []
    size = 0
    for entry in entries:
        size += len(entry.whole[kind])
        # A single one always fits: what has just been published is looked for here.
        kept.append(entry.whole[kind] if size <= most or (most and not kept) else entry.brief[kind])
    return kept


def _links(sheet: Sheet, kind: str, site: Site, hub: str) -> list[dict[str, str]]:
    """What RSS, too, says with links of Atom's: where it is told of, where older entries are, where the newest ones."""
    older, newest = Sheet(sheet.feed, sheet.previous), Sheet(sheet.feed)
    found = [{"rel": "hub", "href": hub}] if hub else []
    if sheet.previous:
        found.append({"rel": "prev-archive", "href": site.url + older.path(kind), "type": MEDIA[kind]})
    if sheet.number:
        found.append({"rel": "current", "href": site.url + newest.path(kind), "type": MEDIA[kind]})
    return found


def _head(sheet: Sheet, kind: str, site: Site, hub: str, revised_at: datetime) -> bytes:
    generator = _generator(sheet, kind, site, hub, revised_at)
    text: bytes = generator.atom_str() if kind == "atom" else generator.rss_str()
    return text.removesuffix(ENDS[kind])


def _generator(sheet: Sheet, kind: str, site: Site, hub: str, revised_at: datetime) -> Any:
    """One generator per format: feedgen keeps one list of links for both, and RSS takes the last one as its page."""
    links = _links(sheet, kind, site, hub)
    generator = FeedGenerator()
    generator.register_extension("gongbu", repair.FeedMarks, repair.EntryMarks, atom=True, rss=True)
    generator.gongbu.links = links
    generator.gongbu.is_archive = bool(sheet.number)
    generator.id(f"tag:{site.domain},{COINED}:feeds/{sheet.feed.name}")
    generator.title(sheet.feed.title)
    generator.subtitle(_description(sheet.feed))
    generator.author(name=site.bureau)
    generator.language("zh-CN")
    generator.generator("Gongbu")
    generator.updated(revised_at)
    generator.lastBuildDate(revised_at)
    generator.ttl(15)
    for link in ({"rel": "self", "href": site.url + sheet.path(kind), "type": MEDIA[kind]}, *links):
        generator.link(link)
    generator.link(href=site.url + sheet.feed.page, rel="alternate", type="text/html")
    return generator


def _json_head(sheet: Sheet, site: Site, hub: str) -> jsonfeed.Head:
    return jsonfeed.Head(
        title=sheet.feed.title,
        home_page_url=site.url + sheet.feed.page,
        feed_url=site.url + sheet.path("json"),
        description=_description(sheet.feed),
        next_url=site.url + Sheet(sheet.feed, sheet.previous).path("json") if sheet.previous else None,
        authors=(jsonfeed.Author(name=site.bureau),),
        hubs=(jsonfeed.Hub(type="WebSub", url=hub),) if hub else None,
    )


def _description(feed: Feed) -> str:
    return f"{feed.title} 政策文件与政策解读更新"
