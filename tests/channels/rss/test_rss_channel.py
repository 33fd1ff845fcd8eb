"""The feeds from outside: real files, a real server, and the readers that subscribers use."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import feedparser
import pytest
from lxml import etree  # type: ignore[import-untyped]
from reader import make_reader

from channels import rss
from channels.contract import ChannelError, Tools
from channels.rss import sight
from channels.tree import Tree
from schemas.delivery import Reaction
from schemas.parcel import Parcel
from schemas.release import Disclosure
from tests.channels.rss.shown import read

MakeParcel = Callable[..., Parcel]
XML = [f"/feeds/{name}.{kind}" for name in ("all", "zcwj", "zcjd") for kind in ("atom", "rss")]
FEEDS = [*XML, "/feeds/all.json", "/feeds/zcwj.json", "/feeds/zcjd.json"]


async def test_every_feed_parses_without_complaint(
    channel: rss.Rss, tree: Tree, make_parcel: MakeParcel, notes: Any, shelf: Any
) -> None:
    parcel = make_parcel(interpretations=2)
    shelf.put(parcel)
    await channel.commit(parcel, notes)
    for path in XML:
        parsed = feedparser.parse(read(tree, path))
        assert not parsed.bozo, (path, parsed.get("bozo_exception"))
        assert len(parsed.entries) == {"all": 3, "zcwj": 1, "zcjd": 2}[path[7:].split(".")[0]]
        assert all(entry.id.startswith("tag:ghhzrzy.tj.gov.cn,2026:1001/") for entry in parsed.entries)


async def test_a_feed_reader_takes_all_documents(
    channel: rss.Rss, tools: Tools, make_parcel: MakeParcel, notes: Any, shelf: Any
) -> None:
    parcel = make_parcel()
    shelf.put(parcel)
    await channel.commit(parcel, notes)

    def subscribe() -> list[tuple[str, str | None]]:
        with make_reader(":memory:") as reader:
            reader.add_feed(f"{tools.site.url}/feeds/all.atom")
            reader.update_feeds()
            assert reader.get_feed(f"{tools.site.url}/feeds/all.atom").last_exception is None
            return [(entry.id, entry.link) for entry in reader.get_entries()]

    found = await asyncio.to_thread(subscribe)
    assert {link for _, link in found} == set(parcel.addresses.values())


async def test_atom_links_keep_their_attributes(
    channel: rss.Rss, tree: Tree, tools: Tools, make_parcel: MakeParcel, make_attachment: Any, notes: Any
) -> None:
    file = make_attachment(b"%PDF-1.7", "分工表.pdf", "application/pdf")
    await channel.commit(make_parcel(attachments=(file,)), notes)
    root = etree.fromstring(read(tree, "/feeds/zcwj.atom"))
    links = [dict(link.attrib) for link in root.findall("{*}entry/{*}link")]
    assert {link["rel"] for link in links} == {"alternate", "related", "enclosure"}
    enclosure = next(link for link in links if link["rel"] == "enclosure")
    assert enclosure == {
        "rel": "enclosure",
        "href": f"{tools.site.url}/zcwj/1001/attachment-1.pdf",
        "type": "application/pdf",
        "length": "8",
        "title": "分工表.pdf",
    }
    assert {link["rel"] for link in (dict(e.attrib) for e in root.findall("{*}link"))} == {"self", "hub", "alternate"}


async def test_policy_and_interpretation_are_related_both_ways(
    channel: rss.Rss, tree: Tree, make_parcel: MakeParcel, notes: Any
) -> None:
    parcel = make_parcel()
    await channel.commit(parcel, notes)
    for path, wanted in (("/feeds/zcwj.atom", "interpretation-1"), ("/feeds/zcjd.atom", "policy")):
        entry = etree.fromstring(read(tree, path)).find("{*}entry")
        assert [e.get("href") for e in entry.findall("{*}link[@rel='related']")] == [parcel.addresses[wanted]]
    item = etree.fromstring(read(tree, "/feeds/zcwj.rss")).find("channel/item")
    link = item.find("{http://www.w3.org/2005/Atom}link")
    assert (link.get("rel"), link.get("href")) == ("related", parcel.addresses["interpretation-1"])


async def test_building_twice_gives_the_same_bytes(
    channel: rss.Rss, tools: Tools, tree: Tree, make_parcel: MakeParcel, notes: Any, shelf: Any
) -> None:
    for release in (1, 2, 3):
        shelf.put(make_parcel(release=release))
    parcel = make_parcel(release=3)
    await channel.commit(parcel, notes)
    before = {path: read(tree, path) for path in FEEDS}
    await rss.build({"name": "feeds", "kind": "rss"}, tools).commit(parcel, notes)
    assert {path: read(tree, path) for path in FEEDS} == before


async def test_the_feeds_hold_the_very_bytes_that_were_rendered(
    channel: rss.Rss, tree: Tree, make_parcel: MakeParcel, notes: Any
) -> None:
    parcel = make_parcel()
    await channel.commit(parcel, notes)
    for file in channel.render(parcel).files:
        assert file.body in read(tree, f"/feeds/all.{file.name.rpartition('.')[2]}")


async def test_the_newest_fifty_stand_in_the_feed_newest_first(
    channel: rss.Rss, tree: Tree, make_parcel: MakeParcel, shelf: Any
) -> None:
    for release in range(1, 61):
        parcel = make_parcel(release=release, interpretations=0)
        parcel = parcel.model_copy(update={"planned_at": parcel.planned_at + timedelta(minutes=release)})
        shelf.put(parcel)
    await channel.tend()
    parsed = feedparser.parse(read(tree, "/feeds/all.atom"))
    assert [entry.gongbu_release for entry in parsed.entries] == [str(n) for n in range(60, 10, -1)]


async def test_two_commits_at_once_leave_both_in_the_feed(
    tools: Tools, tree: Tree, make_parcel: MakeParcel, notes: Any, shelf: Any
) -> None:
    parcels = [make_parcel(release=release) for release in range(1, 9)]

    async def publish(parcel: Parcel) -> None:
        one = rss.build({"name": "feeds", "kind": "rss"}, tools)  # each with locks of its own, as another process has
        shelf.put(parcel)
        await one.commit(parcel, notes)

    await asyncio.gather(*map(publish, parcels))
    assert len(sight.held(read(tree, "/feeds/all.atom"))) == 16


async def test_a_commit_does_not_wait_for_the_shelf_to_list_it(
    channel: rss.Rss, make_parcel: MakeParcel, notes: Any, shelf: Any
) -> None:
    parcel = make_parcel()
    shelf.listed = []
    assert await channel.sight(parcel, await channel.commit(parcel, notes), notes)


async def test_look_up_finds_what_a_dead_worker_began_and_finishes_it(
    channel: rss.Rss, tree: Tree, make_parcel: MakeParcel, notes: Any, data_dir: Path
) -> None:
    parcel = make_parcel()
    receipt = await channel.commit(parcel, notes)
    for path in FEEDS:
        (data_dir / "site" / path[1:]).unlink()
    assert await channel.look_up(parcel, notes) == receipt
    assert all(tree.read(path) for path in FEEDS)


@pytest.mark.parametrize(
    ("said", "named"),
    [({}, ["{site}/websub"]), ({"hub": "https://hub.tj.gov.cn/"}, ["https://hub.tj.gov.cn/"]), ({"hub": ""}, [])],
    ids=["our own", "another", "none"],
)
async def test_the_hub_is_named_in_every_format(
    tools: Tools, tree: Tree, make_parcel: MakeParcel, notes: Any, said: dict[str, str], named: list[str]
) -> None:
    wanted = [one.format(site=tools.site.url) for one in named]
    await rss.build({"name": "feeds", "kind": "rss", **said}, tools).commit(make_parcel(), notes)
    for path in ("/feeds/all.atom", "/feeds/all.rss"):
        links = feedparser.parse(read(tree, path)).feed.links
        assert [link.href for link in links if link.rel == "hub"] == wanted
    assert [one["url"] for one in json.loads(read(tree, "/feeds/all.json")).get("hubs", ())] == wanted


async def test_markup_in_a_title_is_text(channel: rss.Rss, tree: Tree, make_parcel: MakeParcel, notes: Any) -> None:
    title = "关于<script>alert(1)</script> & ]]> 的通知"
    parcel = make_parcel(title=title, body="<p>a ]]&gt; b</p>")
    receipt = await channel.commit(parcel, notes)
    assert sight.held(read(tree, "/feeds/zcwj.rss"))["tag:ghhzrzy.tj.gov.cn,2026:1001/policy"].title == title
    assert b"<script" not in read(tree, "/feeds/all.atom")
    assert await channel.sight(parcel, receipt, notes)


def test_images_have_absolute_addresses(
    channel: rss.Rss, tools: Tools, make_parcel: MakeParcel, make_attachment: Any
) -> None:
    image = make_attachment(b"png", "图.png", "image/png")
    parcel = make_parcel(
        body=f'<p><img src="blob:{image.sha256}" alt="图"><a href="/zcwj/">同栏目</a></p>', images=(image,)
    )
    page = next(one for one in channel.render(parcel).files if one.name == "policy.rss").body.decode()
    assert f'src="{tools.site.url}/images/1001/{image.sha256[:16]}.png"' in page
    assert f'href="{tools.site.url}/zcwj/"' in page


def test_a_document_that_is_not_open_is_refused(channel: rss.Rss, make_parcel: MakeParcel) -> None:
    with pytest.raises(ChannelError) as refused:
        channel.render(make_parcel(disclosure=Disclosure.ON_REQUEST))
    assert refused.value.trouble.reaction is Reaction.BUG


async def test_the_same_site_under_another_address_keeps_its_identifiers(
    tools: Tools, make_parcel: MakeParcel, channel: rss.Rss
) -> None:
    moved = rss.build(
        {"name": "feeds", "kind": "rss"}, replace(tools, site=replace(tools.site, url="https://b.gov.cn"))
    )
    parcel = make_parcel()
    ids = [etree.fromstring(one.render(parcel).files[0].body).findtext("{*}id") for one in (channel, moved)]
    assert ids[0] == ids[1] == "tag:ghhzrzy.tj.gov.cn,2026:1001/policy"
