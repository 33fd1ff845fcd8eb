"""The rules of the formats, as the W3C feed validator has them, for every document that is written."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from lxml import etree, html  # type: ignore[import-untyped]

from channels import rss
from channels.contract import Tools
from channels.rss import sheets
from channels.rss.repair import ATOM, CONTENT, DC, GONGBU, HISTORY, TOMBSTONES
from channels.tree import Tree
from schemas.delivery import Action
from schemas.feeds import MEDIA
from schemas.parcel import Parcel
from schemas.release import Kind
from schemas.standing import StandingKind
from tests.channels.conftest import BODY, OFFICIAL_AT, build_notice

MakeParcel = Callable[..., Parcel]
KNOWN = {ATOM, CONTENT, DC, GONGBU, HISTORY, TOMBSTONES}
RELATIONS = {"self", "alternate", "related", "enclosure", "hub", "current", "prev-archive"}
#: What readers must never be given to run, and what has no meaning away from its page.
UNSAFE = re.compile(
    r"<\s*(script|style|iframe|object|embed|form|meta|link)\b|\son[a-z]+\s*=|javascript:", re.IGNORECASE
)


@pytest.fixture
async def tree(tools: Tools, make_parcel: MakeParcel, make_attachment: Any, shelf: Any) -> Tree:
    """A site with all that feeds can tell of, in current documents and archives."""
    channel = rss.build({"name": "feeds", "kind": "rss"}, tools)
    image = make_attachment(b"png", "图.png", "image/png")
    files = (make_attachment(b"%PDF", "分工表.pdf", "application/pdf"), make_attachment(b"x", "表 二.xlsx", "a/b"))
    body = f'{BODY}<p><img src="blob:{image.sha256}" alt="图"><a href="/zcwj/">同栏目</a><a href="#一">一</a></p>'
    for parcel in (
        make_parcel(release=1, body=body, images=(image,), attachments=files, official_at=OFFICIAL_AT),
        make_parcel(release=2, issuer="甲局、乙委", title="关于<b>&]]>的通知", kind=Kind.NOTICE, interpretations=0),
        make_parcel(release=3, action=Action.ANNOTATE, official_at=OFFICIAL_AT, notice=build_notice()),
        make_parcel(release=4, action=Action.WITHDRAW, notice=build_notice(StandingKind.WITHDRAWN), attachments=files),
        make_parcel(release=5, doc_no=None, index_no=None, keywords=()),
    ):
        shelf.put(parcel)
    await channel.tend()
    return Tree(Path(tools.data_dir) / "site")


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "SPAN", 2)


def documents(tree: Tree, kind: str) -> list[tuple[str, bytes]]:
    found = [(f"/{one.relative_to(tree.root)}", one.read_bytes()) for one in (tree.root / "feeds").rglob(f"*.{kind}")]
    assert len(found) > 30
    return [one for one in found if "index." not in one[0]]


async def test_every_document_keeps_the_rules_of_its_format(tree: Tree, tools: Tools) -> None:
    wrong = [
        (path, fault)
        for kind, faults in (("atom", atom), ("rss", rss2), ("json", jsonfeed))
        for path, body in documents(tree, kind)
        for fault in faults(body, tools.site.url + path)
    ]
    assert wrong == []


def atom(body: bytes, address: str) -> Iterable[str]:
    root = etree.fromstring(body)
    entries = root.findall(f"{{{ATOM}}}entry")
    yield from head(body, root)
    for parent in (root, *entries):
        for name in ("id", "title", "updated"):
            yield from [f"{len(parent.findall(f'{{{ATOM}}}{name}'))} {name}"] * (not said(parent, f"{{{ATOM}}}{name}"))
        yield from times(one.text for one in parent.iterchildren(f"{{{ATOM}}}updated", f"{{{ATOM}}}published"))
        links = parent.findall(f"{{{ATOM}}}link")
        yield from linked(links)
        pages = Counter((one.get("type"), one.get("hreflang")) for one in links if one.get("rel") == "alternate")
        yield from [f"alternate: {pages}"] * (list(pages.values()) != [1])
    yield from [f"lang {root.get('{http://www.w3.org/XML/1998/namespace}lang')}"] * ("zh-CN" not in str(root.attrib))
    yield from [f"self of {address}"] * (root.find(f"{{{ATOM}}}link[@rel='self']").get("href") != address)
    yield from unique(said(one, f"{{{ATOM}}}id") for one in entries)
    for entry in entries:
        content = entry.find(f"{{{ATOM}}}content")
        yield from [] if content is None else [*fragment(content.text), *["type"] * (content.get("type") != "html")]
        yield from ["no author"] * (not said(entry, f"{{{ATOM}}}author/{{{ATOM}}}name"))
        yield from ["no summary"] * (not said(entry, f"{{{ATOM}}}summary"))
        yield from ["empty term"] * any(not one.get("term") for one in entry.findall(f"{{{ATOM}}}category"))


def rss2(body: bytes, address: str) -> Iterable[str]:
    root = etree.fromstring(body)
    channel, items = root.find("channel"), root.findall("channel/item")
    yield from head(body, root)
    yield from ["version"] * (root.get("version") != "2.0")
    yield from [one for one in ("title", "link", "description", "language", "ttl") if not said(channel, one)]
    yield from [f"self of {address}"] * (channel.find(f"{{{ATOM}}}link[@rel='self']").get("href") != address)
    yield from unique(said(one, "guid") for one in items)
    for parent in (channel, *items):
        yield from linked(parent.findall(f"{{{ATOM}}}link"))
        yield from [f"twice {one}" for one in ("link", "enclosure", "pubDate") if len(parent.findall(one)) > 1]
    for at in (said(channel, "lastBuildDate"), *(said(one, "pubDate") for one in items)):
        # Written anew it has the right weekday.
        yield from [f"date {at}"] * (format_datetime(parsedate_to_datetime(at)) != at)
    for item in items:
        yield from [one for one in ("title", "link", "description", f"{{{DC}}}creator") if not said(item, one)]
        yield from ["guid"] * (item.find("guid").get("isPermaLink") != "false")
        yield from fragment(said(item, f"{{{CONTENT}}}encoded"))
        file = item.find("enclosure")
        yield from ["enclosure"] * (file is not None and not (file.get("length").isdigit() and file.get("type")))
    # Simple readers know it by its letters.
    yield from ["prefix"] * (body.count(b"<content:encoded>") != body.count(b"encoded>") / 2)


def jsonfeed(body: bytes, address: str) -> Iterable[str]:
    feed: dict[str, Any] = json.loads(body)
    yield from [f"version {feed['version']}"] * (feed["version"] != "https://jsonfeed.org/version/1.1")
    yield from [f"self of {address}"] * (feed["feed_url"] != address)
    yield from [one for one in ("title", "home_page_url", "description", "language", "authors") if not feed[one]]
    yield from unique(one["id"] for one in feed["items"])
    yield from times(one[name] for one in feed["items"] for name in ("date_published", "date_modified"))
    for item in feed["items"]:
        yield from ["content"] * (("content_html" in item) == ("content_text" in item))
        yield from [*fragment(item.get("content_html", "")), *absolute(item["url"])]
        for file in item.get("attachments", ()):
            yield from [*absolute(file["url"]), *["attachment"] * (not (file["mime_type"] and file["size_in_bytes"]))]
        yield from [f"extension {one}" for one in item if one.startswith("_") and one != "_gongbu"]


def head(body: bytes, root: Any) -> Iterable[str]:
    yield from ["declaration"] * (not body.startswith(b"<?xml version='1.0' encoding='UTF-8'?>"))
    yield from ["doctype"] * bool(root.getroottree().docinfo.doctype)
    names = {etree.QName(one).namespace for one in root.iter()} - {None}
    yield from [f"namespaces {names - KNOWN}"] * bool(names - KNOWN)


def linked(links: Iterable[Any]) -> Iterable[str]:
    for one in links:
        yield from [f"relation {one.get('rel')}"] * (one.get("rel") not in RELATIONS)
        yield from absolute(one.get("href"))
        yield from ["enclosure"] * (one.get("rel") == "enclosure" and not (one.get("length") and one.get("type")))


def fragment(text: str) -> Iterable[str]:
    """HTML inside a feed: nothing to run, nothing relative to a page that is not there."""
    yield from [f"unsafe: {UNSAFE.search(text)}"] * bool(UNSAFE.search(text))
    for element in html.fragments_fromstring(f"<div>{text}</div>")[0].iter():
        for name in ("href", "src"):
            # HTML may have other letters in an address than XML's.
            yield from absolute(quote(element.get(name), safe="/:?#=&%")) if element.get(name) is not None else ()


def absolute(address: str) -> Iterable[str]:
    parts = urlsplit(address)
    plain = parts.scheme in {"http", "https"} and parts.netloc and address.isascii() and " " not in address
    yield from [f"address {address}"] * (not plain)


def times(stamps: Iterable[str]) -> Iterable[str]:
    for one in stamps:
        yield from [f"time {one}"] * (datetime.fromisoformat(one).tzinfo is None or "T" not in one)


def unique(names: Iterable[str]) -> Iterable[str]:
    yield from [f"twice {name}" for name, times_ in Counter(names).items() if times_ > 1 or not name]


def said(parent: Any, name: str) -> str:
    return (parent.findtext(name) or "").strip()


#: Format, and what stands in a good feed beside what would be a fault.
BREACHES = [
    ("atom", b'rel="related"', b'rel="alternate"'),
    ("atom", b"<updated>2026-03-02T", b"<updated>2026-03-02 "),
    ("atom", b"&lt;p&gt;", b"&lt;script&gt;"),
    ("rss", b"Mon, 02 Mar", b"Tue, 02 Mar"),
    ("rss", b"content:encoded", b"other:encoded"),
    ("rss", b'isPermaLink="false"', b'isPermaLink="true"'),
    ("json", b'"url":"http', b'"url":"ftp'),
]


async def test_a_breach_of_a_rule_is_noticed(tree: Tree, tools: Tools) -> None:
    for kind, before, after in BREACHES:
        path = f"/feeds/all.{kind}"
        body = (tree.read(path) or b"").replace(before, after)
        body = body.replace(b"xmlns:content", b"xmlns:other") if b"other" in after else body
        faults = {"atom": atom, "rss": rss2, "json": jsonfeed}[kind]
        assert list(faults(body, tools.site.url + path)), (kind, after)


async def test_every_mark_is_said_in_every_format(tree: Tree) -> None:
    said_: dict[str, dict[str, str]] = {}
    for kind, items in (("atom", f"{{{ATOM}}}entry"), ("rss", "channel/item")):
        found = etree.fromstring(tree.read(f"/feeds/release-3.{kind}") or b"").findall(items)
        said_[kind] = {etree.QName(one).localname: one.text for one in found[-1].iterchildren(f"{{{GONGBU}}}*")}
    said_["json"] = json.loads(tree.read("/feeds/release-3.json") or b"")["items"][-1]["_gongbu"]
    assert said_["atom"] == said_["rss"] == said_["json"]
    assert (
        said_["json"].items()
        >= {
            "release": "3",
            "document": "policy",
            "kind": "policy",
            "doc_no": "津规资办发〔2026〕12号",
            "index_no": "11120000MB1909339E/2026-00012",
            "official": "2026-03-02T09:30:02.417+08:00",
            "standing": "1/repealed",
        }.items()
    )
    assert set(MEDIA) == set(said_)
