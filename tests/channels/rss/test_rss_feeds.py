"""Which feeds there are, what each tells of, and how they come to be there."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import feedparser
from lxml import etree  # type: ignore[import-untyped]

from channels import rss
from channels.contract import Tools
from channels.rss import catalogue, sight
from channels.tree import Tree
from schemas import feeds
from schemas.feeds import MEDIA
from schemas.parcel import Parcel
from schemas.release import Kind

MakeParcel = Callable[..., Parcel]
LAND = "国土资源、能源\\土地"


def ids(tree: Tree, name: str) -> set[str]:
    """What the feed tells of, the same in every format."""
    found = [set(sight.held(tree.read(feeds.path(name, kind)) or b"")) for kind in MEDIA]
    assert found[0] == found[1] == found[2], name
    return {one.partition(":")[2].partition(":")[2] for one in found[0]}


def index(tree: Tree) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads(tree.read(catalogue.JSON) or b"")["feeds"]
    return found


async def test_each_feed_tells_of_its_own(
    channel: rss.Rss, tree: Tree, make_parcel: MakeParcel, notes: Any, shelf: Any
) -> None:
    for parcel in (
        make_parcel(release=1, kind=Kind.NORMATIVE, theme=LAND),
        make_parcel(release=2, kind=Kind.NOTICE, interpretations=0, issuer="甲局、乙委"),
    ):
        shelf.put(parcel)
        await channel.commit(parcel, notes)
    both = {"1/policy", "2/policy"}
    assert {name: ids(tree, name) for name in ("all", "policy", "interpretation", "zcwj", "gfxwj", "zcjd", "tzgg")} == {
        "all": both | {"1/interpretation-1"},
        "policy": both,
        "interpretation": {"1/interpretation-1"},
        "zcwj": {"1/policy"},
        "gfxwj": {"1/policy"},
        "zcjd": {"1/interpretation-1"},
        "tzgg": {"2/policy"},
    }
    assert ids(tree, "theme-gtzy") == {"1/policy", "1/interpretation-1"}
    assert ids(tree, "theme-zhzw") == {"2/policy"}
    assert ids(tree, feeds.of_unit("甲局")) == ids(tree, feeds.of_unit("乙委")) == {"2/policy"}
    assert ids(tree, "year-2026") == both | {"1/interpretation-1"}


async def test_a_correction_moves_a_document_to_the_feeds_that_it_now_belongs_to(
    channel: rss.Rss, tree: Tree, make_parcel: MakeParcel, notes: Any, shelf: Any
) -> None:
    for parcel in (make_parcel(number=1, theme=LAND, issuer="甲局"), make_parcel(number=2, issuer="乙委")):
        shelf.put(parcel)
        await channel.commit(parcel, notes)
    there = {"1001/policy", "1001/interpretation-1"}
    assert ids(tree, "theme-zhzw") == ids(tree, feeds.of_unit("乙委")) == ids(tree, "all") == there
    assert ids(tree, "theme-gtzy") == ids(tree, feeds.of_unit("甲局")) == set()


async def test_feeds_stand_empty_before_the_first_release(channel: rss.Rss, tree: Tree) -> None:
    await channel.tend()
    for name in catalogue.FIXED:
        assert ids(tree, name) == set()
        for kind in ("atom", "rss"):
            assert not feedparser.parse(tree.read(feeds.path(name, kind))).bozo
    assert {one["name"] for one in index(tree)} == set(catalogue.FIXED)
    assert {"all", "policy", "interpretation", "zcwj", "tzgg", "theme-gtzy"} <= set(catalogue.FIXED)


async def test_the_indexes_name_every_feed_by_its_words(
    channel: rss.Rss, tree: Tree, tools: Tools, make_parcel: MakeParcel, notes: Any, shelf: Any
) -> None:
    await channel.tend()
    parcel = make_parcel(issuer="天津市海洋局", theme="海防")
    shelf.put(parcel)
    await channel.commit(parcel, notes)
    named = {one["name"]: one for one in index(tree)}
    standing = {str(one.relative_to(tree.root / "feeds"))[:-5] for one in (tree.root / "feeds").rglob("*.atom")}
    assert named.keys() == standing - {"release-1001"}
    assert named[feeds.of_unit("天津市海洋局")]["label"] == "天津市海洋局"
    assert (named[feeds.of_theme("海防")]["label"], named["year-2026"]["label"]) == ("海防", "2026年")
    outlines = etree.fromstring(tree.read(catalogue.OPML) or b"").findall("body/outline")
    assert [one.get("text") for one in outlines] == ["全部", "栏目", "主题分类", "发文机关", "年份"]
    listed = {one.get("xmlUrl") for group in outlines for one in group}
    assert listed == {one["atom"] for one in named.values()}
    assert all(tree.read(address.removeprefix(tools.site.url)) for address in listed)


async def test_a_site_that_lost_its_tree_gets_all_of_it_back(
    channel: rss.Rss, tools: Tools, tree: Tree, make_parcel: MakeParcel, notes: Any, shelf: Any
) -> None:
    await channel.tend()
    for release in (1, 2, 3):
        shelf.put(make_parcel(release=release))
        await channel.commit(make_parcel(release=release), notes)
    before = {one: one.read_bytes() for one in tree.root.rglob("*") if one.is_file()}
    for one in before:
        one.unlink()
    await rss.build({"name": "feeds", "kind": "rss"}, tools).tend()
    assert {one: one.read_bytes() for one in tree.root.rglob("*") if one.is_file()} == before


async def test_what_was_published_before_there_were_places_gets_them_in_its_order(
    channel: rss.Rss, tree: Tree, make_parcel: MakeParcel, shelf: Any
) -> None:
    for release in (5, 3, 4):
        shelf.put(make_parcel(release=release, interpretations=0))
    await channel.tend()
    assert shelf.given["all"] == [5, 3, 4]
    assert ids(tree, "all") == {"5/policy", "3/policy", "4/policy"}


async def test_what_did_not_change_keeps_its_time(
    channel: rss.Rss, tree: Tree, make_parcel: MakeParcel, notes: Any, shelf: Any
) -> None:
    await channel.tend()
    first, second = make_parcel(release=1), make_parcel(release=2, kind=Kind.NOTICE, interpretations=0, theme=LAND)
    shelf.put(first)
    await channel.commit(first, notes)
    inodes = {one: one.stat().st_ino for one in tree.root.rglob("*") if one.is_file()}
    shelf.put(second)
    await channel.commit(second, notes)
    kept = {one.name for one, inode in inodes.items() if one.stat().st_ino == inode}
    assert {"zcwj.atom", "zcjd.rss", "theme-zhzw.json", "interpretation.atom", "index.opml"} <= kept
    assert kept.isdisjoint({"all.atom", "policy.rss", "tzgg.json", "theme-gtzy.atom", "year-2026.atom"})
    await channel.commit(second, notes)
    await channel.tend()
    assert {one.name for one, inode in inodes.items() if one.stat().st_ino == inode} >= kept - {"release-2.atom"}


async def test_what_is_published_amid_a_tending_is_not_lost(
    tools: Tools, tree: Tree, make_parcel: MakeParcel, notes: Any, shelf: Any
) -> None:
    first, second = (rss.build({"name": "feeds", "kind": "rss"}, tools) for _ in range(2))  # as in two processes
    shelf.put(make_parcel(release=1))
    parcel = make_parcel(release=2, issuer="乙委")
    shelf.put(parcel)
    await asyncio.gather(first.tend(), second.tend(), second.commit(parcel, notes))
    assert {"1/policy", "2/policy"} <= ids(tree, "all")
    assert ids(tree, feeds.of_unit("乙委")) == {"2/policy", "2/interpretation-1"}
    assert feeds.of_unit("乙委") in {one["name"] for one in index(tree)}
