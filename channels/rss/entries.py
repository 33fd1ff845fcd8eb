"""One document as the bytes of one Atom entry, RSS item and JSON Feed item. Pure: what is logged is what feeds hold."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lxml import etree  # type: ignore[import-untyped]

from channels import body, standing
from channels.contract import ChannelError, Site
from channels.rss import jsonfeed, links, marks, repair
from schemas import feeds
from schemas.delivery import Reaction
from schemas.edition import Edition
from schemas.entry import BEIJING
from schemas.parcel import Listed
from schemas.release import Document

#: Longer texts stand in the feed with their summary and a link: one of them must not crowd out all others.
MAX_CONTENT = 200_000
#: The same for all texts of one release together, which its own feed holds.
MAX_RELEASE = 600_000
#: The year when these identifiers were coined (RFC 4151); it never changes.
COINED = 2026
#: feedgen's word for how a text is written: Atom knows no CDATA type, and RSS no other way to keep markup readable.
WRITTEN = {"atom": "html", "rss": "CDATA"}


@dataclass(frozen=True)
class Entry:
    """One document, ready for every feed that tells of it. Bytes are by format."""

    id: str
    document: str
    feeds: frozenset[str]
    updated: datetime
    whole: Mapping[str, bytes]
    brief: Mapping[str, bytes]  #: without its text, for a feed that is full


def identity(site: Site, release: int, document: str) -> str:
    """The id of a document in every feed, for ever, wherever the site may move: `tag:host,2026:1001/policy`."""
    return f"tag:{site.domain},{COINED}:{release}/{document}"


def of_line(line: Listed, site: Site) -> tuple[Entry, ...]:
    """Raises ChannelError: CONTENT for text that XML cannot hold, and as `body.placed` does."""
    return tuple(_entry(line, one, site) for one in line.edition.documents)


def updated(line: Listed) -> datetime:
    """When a reader should look again. From the data alone, so that a rebuilt feed keeps its bytes."""
    said = line.notice.confirmed_at if line.notice else None
    if said and links.is_gone(line):
        # When it should have been public, had it not been withdrawn, is nobody's business any more.
        return _second(max(said, line.official_at or said))
    return _second(max(filter(None, (line.planned_at, line.official_at, said))))


def published(line: Listed) -> datetime:
    """When it was officially released; until that is known, when it was to be."""
    return _second(line.official_at or (updated(line) if links.is_gone(line) else line.planned_at))


def is_whole(edition: Edition, one: Document) -> bool:
    """Tell whether feeds carry the document's text, not its summary only."""
    before = sum(len(other.body) for other in edition.documents if other.number < one.number)
    return 0 < len(one.body) <= MAX_CONTENT and before + len(one.body) <= MAX_RELEASE


def _second(at: datetime) -> datetime:
    return at.astimezone(BEIJING).replace(microsecond=0)


def _entry(line: Listed, one: Document, site: Site) -> Entry:
    release = line.edition.release
    text = body.placed(one, release, site.url) if is_whole(line.edition, one) and not links.is_gone(line) else ""
    try:
        atom, item, words = _filled("atom", line, one, site), _filled("rss", line, one, site), _item(line, one, site)
        brief = _written(atom, item, words, _tombstone(line, one, site))
        if text:
            atom.content(text, type=WRITTEN["atom"])
            item.content(text, type=WRITTEN["rss"])
            words = words.model_copy(update={"content_html": text, "content_text": None})
        return Entry(
            id=identity(site, release, one.name),
            document=one.name,
            feeds=feeds.telling(line.edition, one, line.official_at or line.planned_at),
            updated=updated(line),
            whole=_written(atom, item, words, b"") if text else brief,
            brief=brief,
        )
    except ValueError as error:
        raise ChannelError(Reaction.CONTENT, "not_xml", f"《{one.title}》含有订阅源无法表示的字符") from error


def _written(atom: Any, item: Any, words: jsonfeed.Item, tombstone: bytes) -> dict[str, bytes]:
    return {
        "atom": _serialise(atom.atom_entry()) + tombstone,
        "rss": _serialise(item.rss_entry()),
        "json": words.encoded(),
    }


def _filled(kind: str, line: Listed, one: Document, site: Site) -> Any:
    """An entry of feedgen's for this format, without its text: a summary after the content would replace it."""
    related, files = links.related(line, one, site), links.files(line, one, site)
    entry = repair.Entry()
    entry.register_extension("gongbu", repair.EntryMarks, atom=True, rss=True)
    entry.id(identity(site, line.edition.release, one.name))
    entry.guid(identity(site, line.edition.release, one.name), permalink=False)
    entry.title(standing.title(one, line.notice))
    entry.author(name=_author(line, site))
    entry.summary(_summary(line, one))
    entry.category([{"term": term, "label": term} for term in _terms(line.edition)])
    entry.updated(updated(line))
    entry.published(published(line))
    # An RSS item has one enclosure, and its page is the last link; all others are links of Atom's.
    for link in (*related, *files) if kind == "atom" else files[:1]:
        entry.link(link)
    entry.link(href=links.page(line, one, site), rel="alternate", type="text/html", hreflang="zh-CN")
    entry.gongbu.author = _author(line, site)
    entry.gongbu.links = [*related, *files[1:]]
    entry.gongbu.marks = marks.of(line, one)
    return entry


def _item(line: Listed, one: Document, site: Site) -> jsonfeed.Item:
    files = tuple(
        jsonfeed.Attachment(
            url=file["href"], mime_type=file["type"], title=file["title"], size_in_bytes=int(file["length"])
        )
        for file in links.files(line, one, site)
    )
    return jsonfeed.Item(
        id=identity(site, line.edition.release, one.name),
        url=links.page(line, one, site),
        title=standing.title(one, line.notice),
        content_text=_summary(line, one),
        summary=_summary(line, one),
        date_published=published(line).isoformat(),
        date_modified=updated(line).isoformat(),
        authors=(jsonfeed.Author(name=_author(line, site)),),
        tags=_terms(line.edition),
        attachments=files or None,
        gongbu=marks.of(line, one),
    )


def _tombstone(line: Listed, one: Document, site: Site) -> bytes:
    """Tells readers to forget what they kept (RFC 6721). It is no older than the entry, so it prevails over it."""
    if line.notice is None or not links.is_gone(line):
        return b""
    attributes = {"ref": identity(site, line.edition.release, one.name), "when": updated(line).isoformat()}
    buried = etree.Element(f"{{{repair.TOMBSTONES}}}deleted-entry", nsmap={"at": repair.TOMBSTONES}, attrib=attributes)
    etree.SubElement(buried, f"{{{repair.TOMBSTONES}}}comment").text = line.notice.reason
    return _serialise(buried)


def _summary(line: Listed, one: Document) -> str:
    """The document's own, after what holds of it; of a withdrawn one only that."""
    notice, own = line.notice, one.summary or one.title
    if notice is None:
        return own
    said = [standing.sentence(one, notice), f"理由：{notice.reason.rstrip('。')}。"]
    said += [f"替代文件：{notice.successor.title}。"] if notice.successor else []
    return "".join(said if links.is_gone(line) else [*said, own])


def _author(line: Listed, site: Site) -> str:
    return line.edition.metadata.issuer or site.bureau


def _terms(edition: Edition) -> tuple[str, ...]:
    return tuple(dict.fromkeys((edition.metadata.theme, *edition.metadata.keywords)))


def _serialise(element: Any) -> bytes:
    """With the usual prefixes, because simple readers know content:encoded by nothing but its letters."""
    etree.cleanup_namespaces(element, top_nsmap=repair.PREFIXES)
    data: bytes = etree.tostring(element, encoding="utf-8", xml_declaration=False)
    return data
