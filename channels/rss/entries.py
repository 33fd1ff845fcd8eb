"""One document as the bytes of one Atom entry and one RSS item. Pure: what is logged is what every feed then holds."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lxml import etree  # type: ignore[import-untyped]

from channels import body, standing
from channels.contract import ChannelError, Site
from channels.rss import repair
from schemas import addresses
from schemas.delivery import Reaction
from schemas.edition import Edition
from schemas.entry import BEIJING, stamp
from schemas.parcel import Listed
from schemas.release import Document, Role

#: Longer texts stand in the feed with their summary and a link: one of them must not crowd out all others.
MAX_CONTENT = 200_000
#: The year when these identifiers were coined (RFC 4151); it never changes.
COINED = 2026


@dataclass(frozen=True)
class Entry:
    """One document, ready for every feed that it belongs to."""

    id: str
    role: Role
    document: str
    updated: datetime
    atom: bytes
    rss: bytes


def identity(site: Site, release: int, document: str) -> str:
    """The id of a document in every feed, for ever, wherever the site may move: `tag:host,2026:1001/policy`."""
    return f"tag:{site.domain},{COINED}:{release}/{document}"


def of_line(line: Listed, site: Site) -> tuple[Entry, ...]:
    """Raises ChannelError: CONTENT for text that XML cannot hold, and as `body.placed` does."""
    return tuple(_entry(line, one, site) for one in line.edition.documents)


def updated(line: Listed) -> datetime:
    """When a reader should look again. From the data alone, so that a rebuilt feed keeps its bytes."""
    said = line.notice.confirmed_at if line.notice else None
    if said and is_gone(line):
        # When it should have been public, had it not been withdrawn, is nobody's business any more.
        return _second(max(said, line.official_at or said))
    return _second(max(filter(None, (line.planned_at, line.official_at, said))))


def is_gone(line: Listed) -> bool:
    """Whether the feed tells of a withdrawal instead of the text."""
    return line.notice is not None and line.notice.is_withdrawal


def _second(at: datetime) -> datetime:
    return at.astimezone(BEIJING).replace(microsecond=0)


def _entry(line: Listed, one: Document, site: Site) -> Entry:
    edition, gone, changed = line.edition, is_gone(line), updated(line)
    text = body.placed(one, edition.release, site.url) if is_whole(one) and not gone else ""
    entry = repair.Entry()
    entry.register_extension("gongbu", repair.EntryMarks, atom=True, rss=True)
    try:
        _fill(entry, line, one, site)
        entry.updated(changed)
        entry.published(_second(line.official_at or (changed if gone else line.planned_at)))
        entry.gongbu.marks = _marks(line)
        return Entry(
            id=identity(site, edition.release, one.name),
            role=one.role,
            document=one.name,
            updated=changed,
            atom=_serialise(_with_content(entry, text, "html").atom_entry()) + _tombstone(line, one, site),
            rss=_serialise(_with_content(entry, text, "CDATA").rss_entry()),
        )
    except ValueError as error:
        raise ChannelError(Reaction.CONTENT, "not_xml", f"《{one.title}》含有订阅源无法表示的字符") from error


def _tombstone(line: Listed, one: Document, site: Site) -> bytes:
    """Tells readers to forget what they kept (RFC 6721). It is no older than the entry, so it prevails over it."""
    if line.notice is None or not is_gone(line):
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
    return "".join(said if is_gone(line) else [*said, own])


def _fill(entry: Any, line: Listed, one: Document, site: Site) -> None:
    """Everything but times and content, which feedgen wants in this order: a summary after the content replaces it."""
    edition = line.edition
    page = site.url + addresses.path(edition.release, one.name)
    related = [*([] if is_gone(line) else _related(edition, one, site)), *_successor(line, site)]
    entry.id(identity(site, edition.release, one.name))
    entry.guid(identity(site, edition.release, one.name), permalink=False)
    entry.title(standing.title(one, line.notice))
    entry.author(name=edition.metadata.issuer or site.bureau)
    entry.summary(_summary(line, one))
    entry.category([{"term": term, "label": term} for term in (edition.metadata.theme, *edition.metadata.keywords)])
    for link in (*related, *(() if is_gone(line) else _enclosures(edition, one, site))):
        entry.link(link)
    entry.link(href=page, rel="alternate", type="text/html", hreflang="zh-CN")
    entry.gongbu.author = edition.metadata.issuer or site.bureau
    entry.gongbu.related = related


def _related(edition: Edition, one: Document, site: Site) -> Iterator[dict[str, str]]:
    """The policy names its interpretations, each interpretation its policy (国办发〔2017〕47号, 相互关联)."""
    for other in edition.interpretations if one.role is Role.POLICY else (edition.policy,):
        href = site.url + addresses.path(edition.release, other.name)
        yield {"rel": "related", "href": href, "type": "text/html", "title": other.title}


def _successor(line: Listed, site: Site) -> Iterator[dict[str, str]]:
    successor = line.notice.successor if line.notice else None
    if successor and (href := successor.url(site.url)):
        yield {"rel": "related", "href": href, "type": "text/html", "title": successor.title}


def _enclosures(edition: Edition, one: Document, site: Site) -> Iterator[dict[str, str]]:
    for number, file in enumerate(one.attachments, 1):
        href = site.url + addresses.attachment(edition.release, one.name, number, file.name)
        yield {"rel": "enclosure", "href": href, "type": file.media, "length": str(file.size), "title": file.name}


def _marks(line: Listed) -> dict[str, str]:
    return {
        "release": str(line.edition.release),
        "edition": f"sha256:{line.edition.digest}",
        **({"official": stamp(line.official_at)} if line.official_at else {}),
        **({"standing": standing.tag(line.notice)} if line.notice else {}),
    }


def is_whole(one: Document) -> bool:
    """Tell whether feeds carry the document's text, not its summary only."""
    return 0 < len(one.body) <= MAX_CONTENT


def _with_content(entry: Any, text: str, kind: str) -> Any:
    """Atom knows no CDATA type and RSS no other way to keep markup readable, hence one call per format."""
    if text:
        entry.content(text, type=kind)
    return entry


def _serialise(element: Any) -> bytes:
    data: bytes = etree.tostring(element, encoding="utf-8", xml_declaration=False)
    return data
