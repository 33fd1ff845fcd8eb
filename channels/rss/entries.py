"""One document as the bytes of one Atom entry and one RSS item. Pure: what is logged is what every feed then holds."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lxml import etree  # type: ignore[import-untyped]

from channels import body
from channels.contract import ChannelError, Site
from channels.rss import repair
from schemas import addresses
from schemas.delivery import Reaction
from schemas.edition import Edition
from schemas.entry import BEIJING, stamp
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


def of_edition(edition: Edition, planned_at: datetime, official_at: datetime | None, site: Site) -> tuple[Entry, ...]:
    """Raises ChannelError: CONTENT for text that XML cannot hold, and as `body.placed` does."""
    return tuple(_entry(edition, one, planned_at, official_at, site) for one in edition.documents)


def updated(planned_at: datetime, official_at: datetime | None) -> datetime:
    """When a reader should look again. From the data alone, so that a rebuilt feed keeps its bytes."""
    return max(planned_at, official_at or planned_at).astimezone(BEIJING).replace(microsecond=0)


def _entry(edition: Edition, one: Document, planned_at: datetime, official_at: datetime | None, site: Site) -> Entry:
    text = body.placed(one, edition.release, site.url) if is_whole(one) else ""
    changed = updated(planned_at, official_at)
    entry = repair.Entry()
    entry.register_extension("gongbu", repair.EntryMarks, atom=True, rss=True)
    try:
        _fill(entry, edition, one, site)
        entry.updated(changed)
        entry.published((official_at or planned_at).astimezone(BEIJING).replace(microsecond=0))
        entry.gongbu.marks = _marks(edition, official_at)
        return Entry(
            id=identity(site, edition.release, one.name),
            role=one.role,
            document=one.name,
            updated=changed,
            atom=_serialise(_with_content(entry, text, "html").atom_entry()),
            rss=_serialise(_with_content(entry, text, "CDATA").rss_entry()),
        )
    except ValueError as error:
        raise ChannelError(Reaction.CONTENT, "not_xml", f"《{one.title}》含有订阅源无法表示的字符") from error


def _fill(entry: Any, edition: Edition, one: Document, site: Site) -> None:
    """Everything but times and content, which feedgen wants in this order: a summary after the content replaces it."""
    page = site.url + addresses.path(edition.release, one.name)
    related = list(_related(edition, one, site))
    entry.id(identity(site, edition.release, one.name))
    entry.guid(identity(site, edition.release, one.name), permalink=False)
    entry.title(one.title)
    entry.author(name=edition.metadata.issuer or site.bureau)
    entry.summary(one.summary or one.title)
    entry.category([{"term": term, "label": term} for term in (edition.metadata.theme, *edition.metadata.keywords)])
    for link in (*related, *_enclosures(edition, one, site)):
        entry.link(link)
    entry.link(href=page, rel="alternate", type="text/html", hreflang="zh-CN")
    entry.gongbu.author = edition.metadata.issuer or site.bureau
    entry.gongbu.related = related


def _related(edition: Edition, one: Document, site: Site) -> Iterator[dict[str, str]]:
    """The policy names its interpretations, each interpretation its policy (国办发〔2017〕47号, 相互关联)."""
    for other in edition.interpretations if one.role is Role.POLICY else (edition.policy,):
        href = site.url + addresses.path(edition.release, other.name)
        yield {"rel": "related", "href": href, "type": "text/html", "title": other.title}


def _enclosures(edition: Edition, one: Document, site: Site) -> Iterator[dict[str, str]]:
    for number, file in enumerate(one.attachments, 1):
        href = site.url + addresses.attachment(edition.release, one.name, number, file.name)
        yield {"rel": "enclosure", "href": href, "type": file.media, "length": str(file.size), "title": file.name}


def _marks(edition: Edition, official_at: datetime | None) -> dict[str, str]:
    marks = {"release": str(edition.release), "edition": f"sha256:{edition.digest}"}
    return {**marks, "official": stamp(official_at)} if official_at else marks


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
