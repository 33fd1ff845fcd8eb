"""Which feeds there are and what each is called; the indexes of them all, for readers (OPML) and for programs. Pure."""

import json
from collections.abc import Iterable, Mapping

from lxml import etree  # type: ignore[import-untyped]

from channels.contract import Site
from channels.rss.sheets import Feed
from schemas import columns, feeds
from schemas.edition import Edition
from schemas.release import Role
from schemas.words import word

OPML, JSON = feeds.path("index", "opml"), feeds.path("index", "json")
#: Name → words. What a unit or a theme of the bureau's own is called stands in the documents only.
_WHOLE = {feeds.ALL: "全部", **{feeds.ROLES[role]: f"全部{word(role)}" for role in Role}}
_COLUMNS = {feeds.of_column(one): one for one in columns.COLUMNS.values() if one is not columns.ARCHIVE}
_THEMES = {feeds.of_theme(group): group for group in feeds.groups()}
_WORDS = {**_WHOLE, **{name: column.name for name, column in _COLUMNS.items()}, **_THEMES}
#: Feeds that stand from the beginning, whether anything was published in them or not.
FIXED = tuple(_WORDS)
#: How the names of other feeds begin, and the group of the index in which each stands.
_GROUPS = {"theme-": "主题分类", "unit-": "发文机关", "year-": "年份"}
_FIRST, _SECOND = "全部", "栏目"


def words(name: str, editions: Iterable[Edition]) -> str | None:
    """What the feed is called, found where need be in editions that it tells of; None when they do not say."""
    if name in _WORDS:
        return _WORDS[name]
    if name.startswith("year-"):
        return f"{name.removeprefix('year-')}年"
    for edition in editions:
        for unit in feeds.units(edition.metadata.issuer):
            if name == feeds.of_unit(unit):
                return unit
        if name == feeds.of_theme(group := feeds.group(edition.metadata.theme)):
            return group
    return None


def feed(name: str, said: str, site: Site) -> Feed:
    """The feed of this name and these words."""
    title = site.name if name == feeds.ALL else f"{said} - {site.name}"
    return Feed(name, title, _page(name))


def _page(name: str) -> str:
    """The page that shows the same, or the nearest."""
    if name in _COLUMNS:
        return _COLUMNS[name].path
    year = name.removeprefix("year-")
    return f"{columns.ARCHIVE.path}{year}/" if year.isdecimal() else "/"


def read(index: bytes | None) -> dict[str, str]:
    """Name → words, from an index for programs that was written before; nothing from what is none."""
    try:
        found = {one["name"]: one["label"] for one in json.loads(index or b"{}")["feeds"]}
    except (ValueError, TypeError, KeyError):
        return {}
    return {name: said for name, said in found.items() if isinstance(name, str) and isinstance(said, str)}


def indexes(known: Mapping[str, str], site: Site, *, hub: str) -> dict[str, bytes]:
    """Both indexes by path, of feeds by name and words."""
    ordered = sorted(known.items(), key=lambda one: (_place(one[0]), one[1]))
    return {OPML: _opml(ordered, site), JSON: _json(ordered, site, hub)}


def _place(name: str) -> tuple[int, int]:
    """Fixed feeds in their own order, then units, then years, the latest first."""
    if name in _WORDS:
        return 0, FIXED.index(name)
    year = name.removeprefix("year-")
    return list(_GROUPS).index(name.partition("-")[0] + "-") + 1, -int(year) if year.isdecimal() else 0


def _group(name: str) -> str:
    return next((said for start, said in _GROUPS.items() if name.startswith(start)), _first(name))


def _first(name: str) -> str:
    return _FIRST if name in _WHOLE else _SECOND


def _json(ordered: Iterable[tuple[str, str]], site: Site, hub: str) -> bytes:
    lines = [
        {
            "name": name,
            "group": _group(name),
            "label": said,
            "title": feed(name, said, site).title,
            "page": site.url + feed(name, said, site).page,
            **{kind: site.url + feeds.path(name, kind) for kind in feeds.MEDIA},
        }
        for name, said in ordered
    ]
    head = {"title": site.name, "opml": site.url + OPML, **({"hub": hub} if hub else {})}
    return json.dumps({**head, "feeds": lines}, ensure_ascii=False, indent=1).encode() + b"\n"


def _opml(ordered: Iterable[tuple[str, str]], site: Site) -> bytes:
    root = etree.Element("opml", version="2.0")
    head = etree.SubElement(root, "head")
    etree.SubElement(head, "title").text = site.name
    etree.SubElement(head, "ownerName").text = site.bureau
    body = etree.SubElement(root, "body")
    groups: dict[str, etree._Element] = {}
    for name, said in ordered:
        if (group := _group(name)) not in groups:
            groups[group] = etree.SubElement(body, "outline", text=group)
        one = feed(name, said, site)
        said_of = {"type": "rss", "text": said, "title": one.title, "xmlUrl": site.url + feeds.path(name, "atom")}
        etree.SubElement(groups[group], "outline", **said_of, htmlUrl=site.url + one.page, language="zh-CN")
    data: bytes = etree.tostring(root, encoding="utf-8", xml_declaration=True, pretty_print=True)
    return data
