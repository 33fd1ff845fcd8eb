"""Where an entry leads: its page, the documents that belong to it, its files. Pure."""

from collections.abc import Iterator

from channels.contract import Site
from schemas import addresses
from schemas.edition import Edition
from schemas.parcel import Listed
from schemas.release import Document, Role

#: The attributes of an Atom link.
Link = dict[str, str]


def is_gone(line: Listed) -> bool:
    """Whether feeds tell of a withdrawal instead of the text."""
    return line.notice is not None and line.notice.is_withdrawal


def page(line: Listed, one: Document, site: Site) -> str:
    """The document's own page."""
    return site.url + addresses.path(line.edition.release, one.name)


def related(line: Listed, one: Document, site: Site) -> list[Link]:
    """The policy names its interpretations, each interpretation its policy (国办发〔2017〕47号, 相互关联)."""
    return [*([] if is_gone(line) else _counterparts(line.edition, one, site)), *_successor(line, site)]


def _counterparts(edition: Edition, one: Document, site: Site) -> Iterator[Link]:
    for other in edition.interpretations if one.role is Role.POLICY else (edition.policy,):
        href = site.url + addresses.path(edition.release, other.name)
        yield {"rel": "related", "href": href, "type": "text/html", "title": other.title}


def _successor(line: Listed, site: Site) -> Iterator[Link]:
    successor = line.notice.successor if line.notice else None
    if successor and (href := successor.url(site.url)):
        yield {"rel": "related", "href": href, "type": "text/html", "title": successor.title}


def files(line: Listed, one: Document, site: Site) -> list[Link]:
    """Its attachments; what is withdrawn has none any more."""
    release = line.edition.release
    return [
        {
            "rel": "enclosure",
            "href": site.url + addresses.attachment(release, one.name, number, file.name),
            "type": file.media,
            "length": str(file.size),
            "title": file.name,
        }
        for number, file in enumerate(() if is_gone(line) else one.attachments, 1)
    ]
