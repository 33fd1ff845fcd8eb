"""The website from outside: real files, a real server, real processes."""

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp import test_utils, web
from lxml import etree  # type: ignore[import-untyped]
from pydantic import ValidationError

from channels import website
from channels.contract import ChannelError, NotYetError, Tools
from channels.tree import Tree
from channels.website import pages
from schemas import addresses
from schemas.delivery import Reaction
from tests.channels.website.shown import MakeParcel, annotate, official, publish, read


async def test_a_published_release_is_seen_and_listed(
    channel: website.Website, make_parcel: MakeParcel, notes: Any, shelf: Any, tree: Tree
) -> None:
    parcel = make_parcel()
    receipt = await publish(channel, parcel, notes, shelf)
    seen = await channel.sight(parcel, receipt, notes)
    assert {one.document: one.address for one in seen} == parcel.addresses == receipt.addresses
    assert [one.sha256 for one in seen] == [
        hashlib.sha256(file.body).hexdigest() for file in channel.render(parcel).files
    ]
    assert read(tree, pages.STYLE_PATH).encode() == pages.STYLE
    await annotate(channel, parcel, notes)
    assert '<a href="/zcwj/1001.html">' in read(tree, "/zcwj/index.html")
    assert '<a href="/zcjd/1001-1.html">' in read(tree, "/zcjd/index.html")
    assert '<a href="/zcwj/1001.html">' in read(tree, "/index.html")
    assert 'href="/zcjd/1001-1.html" aria-label="解读：' in read(tree, "/zcwj/index.html")
    assert any(one.endswith("/sitemap-1.xml") for one in _locations(tree, "/sitemap.xml"))
    assert set(parcel.addresses.values()) == set(_locations(tree, "/sitemap-1.xml"))


def _locations(tree: Tree, path: str) -> list[str]:
    found: list[str] = etree.fromstring(read(tree, path).encode()).xpath("//*[local-name()='loc']/text()")
    return found


@pytest.mark.parametrize("what", ["first", "correction", "elsewhere"])
async def test_the_lists_are_left_to_the_annotation_only_where_one_follows(
    tools: Tools, make_parcel: MakeParcel, notes: Any, shelf: Any, tree: Tree, what: str
) -> None:
    """It follows the first sighting on an authoritative channel: not elsewhere, and not for a correction."""
    table = {"name": "website", "kind": "website", "authoritative": what != "elsewhere"}
    parcel = make_parcel()
    if what == "correction":
        parcel = parcel.model_copy(update={"official_at": parcel.planned_at})
    await publish(website.build(table, tools), parcel, notes, shelf)
    assert tree.has("/zcwj/1001.html")
    assert tree.has("/zcwj/index.html") is (what != "first")


async def test_prepare_makes_nothing_public(
    channel: website.Website, make_parcel: MakeParcel, make_attachment: Any, blobs: Any, notes: Any, tree: Tree
) -> None:
    blobs.put(b"%PDF")
    await channel.prepare(make_parcel(attachments=(make_attachment(b"%PDF", "a.pdf", "application/pdf"),)), notes)
    assert not list(tree.root.rglob("*"))


async def test_nothing_is_seen_before_the_commit(channel: website.Website, make_parcel: MakeParcel, notes: Any) -> None:
    parcel = make_parcel()
    receipt = await channel.commit(make_parcel(release=7), notes)
    with pytest.raises(NotYetError):
        await channel.sight(parcel, receipt, notes)


@pytest.mark.parametrize(
    ("old", "new"),
    [("及时公开", "不予公开"), ("ArticleTitle", "articletitle"), ("sha256:", "sha256:0"), ("gongbu-text", "text")],
)
async def test_another_text_under_the_right_digest_is_not_seen(
    channel: website.Website, make_parcel: MakeParcel, notes: Any, shelf: Any, tree: Tree, old: str, new: str
) -> None:
    parcel = make_parcel()
    receipt = await publish(channel, parcel, notes, shelf)
    await tree.write("/zcwj/1001.html", read(tree, "/zcwj/1001.html").replace(old, new).encode())
    with pytest.raises(NotYetError):
        await channel.sight(parcel, receipt, notes)


async def test_the_old_edition_is_not_taken_for_the_new_one(
    channel: website.Website, make_parcel: MakeParcel, notes: Any, shelf: Any
) -> None:
    receipt = await publish(channel, make_parcel(), notes, shelf)
    with pytest.raises(NotYetError):
        await channel.sight(make_parcel(number=2), receipt, notes)


async def test_the_official_time_arrives_by_annotation(
    channel: website.Website, make_parcel: MakeParcel, notes: Any, shelf: Any
) -> None:
    parcel = make_parcel()
    receipt = await publish(channel, parcel, notes, shelf)
    annotation = official(parcel)
    with pytest.raises(NotYetError):
        await channel.sight(annotation, receipt, notes)
    receipt = await publish(channel, annotation, notes, shelf)
    assert len(await channel.sight(annotation, receipt, notes)) == 2
    assert len(await channel.sight(parcel, receipt, notes)) == 2


async def test_look_up_is_certain_and_finishes_what_a_dead_worker_began(
    channel: website.Website, make_parcel: MakeParcel, notes: Any, shelf: Any, tree: Tree
) -> None:
    parcel = make_parcel()
    assert await channel.look_up(parcel, notes) is None
    receipt = await publish(channel, parcel, notes, shelf)
    assert await channel.look_up(parcel, notes) == receipt
    await annotate(channel, parcel, notes)
    (tree.root / "zcwj" / "index.html").unlink()
    assert await channel.look_up(official(parcel), notes)
    assert "/zcwj/1001.html" in read(tree, "/zcwj/index.html")
    (tree.root / "zcjd" / "1001-1.html").unlink()
    assert await channel.look_up(parcel, notes) is None


async def test_a_commit_may_run_twice(
    channel: website.Website, make_parcel: MakeParcel, notes: Any, shelf: Any, tree: Tree
) -> None:
    parcel = make_parcel()
    receipt = await publish(channel, parcel, notes, shelf)
    before = {path: path.read_bytes() for path in tree.root.rglob("*") if path.is_file()}
    assert await channel.commit(parcel, notes) == receipt
    assert {path: path.read_bytes() for path in tree.root.rglob("*") if path.is_file()} == before


async def test_a_listed_edition_without_its_pages_is_left_out(
    channel: website.Website, make_parcel: MakeParcel, notes: Any, shelf: Any, tree: Tree
) -> None:
    shelf.put(make_parcel(release=1))
    await shelf.enrol("website", [(1, "zcwj"), (1, "zcjd"), (1, "sitemap")])
    await publish(channel, make_parcel(release=2), notes, shelf)
    await annotate(channel, make_parcel(release=2), notes)
    for path in ("/zcwj/index.html", "/zcjd/index.html", "/index.html", "/sitemap-1.xml"):
        assert "/1.html" not in read(tree, path)
        assert "/1-1.html" not in read(tree, path)


def test_rendering_is_pure(channel: website.Website, tools: Tools, make_parcel: MakeParcel) -> None:
    parcel = make_parcel()
    other = website.build({"name": "other", "kind": "website"}, tools)
    assert channel.render(parcel) == other.render(parcel.model_copy(update={"key": "0" * 32}))
    assert channel.render(official(parcel)).sha256 != channel.render(parcel).sha256


def test_an_unknown_setting_is_an_error(tools: Tools) -> None:
    with pytest.raises(ValidationError):
        website.build({"name": "website", "kind": "website", "colour": "red"}, tools)


@pytest.mark.parametrize(
    ("answer", "reaction"),
    [
        (web.Response(status=302, headers={"Location": "/"}), Reaction.CONFIGURATION),
        (web.Response(status=500), Reaction.RETRY),
        (web.Response(body=b"x" * 5_000_001), Reaction.CONFIGURATION),
    ],
)
async def test_a_site_that_answers_badly_is_a_trouble_and_no_sighting(
    tools: Tools, make_parcel: MakeParcel, notes: Any, answer: web.Response, reaction: Reaction
) -> None:
    async def serve(_: web.Request) -> web.Response:
        return answer

    app = web.Application()
    app.router.add_get("/{path:.*}", serve)
    server = test_utils.TestServer(app)
    await server.start_server()
    elsewhere = website.build({"name": "website", "kind": "website"}, _moved(tools, str(server.make_url(""))))
    with pytest.raises(ChannelError) as met:
        await elsewhere.sight(make_parcel(), await elsewhere.commit(make_parcel(), notes), notes)
    assert met.value.trouble.reaction is reaction
    await server.close()


async def test_a_site_that_does_not_answer_is_a_trouble(tools: Tools, make_parcel: MakeParcel, notes: Any) -> None:
    nowhere = website.build({"name": "website", "kind": "website"}, _moved(tools, "http://127.0.0.1:9/"))
    with pytest.raises(ChannelError) as met:
        await nowhere.sight(make_parcel(), await nowhere.commit(make_parcel(), notes), notes)
    assert met.value.trouble.reaction is Reaction.RETRY


def _moved(tools: Tools, url: str) -> Tools:
    return replace(tools, site=replace(tools.site, url=url.rstrip("/")))


def test_every_address_of_a_release_is_a_plain_path(make_parcel: MakeParcel) -> None:
    for one in make_parcel(interpretations=3).edition.documents:
        Tree(Path("/srv")).locate(addresses.path(1001, one.name))
