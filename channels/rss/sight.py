"""What a public feed holds. Pure: bytes in; the feed is hostile, so no entities, no network, no surprises."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree  # type: ignore[import-untyped]

from channels import fingerprint, standing
from channels.contract import Site
from channels.rss import entries
from channels.rss.repair import ATOM, CONTENT, GONGBU
from schemas.delivery import Action
from schemas.entry import stamp
from schemas.parcel import Parcel
from schemas.release import Document


@dataclass(frozen=True)
class Held:
    """One entry as a stranger's reader would understand it."""

    title: str
    edition: str
    official: str
    standing: str
    text: str  #: the content's HTML; empty when the feed holds a summary only


def shows(feed: bytes, parcel: Parcel, site: Site) -> bool:
    """Tell whether the feed holds every document of the parcel, and what holds of it.

    After an annotation the official time must be there; after a withdrawal the text must not, and in Atom the tombstone
    must.
    """
    entries_by_id = held(feed)
    return all(
        _matches(entries_by_id.get(entries.identity(site, parcel.edition.release, one.name)), parcel, one)
        for one in parcel.edition.documents
    )


def held(feed: bytes) -> Mapping[str, Held]:
    """Return the entries by id, nothing for what is no feed. Two entries under one id count as none."""
    found = list(_json(feed) if feed.startswith(b"{") else _xml(feed))
    times = Counter(one for one, _ in found)
    return {one: entry for one, entry in found if times[one] == 1}


def _xml(feed: bytes) -> Iterable[tuple[str, Held]]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(feed, parser)
    except (etree.XMLSyntaxError, ValueError):
        return ()
    if root.getroottree().docinfo.doctype:
        return ()
    return [*map(_atom, root.findall(f"{{{ATOM}}}entry")), *map(_rss, root.findall("channel/item"))]


def _json(feed: bytes) -> Iterable[tuple[str, Held]]:
    try:
        items = json.loads(feed).get("items")
    except (ValueError, RecursionError):
        return ()
    return [_item(one) for one in items if isinstance(one, dict)] if isinstance(items, list) else ()


def _item(item: Mapping[str, Any]) -> tuple[str, Held]:
    marks = item.get("_gongbu")
    said = {**item, **(marks if isinstance(marks, dict) else {})}
    title, edition, official, standing_, text, name = (
        str(said.get(key, "")) for key in ("title", "edition", "official", "standing", "content_html", "id")
    )
    return name, Held(title=title, edition=edition, official=official, standing=standing_, text=text)


def _matches(entry: Held | None, parcel: Parcel, one: Document) -> bool:
    official = stamp(parcel.official_at) if parcel.official_at else ""
    is_gone = parcel.action is Action.WITHDRAW
    return (
        entry is not None
        and entry.title == standing.title(one, parcel.notice)
        and entry.edition == f"sha256:{parcel.edition.digest}"
        and entry.standing == (standing.tag(parcel.notice) if parcel.notice else "")
        and bool(entry.text) == (entries.is_whole(parcel.edition, one) and not is_gone)
        and (not entry.text or fingerprint.fragment(entry.text) == fingerprint.fragment(one.body))
        and (parcel.action is not Action.ANNOTATE or entry.official == official)
    )


def _atom(entry: etree._Element) -> tuple[str, Held]:
    return _text(entry, f"{{{ATOM}}}id"), _held(entry, f"{{{ATOM}}}title", f"{{{ATOM}}}content")


def _rss(item: etree._Element) -> tuple[str, Held]:
    return _text(item, "guid"), _held(item, "title", f"{{{CONTENT}}}encoded")


def _held(entry: etree._Element, title: str, content: str) -> Held:
    return Held(
        title=_text(entry, title),
        edition=_text(entry, f"{{{GONGBU}}}edition"),
        official=_text(entry, f"{{{GONGBU}}}official"),
        standing=_text(entry, f"{{{GONGBU}}}standing"),
        text=_text(entry, content),
    )


def _text(element: etree._Element, name: str) -> str:
    return element.findtext(name) or ""
