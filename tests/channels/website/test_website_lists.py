"""The lists: pages that never shift, at a cost that does not grow; columns by kind; a site before its first release."""

import errno
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from channels import website
from channels.contract import Tended
from channels.tree import Tree
from channels.website.lists import numbers, sheets
from channels.website.lists.numbers import PAGE, PART, SITEMAP, Sheet
from schemas import columns
from schemas.columns import COLUMNS
from schemas.delivery import Action
from schemas.listing import Place
from schemas.parcel import Parcel
from schemas.release import Kind
from schemas.standing import StandingKind
from tests.channels.conftest import MemoryShelf, build_edition, build_notice
from tests.channels.website.shown import MakeParcel, official, publish, read, tags

YEAR = "lnwj/2026"


async def enter(channel: website.Website, parcel: Parcel, notes: Any, shelf: MemoryShelf) -> None:
    """Publish it, with the official time that follows: then it is on the lists."""
    await publish(channel, parcel, notes, shelf)
    await publish(channel, official(parcel), notes, shelf)


def states(tree: Tree) -> dict[str, int]:
    """File → its inode: every write makes another one."""
    return {str(one.relative_to(tree.root)): one.stat().st_ino for one in tree.root.rglob("*") if one.is_file()}


def written(before: dict[str, int], after: dict[str, int]) -> set[str]:
    return {path for path, inode in after.items() if before.get(path) != inode}


def named(tree: Tree, path: str) -> list[int]:
    """The releases whose policies the page names, in its order."""
    return [int(one) for one in re.findall(r'<li><a href="/zcwj/(\d+)\.html">', read(tree, path))]


@pytest.mark.parametrize("size", [0, 1, 19, 20, 21, 39, 40, 41, 59, 60, 61, 400])
def test_every_place_is_on_a_page_and_the_index_shows_the_newest_twenty_to_thirty_nine(size: int) -> None:
    index = numbers.newest("zcwj", size)
    shown = range(index.first, index.last + 1)
    assert len(shown) == size if size < PAGE else PAGE <= len(shown) < 2 * PAGE
    last = numbers.number("zcwj", size)
    pages = [numbers.span(Sheet("zcwj", n), size) for n in range(1, last + 1)]
    assert [n for one in pages for n in range(one.first, one.last + 1)] == list(range(1, size + 1))
    # Whoever follows the way to older ones from the index misses nothing.
    older = numbers.turning(Sheet("zcwj"), size).others
    assert (older[0][0] * PAGE == index.first - 1) if older else index.first == 1
    assert len(older) <= numbers.NAMED


def test_a_new_place_touches_its_page_the_index_and_once_the_page_before() -> None:
    def touched(ordinal: int, size: int, name: str = "zcwj") -> set[Sheet]:
        return numbers.touched([Place(list=name, ordinal=ordinal, release=1)], {name: size})

    assert touched(41, 41) == {Sheet("zcwj"), Sheet("zcwj", 3), Sheet("zcwj", 2)}
    assert touched(42, 42) == {Sheet("zcwj"), Sheet("zcwj", 3)}
    assert touched(7, 5_000) == {Sheet("zcwj", 1)}
    assert touched(PART + 1, PART + 1, SITEMAP) == {Sheet(SITEMAP), Sheet(SITEMAP, 2)}
    assert touched(PART + 2, PART + 2, SITEMAP) == {Sheet(SITEMAP, 2)}


async def test_a_page_changes_only_when_one_of_its_own_lines_does(
    channel: website.Website, make_parcel: MakeParcel, notes: Any, shelf: MemoryShelf, tree: Tree
) -> None:
    first = make_parcel(release=1)
    for release in range(1, 42):
        await enter(channel, make_parcel(release=release), notes, shelf)
    full = {path: read(tree, path) for path in ("/zcwj/list-1.html", "/zcwj/list-2.html", f"/{YEAR}/list-1.html")}
    assert named(tree, "/zcwj/list-1.html") == list(range(20, 0, -1))
    assert named(tree, "/zcwj/index.html") == list(range(41, 20, -1))
    assert 'href="/zcwj/list-1.html" rel="next"' in read(tree, "/zcwj/index.html")
    assert 'href="/zcwj/list-3.html" rel="prev"' in full["/zcwj/list-2.html"]
    before = states(tree)
    await enter(channel, make_parcel(release=42), notes, shelf)
    assert {path: read(tree, path) for path in full} == full
    assert {path for path in written(before, states(tree)) if "list-" in path} == {
        f"{name}/list-3.html" for name in ("zcwj", "zcjd", "fdzdgknr", YEAR)
    }
    gone = official(first).model_copy(
        update={"action": Action.WITHDRAW, "notice": build_notice(StandingKind.WITHDRAWN)}
    )
    await publish(channel, gone, notes, shelf)
    assert named(tree, "/zcwj/list-1.html") == list(range(20, 1, -1))
    assert read(tree, "/zcwj/list-2.html") == full["/zcwj/list-2.html"]
    assert "1.html" not in re.findall(r"/zcwj/(\d+\.html)", read(tree, "/sitemap-1.xml"))


async def test_a_publication_costs_the_same_among_fifty_and_among_five_thousand(
    channel: website.Website, make_parcel: MakeParcel, notes: Any, shelf: MemoryShelf, tree: Tree
) -> None:
    costs = []
    for listed in (50, 5_050):
        for name in ("zcwj", "zcjd", "fdzdgknr", YEAR, SITEMAP):
            shelf.given[name] = [100_000 + n for n in range(listed)]
        await enter(channel, make_parcel(release=listed), notes, shelf)
        before, asked = states(tree), shelf.asked
        await enter(channel, make_parcel(release=listed + 1), notes, shelf)
        costs.append((len(written(before, states(tree))), shelf.asked - asked))
    assert costs[0] == costs[1]
    # Two documents, each with a copy; home, disclosure, a page and an index of four lists, a part of the site map.
    assert costs[1][0] == 2 * 2 + 2 + 4 * 2 + 1


@pytest.mark.parametrize("kind", Kind)
async def test_a_document_stands_in_the_columns_of_its_kind_and_keeps_its_address(
    channel: website.Website, make_parcel: MakeParcel, notes: Any, shelf: MemoryShelf, tree: Tree, kind: Kind
) -> None:
    parcel = make_parcel(kind=kind)
    await enter(channel, parcel, notes, shelf)
    there = {one.code for one in columns.listing(kind, [parcel.edition.policy.role])} - {"lnwj"}
    for column in COLUMNS.values():
        if column.kinds and column.code not in {"lnwj", "zcjd"}:
            assert (named(tree, f"{column.path}index.html") == [1001]) is (column.code in there), column.code
    assert named(tree, f"/{YEAR}/index.html") == [1001]
    own = columns.own(kind, parcel.edition.policy.role)
    text = read(tree, "/zcwj/1001.html")
    assert dict(tags(text))["ColumnName"] == own.name
    assert [one.path for one in columns.trail(own)] == re.findall(r'<li><a href="(/\w+/)">', text.split("crumbs")[1])
    index = read(tree, f"{own.path}index.html")
    wanted = ["SiteName", "SiteDomain", "SiteIDCode", "ColumnName", "ColumnDescription", "ColumnKeywords", "ColumnType"]
    assert [name for name, _ in tags(index)][1:8] == wanted


async def test_a_correction_that_changes_the_kind_moves_the_line_and_no_other(
    channel: website.Website, make_parcel: MakeParcel, notes: Any, shelf: MemoryShelf, tree: Tree
) -> None:
    for release in (1001, 1002):
        await enter(channel, make_parcel(release=release, kind=Kind.NOTICE, interpretations=0), notes, shelf)
    corrected = build_edition(release=1001, number=2, interpretations=0)
    await enter(channel, make_parcel(corrected), notes, shelf)
    assert named(tree, "/tzgg/index.html") == [1002]
    assert named(tree, "/tzgg/list-1.html") == [1002]
    assert named(tree, "/zcwj/list-1.html") == [1001]
    assert shelf.given["tzgg"] == [1001, 1002]


async def test_a_release_stays_in_the_year_in_which_it_was_entered(
    channel: website.Website, make_parcel: MakeParcel, notes: Any, shelf: MemoryShelf, tree: Tree
) -> None:
    late = datetime(2026, 12, 31, 16, 0, tzinfo=UTC)  # midnight in Beijing
    await enter(channel, make_parcel(planned_at=late), notes, shelf)
    corrected = make_parcel(build_edition(number=2), planned_at=datetime(2028, 1, 5, tzinfo=UTC))
    await enter(channel, corrected, notes, shelf)
    assert [name for name in shelf.given if sheets.year_of(name)] == ["lnwj/2027"]
    assert named(tree, "/lnwj/2027/list-1.html") == [1001]
    assert 'href="/lnwj/2027/"' in read(tree, "/lnwj/index.html")


async def test_an_empty_site_is_a_site(channel: website.Website, tree: Tree) -> None:
    assert isinstance(channel, Tended)
    await channel.tend()
    every = states(tree)
    wanted = {f"{one.code}/index.html" for one in COLUMNS.values()}
    assert wanted | {"index.html", "404.html", "map.html", "sitemap.xml"} <= set(every)
    for path in every:
        # Whatever it names on this site is there; feeds and live pages are others' business.
        for link in re.findall(r'href="(/(?!api/)[a-z0-9/]*/|/map\.html|/assets/[^"]*)"', read(tree, f"/{path}")):
            assert tree.has(link + "index.html" if link.endswith("/") else link), (path, link)
    await channel.tend()
    assert states(tree) == every


async def test_new_software_writes_every_list_anew_and_enters_what_was_published_before(
    channel: website.Website,
    make_parcel: MakeParcel,
    notes: Any,
    shelf: MemoryShelf,
    tree: Tree,
    data_dir: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for release in range(1, 45):
        await enter(channel, make_parcel(release=release), notes, shelf)
    # As software without lists would have left it, except that a first page is there, in its own words.
    shelf.given.clear()
    await tree.write("/zcwj/list-1.html", b"old")
    whole = Tree.write_many
    calls = 0

    async def dies(self: Tree, files: Any) -> None:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise OSError(errno.ENOSPC, "full")
        await whole(self, files)

    monkeypatch.setattr(Tree, "write_many", dies)
    with pytest.raises(OSError, match="full"):
        await channel.tend()
    monkeypatch.undo()
    await channel.tend()
    assert shelf.given["zcwj"] == list(range(1, 45))
    assert named(tree, "/zcwj/list-1.html") == list(range(20, 0, -1))
    assert named(tree, "/zcwj/list-3.html") == [44, 43, 42, 41]
    assert named(tree, f"/{YEAR}/list-2.html") == list(range(40, 20, -1))
    (data_dir / "website.tended").write_text("older")
    await tree.write("/zcjd/list-2.html", b"old")
    await channel.tend()
    assert "/zcjd/40-1.html" in read(tree, "/zcjd/list-2.html")
