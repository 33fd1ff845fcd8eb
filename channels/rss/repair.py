"""feedgen 1.0.0 as it should be. Never call it in a thread: each date that it writes sets the locale of the process.

Our own elements live in the namespace `urn:x-gongbu:feed:1`, inside an Atom entry or an RSS item:

* `gongbu:release`: the release's number;
* `gongbu:edition`: `sha256:` and the digest of the edition that the text is of;
* `gongbu:official`: 正式发布时间 of the policy, RFC 3339 with +08:00; missing until it is known;
* `gongbu:standing`: what holds of it since, as `2/repealed`: a number that grows, and in_force, amended, repealed,
  expired or withdrawn; missing while nothing was said.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from feedgen.entry import FeedEntry
from feedgen.ext.base import BaseEntryExtension, BaseExtension
from lxml import etree  # type: ignore[import-untyped]

GONGBU = "urn:x-gongbu:feed:1"
ATOM = "http://www.w3.org/2005/Atom"
DC = "http://purl.org/dc/elements/1.1/"
CONTENT = "http://purl.org/rss/1.0/modules/content/"
TOMBSTONES = "http://purl.org/atompub/tombstones/1.0"


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
    """Declares our namespaces, and gives RSS the hub link that feedgen writes in Atom only."""

    hub = ""

    def extend_ns(self) -> dict[str, str]:
        return {"gongbu": GONGBU}

    def extend_rss(self, feed: Any) -> Any:
        if self.hub:
            etree.SubElement(feed[0], f"{{{ATOM}}}link", rel="hub", href=self.hub)
        return feed


class EntryMarks(BaseEntryExtension):  # type: ignore[misc]
    """Our own elements, and in RSS what only Atom has by itself: the author's name and the related documents."""

    marks: Mapping[str, str]
    author = ""
    related: Sequence[Mapping[str, str]] = ()

    def extend_atom(self, entry: Any) -> Any:
        return self._mark(entry)

    def extend_rss(self, entry: Any) -> Any:
        etree.SubElement(entry, f"{{{DC}}}creator", nsmap={"dc": DC}).text = self.author
        for link in self.related:
            etree.SubElement(entry, f"{{{ATOM}}}link", nsmap={"atom": ATOM}, attrib=dict(link))
        return self._mark(entry)

    def _mark(self, entry: Any) -> Any:
        for name, value in self.marks.items():
            etree.SubElement(entry, f"{{{GONGBU}}}{name}", nsmap={"gongbu": GONGBU}).text = value
        return entry
