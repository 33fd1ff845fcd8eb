"""Archived feeds (RFC 5005): all is found from the current document on, and what is archived stays as it is."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import feedparser
import pytest

from channels import rss
from channels.contract import Tools
from channels.rss import sheets, sight
from channels.tree import Tree
from schemas.delivery import Action
from schemas.feeds import MEDIA
from schemas.parcel import Parcel
from schemas.standing import StandingKind
from tests.channels.conftest import build_notice

MakeParcel = Callable[..., Parcel]
SPAN = 5


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Archives of five, so that a few releases make many."""
    monkeypatch.setattr(sheets, "SPAN", SPAN)


@pytest.fixture
def fill(channel: rss.Rss, make_parcel: MakeParcel, shelf: Any) -> Any:
    """`await fill(7)`: so many releases were published, one a minute, all but the last two with the same theme."""

    async def fill(count: int) -> list[Parcel]:
        parcels = []
        for release in range(1, count + 1):
            theme = "综合政务\\政务公开" if release <= count - 2 else "国土资源、能源\\土地"
            parcel = make_parcel(release=release, interpretations=0, theme=theme, body=f"<p>第{release}号正文</p>")
            at = parcel.planned_at + timedelta(minutes=release)
            parcels.append(parcel.model_copy(update={"planned_at": at, "official_at": at}))
            shelf.put(parcels[-1])
        await channel.tend()
        return parcels

    return fill


def files(tree: Tree) -> dict[str, bytes]:
    return {str(one.relative_to(tree.root)): one.read_bytes() for one in tree.root.rglob("*") if one.is_file()}


def chain(tree: Tree, site: str, name: str, kind: str) -> Iterator[bytes]:
    """The documents of a feed, the current one first, as a reader that knows RFC 5005 fetches them."""
    address: str | None = f"{site}/feeds/{name}.{kind}"
    while address:
        body = tree.read(address.removeprefix(site))
        assert body is not None, address
        yield body
        links = feedparser.parse(body).feed.links
        address = next((one.href for one in links if one.rel == "prev-archive"), None)


@pytest.mark.parametrize("kind", ["atom", "rss"])
async def test_every_document_is_found_by_following_the_archives(
    fill: Any, tree: Tree, tools: Tools, kind: str
) -> None:
    await fill(2 * SPAN + 3)
    documents = list(chain(tree, tools.site.url, "all", kind))
    assert len(documents) == 3
    assert {one for body in documents for one in sight.held(body)} == {
        f"tag:ghhzrzy.tj.gov.cn,2026:{release}/policy" for release in range(1, 2 * SPAN + 4)
    }
    # The texts of everything are found once in the archives; those of narrower feeds lead to the pages.
    assert all(one.text for body in documents for one in sight.held(body).values())
    narrow = list(chain(tree, tools.site.url, "theme-zhzw", kind))
    assert [all(one.text for one in sight.held(body).values()) for body in narrow] == [True, False, False]


async def test_an_archive_says_what_it_is(fill: Any, tree: Tree, tools: Tools) -> None:
    await fill(2 * SPAN)
    for kind in ("atom", "rss"):
        body = tree.read(f"/feeds/all/2.{kind}") or b""
        assert b"<fh:archive/>" in body
        links = {one.rel: one.href for one in feedparser.parse(body).feed.links if one.rel != "alternate"}
        base = f"{tools.site.url}/feeds/all"
        assert links == {
            "self": f"{base}/2.{kind}",
            "current": f"{base}.{kind}",
            "prev-archive": f"{base}/1.{kind}",
        }
        assert b"archive/>" not in (tree.read(f"/feeds/all.{kind}") or b"")


async def test_what_is_published_changes_no_archive(
    channel: rss.Rss, fill: Any, tree: Tree, make_parcel: MakeParcel, notes: Any, shelf: Any
) -> None:
    await fill(SPAN + 3)
    before = files(tree)
    archives = {path for path in before if path.count("/") == 2}
    assert {f"feeds/{name}/1.{kind}" for name in ("all", "theme-zhzw", "year-2026") for kind in MEDIA} <= archives
    new = make_parcel(release=900, planned_at=shelf.listed[0].planned_at + timedelta(minutes=1))
    shelf.put(new)
    await channel.commit(new, notes)
    after = files(tree)
    assert {path for path in before if after[path] != before[path]}.isdisjoint(archives)
    assert before["feeds/all.atom"] != after["feeds/all.atom"]


async def test_a_withdrawal_changes_the_archives_that_hold_it_and_no_other(
    channel: rss.Rss, fill: Any, tree: Tree, notes: Any, shelf: Any
) -> None:
    parcels = await fill(2 * SPAN + 3)
    before = files(tree)
    gone = build_notice(StandingKind.WITHDRAWN, reason="附件含有个人信息")
    withdrawn = parcels[2].model_copy(update={"action": Action.WITHDRAW, "notice": gone})
    shelf.put(withdrawn)
    shelf.listed = [*shelf.listed[1:], shelf.listed[0]]  # the store lists it by its publication, which is old
    await channel.commit(withdrawn, notes)
    after = files(tree)
    changed = {path for path in after if before.get(path) != after[path]}
    names = ("all", "fdzdgknr", "policy", "theme-zhzw", "unit-45eb445afd", "xxgk", "year-2026", "zcwj")
    wanted = {f"feeds/{name}{end}.{kind}" for name in names for end in ("", "/1") for kind in MEDIA}
    assert changed == wanted | {f"feeds/release-3.{kind}" for kind in MEDIA}
    assert not [path for path, body in after.items() if "第3号正文".encode() in body]
    entry = next(one for one in feedparser.parse(after["feeds/all/1.rss"]).entries if one.gongbu_release == "3")
    assert entry.title.endswith("(已撤回)")
    assert "附件含有个人信息" in entry.summary
    assert b"deleted-entry" in after["feeds/all/1.atom"]
    # Readers that ask again, and will never see the archive a second time, learn of it from the current document.
    assert "tag:ghhzrzy.tj.gov.cn,2026:3/policy" in sight.held(after["feeds/all.json"])


async def test_publishing_costs_the_same_in_a_larger_archive(
    tools: Tools, fill: Any, make_parcel: MakeParcel, notes: Any, shelf: Any
) -> None:
    async def cost(releases: int, number: int) -> int:
        await fill(releases)
        fresh = rss.build({"name": "feeds", "kind": "rss"}, tools)
        new = make_parcel(release=number, interpretations=0)
        shelf.put(new)
        before = shelf.asked
        await fresh.commit(new, notes)
        return int(shelf.asked - before)

    small = await cost(SPAN + 3, 900)
    shelf.listed, shelf.given = [], {}
    (Path(tools.data_dir) / "feeds.tended").unlink()
    assert await cost(4 * SPAN + 3, 901) == small


async def test_an_archive_that_a_dead_worker_left_out_is_written_by_the_next(
    channel: rss.Rss, fill: Any, tree: Tree, tools: Tools, make_parcel: MakeParcel, notes: Any, shelf: Any
) -> None:
    await fill(SPAN)
    archive = tree.read("/feeds/all/1.json")
    await tree.remove_many([f"/feeds/all/1.{kind}" for kind in MEDIA])
    new = make_parcel(release=900)
    shelf.put(new)
    await channel.commit(new, notes)
    assert tree.read("/feeds/all/1.json") == archive
    assert len(list(chain(tree, tools.site.url, "all", "atom"))) == 2
