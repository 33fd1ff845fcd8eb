"""feedgen 1.0.0 as it should be. Never call it in a thread: each date that it writes sets the locale of the process."""

from collections.abc import Mapping, Sequence
from typing import Any

from feedgen.entry import FeedEntry
from feedgen.ext.base import BaseEntryExtension, BaseExtension
from lxml import etree  # type: ignore[import-untyped]

#: Our own elements; `channels.rss.marks` says what they mean.
GONGBU = "urn:x-gongbu:feed:1"
ATOM = "http://www.w3.org/2005/Atom"
DC = "http://purl.org/dc/elements/1.1/"
CONTENT = "http://purl.org/rss/1.0/modules/content/"
HISTORY = "http://purl.org/syndication/history/1.0"
TOMBSTONES = "http://purl.org/atompub/tombstones/1.0"
#: The namespaces that entries use, by the prefixes that everybody gives them.
PREFIXES = {"atom": ATOM, "at": TOMBSTONES, "content": CONTENT, "dc": DC, "gongbu": GONGBU}


class Entry(FeedEntry):  # type: ignore[misc]
    """An entry whose Atom links keep their attributes (https://github.com/lkiesow/python-feedgen/issues/135)."""

    def atom_entry(self, extensions: bool = True) -> Any:  # noqa: FBT001, FBT002 - feedgen's own signature
        entry = super().atom_entry(extensions)
        for element, link in zip(entry.findall("link"), self.link(), strict=True):
            for name in ("rel", "type", "hreflang", "title", "length"):
                if link.get(name):
                    element.set(name, link[name])
        return entry


class FeedMarks(BaseExtension):  # type: ignore[misc]
    """Declares our namespaces, marks archives (RFC 5005), and gives RSS the links that feedgen writes in Atom only."""

    links: Sequence[Mapping[str, str]] = ()
    is_archive = False

    def extend_ns(self) -> dict[str, str]:
        return {"gongbu": GONGBU, **({"fh": HISTORY} if self.is_archive else {})}

    def extend_atom(self, feed: Any) -> Any:
        return self._mark(feed, feed)

    def extend_rss(self, feed: Any) -> Any:
        for link in self.links:
            etree.SubElement(feed[0], f"{{{ATOM}}}link", attrib=dict(link))
        return self._mark(feed, feed[0])

    def _mark(self, feed: Any, head: Any) -> Any:
        if self.is_archive:
            etree.SubElement(head, f"{{{HISTORY}}}archive")
        return feed


class EntryMarks(BaseEntryExtension):  # type: ignore[misc]
    """Our own elements, and in RSS what only Atom has by itself: the author's name, related documents, more files."""

    marks: Mapping[str, str]
    author = ""
    links: Sequence[Mapping[str, str]] = ()

    def extend_atom(self, entry: Any) -> Any:
        return self._mark(entry)

    def extend_rss(self, entry: Any) -> Any:
        etree.SubElement(entry, f"{{{DC}}}creator", nsmap={"dc": DC}).text = self.author
        for link in self.links:
            etree.SubElement(entry, f"{{{ATOM}}}link", nsmap={"atom": ATOM}, attrib=dict(link))
        return self._mark(entry)

    def _mark(self, entry: Any) -> Any:
        for name, value in self.marks.items():
            etree.SubElement(entry, f"{{{GONGBU}}}{name}", nsmap={"gongbu": GONGBU}).text = value
        return entry
