"""Pages of documents wear what the site wears now; their text, and what is not theirs, stays."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from channels import website
from channels.conformance.memory import MemoryNotes, MemoryShelf
from channels.contract import Tools
from channels.tree import Tree
from channels.website import renewing, sight
from schemas.delivery import Action
from schemas.standing import StandingKind
from tests.channels.conftest import build_notice
from tests.channels.website.shown import MakeParcel, official, publish, read


def named(tools: Tools, name: str) -> website.Website:
    """The channel of a site that calls itself so: what a restart with other settings makes."""
    site = replace(tools.site, name=name)
    return website.build({"name": "website", "kind": "website", "authoritative": True}, replace(tools, site=site))


async def test_a_new_name_comes_to_every_page_and_no_text_changes(
    tools: Tools, make_parcel: MakeParcel, notes: MemoryNotes, shelf: MemoryShelf, tree: Tree, data_dir: Path
) -> None:
    old = named(tools, "旧名称")
    parcels = [official(make_parcel(release=number)) for number in (1, 2, 3, 4)]
    for parcel in parcels:
        await publish(old, parcel.model_copy(update={"action": Action.PUBLISH}), notes, shelf)
        await publish(old, parcel, notes, shelf)
    gone = {"action": Action.WITHDRAW, "notice": build_notice(StandingKind.WITHDRAWN)}
    withdrawn = parcels[1].model_copy(update=gone)
    await publish(old, withdrawn, notes, shelf)
    altered = re.sub(r'id="gongbu-text"[^>]*>', r"\g<0><p>加</p>", read(tree, "/zcwj/3.html"), count=1)
    assert "<p>加</p>" in altered
    await tree.write("/zcwj/3.html", altered.encode())
    new = named(tools, "新名称")
    await new.tend()
    for number in (1, 4):
        page, before = read(tree, f"/zcwj/{number}.html"), old.render(parcels[number - 1]).files[0].body.decode()
        assert "旧名称" not in page
        assert page == before.replace("旧名称", "新名称")
        assert sight.shows(page.encode(), parcels[number - 1], parcels[number - 1].edition.policy)
    assert "新名称" in read(tree, "/zcwj/2.html")
    assert "撤回说明" in read(tree, "/zcwj/2.html")
    assert read(tree, "/zcwj/3.html") == altered, "what somebody changed is a watch's business"
    assert (data_dir / "website.renewed").read_text().endswith(" done")


async def test_a_renewal_that_died_goes_on_where_it_was_and_ends(
    tools: Tools,
    make_parcel: MakeParcel,
    notes: MemoryNotes,
    shelf: MemoryShelf,
    tree: Tree,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    old = named(tools, "旧名称")
    for number in (1, 2, 3):
        await publish(old, make_parcel(release=number), notes, shelf)
    monkeypatch.setattr(renewing, "BATCH", 1)
    monkeypatch.setattr(renewing, "REST_SECONDS", 0)
    new = named(tools, "新名称")
    whole: Any = Tree.write_many

    async def dies(self: Tree, files: Any) -> None:
        if "/zcwj/2.html" in files:
            raise OSError("full")
        await whole(self, files)

    monkeypatch.setattr(Tree, "write_many", dies)
    with pytest.raises(OSError, match="full"):
        await new.tend()
    assert "新名称" in read(tree, "/zcwj/1.html")
    monkeypatch.setattr(Tree, "write_many", whole)
    await new.tend()
    assert all("新名称" in read(tree, f"/zcwj/{number}.html") for number in (2, 3))
    inode = tree.locate("/zcwj/1.html").stat().st_ino
    await new.tend()
    assert tree.locate("/zcwj/1.html").stat().st_ino == inode
