"""政府信息公开指南: its page says how the units are reached, and follows what is kept of them."""

from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from channels import website
from channels.conformance.memory import MemoryNotes, MemoryShelf
from channels.contract import Heedful, Tools
from channels.tree import Tree
from channels.website.links import reached
from schemas.office import LISTED, REACH, Contact, Reachable
from schemas.release import Kind
from tests.channels.website.shown import MakeParcel, publish, read

PAGE = "/zfxxgkzn/index.html"
OFFICE = Reachable(name="办公室", contact=Contact(address="和平区<某>路1号", telephone="022-12345678"))
BRANCH = Reachable(name="和平分局", contact=Contact(postcode="300040", online="gk@example.gov.cn"))


def told(tree: Tree) -> dict[str, dict[str, str]]:
    """Unit → label → value, as the page has them."""
    found = BeautifulSoup(read(tree, PAGE), "html.parser").select("section.reach h3")
    lists = [(one.text, one.find_next_sibling("dl")) for one in found]
    return {
        name: {dt.text: dt.find_next_sibling("dd").text for dt in list_.select("dt")}  # type: ignore[union-attr]
        for name, list_ in lists
        if list_
    }


async def test_only_what_is_filled_in_is_shown_and_changes_follow(
    channel: website.Website, make_parcel: MakeParcel, notes: MemoryNotes, shelf: MemoryShelf, tree: Tree
) -> None:
    assert isinstance(channel, Heedful)
    await channel.heed()
    assert not (tree.root / PAGE[1:]).exists(), "until the site stands, its pages are others' business"
    await channel.tend()
    assert 'class="card reach"' not in read(tree, PAGE)
    shelf.reachable = (OFFICE, BRANCH)
    await channel.heed()
    assert told(tree) == {
        "办公室": {"办公地址": "和平区<某>路1号", "联系电话": "022-12345678"},
        "和平分局": {"邮政编码": "300040", "互联网联系方式": "gk@example.gov.cn"},
    }
    assert 'href="tel:022-12345678"' in read(tree, PAGE)
    assert 'href="mailto:gk@example.gov.cn"' in read(tree, PAGE)
    # Whoever publishes a guide writes the page anew: they stay there.
    await publish(channel, make_parcel(release=9, kind=Kind.GUIDE), notes, shelf)
    assert list(told(tree)) == ["办公室", "和平分局"]
    shelf.reachable = (BRANCH,)
    await channel.heed()
    assert list(told(tree)) == ["和平分局"]
    assert "和平分局" not in read(tree, "/zfxxgkzd/index.html")


async def test_nothing_is_written_while_nothing_changes(
    channel: website.Website, tools: Tools, shelf: MemoryShelf, tree: Tree
) -> None:
    shelf.reachable = (OFFICE,)
    await channel.tend()
    assert list(told(tree)) == ["办公室"]
    await channel.heed()
    file = Path(tree.root) / PAGE[1:]
    before = file.stat().st_ino
    await channel.heed()
    assert file.stat().st_ino == before
    # Another worker, which has shown nothing yet, finds the change too.
    shelf.reachable = (OFFICE, BRANCH)
    other = website.build({"name": "website", "kind": "website"}, tools)
    await other.heed()
    assert list(told(tree)) == ["办公室"], "until it has seen that the site stands"
    await other.tend()
    await other.heed()
    assert list(told(tree)) == ["办公室", "和平分局"]


@pytest.mark.parametrize(
    ("value", "label", "leads"),
    [
        ("https://www.tj.gov.cn/gk", "online", "https://www.tj.gov.cn/gk"),
        ("javascript:alert(1)", "online", ""),
        ("gk@example.gov.cn?bcc=x@y.z", "online", ""),
        ("022-12345678、87654321", "telephone", ""),
        ("022-12345678", "fax", ""),
    ],
)
def test_a_way_leads_only_where_it_says(value: str, label: str, leads: str) -> None:
    assert reached(value, REACH[label]) == leads


def test_what_the_law_lists_is_missed_and_no_more() -> None:
    assert Contact().missing == tuple(REACH[name] for name in LISTED)
    whole = Contact(address="某路1号", hours="9时至17时", telephone="1", fax="无", online="a@b.cn")
    assert whole.missing == ()
    assert "邮政编码" not in whole.filled
