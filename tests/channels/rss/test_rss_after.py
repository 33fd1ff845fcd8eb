"""The feeds after a publication: subscribers learn of a withdrawal and of a mark, however old the document is."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import feedparser
import pytest
from lxml import etree  # type: ignore[import-untyped]

from channels import rss
from channels.rss import sheets
from channels.rss.repair import ATOM, TOMBSTONES
from channels.tree import Tree
from schemas.delivery import Action
from schemas.parcel import Parcel
from schemas.standing import StandingKind
from tests.channels.conftest import build_notice

MakeParcel = Callable[..., Parcel]
GONE = build_notice(StandingKind.WITHDRAWN, reason="附件含有个人信息")


async def publish(channel: rss.Rss, parcel: Parcel, notes: Any, shelf: Any) -> Any:
    shelf.put(parcel)
    return await channel.commit(parcel, notes)


def parsed(tree: Tree, name: str) -> Any:
    found = feedparser.parse(tree.read(f"/feeds/{name}"))
    assert not found.bozo
    return found


async def test_a_withdrawal_replaces_the_entry_and_tells_readers_to_forget_it(
    channel: rss.Rss, make_parcel: MakeParcel, notes: Any, shelf: Any, tree: Tree
) -> None:
    parcel = make_parcel()
    await publish(channel, parcel, notes, shelf)
    ids = [one.id for one in parsed(tree, "all.atom").entries]
    await publish(channel, parcel.model_copy(update={"action": Action.WITHDRAW, "notice": GONE}), notes, shelf)
    feeds = [one for one in tree.root.rglob("*") if one.is_file()]
    assert len(feeds) > 20  # in every column, theme, unit and year, and in its own
    assert not [one for one in feeds if "权责清单".encode() in one.read_bytes()]
    for name in ("all.atom", "all.rss", "zcwj.atom", "release-1001.atom", "release-1001.rss"):
        entry = next(one for one in parsed(tree, name).entries if one.id.endswith("policy"))
        assert entry.title == f"{parcel.edition.policy.title}(已撤回)"
        assert "附件含有个人信息" in entry.summary
    root = etree.fromstring(tree.read("/feeds/all.atom") or b"")
    buried = root.findall(f"{{{TOMBSTONES}}}deleted-entry")
    assert sorted(one.get("ref") for one in buried) == sorted(ids)
    updated = {
        one.findtext(f"{{{ATOM}}}id"): one.findtext(f"{{{ATOM}}}updated") for one in root.iter(f"{{{ATOM}}}entry")
    }
    # A tombstone that is older than its entry would be ignored (RFC 6721, section 3).
    assert all(
        datetime.fromisoformat(one.get("when")) >= datetime.fromisoformat(updated[one.get("ref")]) for one in buried
    )


async def test_a_mark_is_news_and_the_text_stays(
    channel: rss.Rss, make_parcel: MakeParcel, notes: Any, shelf: Any, tree: Tree
) -> None:
    parcel = make_parcel()
    await publish(channel, parcel, notes, shelf)
    before = {one.id: one.updated for one in parsed(tree, "all.atom").entries}
    await publish(
        channel, parcel.model_copy(update={"action": Action.ANNOTATE, "notice": build_notice()}), notes, shelf
    )
    for name in ("all.atom", "all.rss"):
        entry = next(one for one in parsed(tree, name).entries if one.id.endswith("policy"))
        assert entry.title.endswith("(已废止)")
        assert entry.summary.startswith("本文件自2026年11月1日起废止。理由：")
        assert "权责清单" in entry.content[0].value
    assert all(one.updated > before[one.id] for one in parsed(tree, "all.atom").entries)


async def test_an_old_document_that_is_marked_is_news_again_and_stays_so(
    channel: rss.Rss, make_parcel: MakeParcel, notes: Any, shelf: Any, tree: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheets, "SPAN", 5)
    old = make_parcel(release=1, title="很旧的通知")
    shelf.put(old)
    for release in range(2, sheets.SPAN + 3):
        shelf.put(make_parcel(release=release, interpretations=0))
    await channel.tend()
    assert "很旧的通知" not in str(parsed(tree, "all.atom").entries)
    await publish(channel, old.model_copy(update={"action": Action.ANNOTATE, "notice": build_notice()}), notes, shelf)
    # Another release rebuilds the feeds.
    await publish(channel, make_parcel(release=901), notes, shelf)
    for name in ("all.atom", "all.rss", "zcwj.atom", "theme-zhzw.rss", "all/1.atom", "year-2026/1.rss"):
        assert "很旧的通知(已废止)" in [one.title for one in parsed(tree, name).entries], name
    assert "很旧的通知" not in (tree.read("/feeds/tzgg.atom") or b"").decode()
