"""The website from outside: real files, a real server, real processes."""

import asyncio
import hashlib
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

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
from schemas.parcel import Parcel
from tests.channels.website.shown import MakeParcel, annotate, official, page, publish, read, tags


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


async def test_attachments_and_images_stand_at_their_addresses(
    channel: website.Website,
    tools: Tools,
    make_parcel: MakeParcel,
    make_attachment: Any,
    blobs: Any,
    notes: Any,
    shelf: Any,
) -> None:
    blobs.put(b"%PDF")
    blobs.put(b"PNG")
    image = make_attachment(b"PNG", "图.png", "image/png")
    parcel = make_parcel(
        body=f'<p>见图</p><figure><img src="blob:{image.sha256}" alt="图"></figure>',
        attachments=(make_attachment(b"%PDF", "分工表.PDF", "application/pdf"),),
        images=(image,),
    )
    await publish(channel, parcel, notes, shelf)
    root = etree.fromstring(page(channel, parcel).encode(), etree.HTMLParser(encoding="utf-8"))
    wanted = {root.xpath("//ol//a/@href")[-1]: b"%PDF", root.xpath("//img/@src")[0]: b"PNG"}
    for path, data in wanted.items():
        async with tools.http.get(tools.site.url + path) as answer:
            assert (answer.status, await answer.read()) == (200, data)
    assert dict(tags(page(channel, parcel)))["Image"] == tools.site.url + root.xpath("//img/@src")[0]


@pytest.mark.parametrize("kept", [{}, {hashlib.sha256(b"%PDF").hexdigest(): b"%PDf"}])
async def test_a_missing_or_altered_attachment_is_known_before_anything_is_public(
    channel: website.Website,
    make_parcel: MakeParcel,
    make_attachment: Any,
    blobs: Any,
    notes: Any,
    tree: Tree,
    kept: dict[str, bytes],
) -> None:
    blobs.kept |= kept
    parcel = make_parcel(attachments=(make_attachment(b"%PDF", "a.pdf", "application/pdf"),))
    for step in (channel.prepare, channel.commit):
        with pytest.raises(ChannelError) as refused:
            await step(parcel, notes)
        assert refused.value.trouble.reaction is Reaction.BUG
    assert not list(tree.root.rglob("*"))


async def test_an_image_that_the_document_lacks_is_content_to_edit(
    channel: website.Website, make_parcel: MakeParcel
) -> None:
    with pytest.raises(ChannelError) as refused:
        channel.render(make_parcel(body=f'<p><img src="blob:{"0" * 64}" alt=""></p>'))
    assert refused.value.trouble.reaction is Reaction.CONTENT


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


async def test_commits_at_once_leave_all_in_the_lists(
    tools: Tools, make_parcel: MakeParcel, notes: Any, shelf: Any, tree: Tree
) -> None:
    parcels = [make_parcel(release=release) for release in range(1, 13)]

    async def one(parcel: Parcel) -> None:
        await publish(website.build({"name": "website", "kind": "website"}, tools), parcel, notes, shelf)

    await asyncio.gather(*map(one, parcels))
    assert set(re.findall(r'<a href="/zcwj/(\d+)\.html">', read(tree, "/zcwj/index.html"))) == {
        str(n) for n in range(1, 13)
    }


async def test_a_slow_reader_of_the_shelf_never_writes_an_older_list_over_a_newer_one(
    tools: Tools, make_parcel: MakeParcel, notes: Any, shelf: Any, tree: Tree
) -> None:
    has_read = asyncio.Event()

    class Slow:
        def __getattr__(self, name: str) -> Any:
            return getattr(shelf, name)

        async def sizes(self, channel: str) -> Any:
            sizes = await shelf.sizes(channel)
            has_read.set()
            await asyncio.sleep(0.1)
            return sizes

    slow_tools = replace(tools, shelf=cast("Any", Slow()))
    slow = website.build({"name": "website", "kind": "website"}, slow_tools)
    fast = website.build({"name": "website", "kind": "website"}, tools)
    older = asyncio.create_task(publish(slow, make_parcel(release=1), notes, shelf))
    await has_read.wait()
    await publish(fast, make_parcel(release=2), notes, shelf)
    await older
    assert re.findall(r'<a href="/zcwj/(\d+)\.html">', read(tree, "/zcwj/index.html")) == ["2", "1"]


#: A worker process of its own. Its shelf is what all workers have announced, as files, so it is as fresh as the store.
WORKER = """
import asyncio, sys
from pathlib import Path
from channels import website
from channels.contract import Site, Tools
from schemas.listing import Place
from schemas.parcel import Listed, Parcel
folder = Path(sys.argv[1])
class Shelf:
    def there(self):
        files = sorted((folder / "shelf").glob("*.json"), key=lambda file: int(file.stem))
        return {int(file.stem): Listed.model_validate_json(file.read_bytes()) for file in files}
    async def enrol(self, channel, wanted): pass
    async def places(self, channel, releases):
        return [Place(list=name, ordinal=one, release=one) for one in releases for name in ("zcwj", "lnwj/2026")]
    async def sizes(self, channel):
        return dict.fromkeys(("zcwj", "lnwj/2026"), max(self.there(), default=0))
    async def within(self, channel, spans):
        return [p for p in reversed(await self.places(channel, self.there())) if any(s.list == p.list for s in spans)]
    async def outlines(self, channel, releases):
        return {one: line for one, line in self.there().items() if one in releases}
class Notes:
    async def keep(self, key, value): pass
async def main():
    site = Site(name="n", domain="d", code="c", url="http://d", bureau="b", footer={})
    tools = Tools(http=None, site=site, shelf=Shelf(), blobs=None, letterbox=None, data_dir=str(folder))
    channel = website.build({"name": "website", "kind": "website"}, tools)
    for file in sys.argv[2:]:
        parcel = Parcel.model_validate_json((folder / file).read_bytes())
        at = parcel.planned_at
        line = Listed(edition=parcel.edition, official_at=None, planned_at=at, updated_at=at)
        temporary = folder / f"{file}.new"
        temporary.write_text(line.model_dump_json())
        temporary.rename(folder / "shelf" / file)
        await channel.commit(parcel, Notes())
asyncio.run(main())
"""


async def test_two_worker_processes_never_lose_each_others_lines(
    make_parcel: MakeParcel, data_dir: Path, tree: Tree
) -> None:
    (data_dir / "shelf").mkdir()
    for release in range(1, 17):
        (data_dir / f"{release}.json").write_text(make_parcel(release=release).model_dump_json())
    halves = [[f"{n}.json" for n in range(start, 17, 2)] for start in (1, 2)]
    running = [
        await asyncio.create_subprocess_exec(sys.executable, "-c", WORKER, str(data_dir), *half, stderr=subprocess.PIPE)
        for half in halves
    ]
    for process in running:
        _, error = await process.communicate()
        assert process.returncode == 0, error.decode()
    assert set(re.findall(r'<a href="/zcwj/(\d+)\.html">', read(tree, "/zcwj/index.html"))) == {
        str(n) for n in range(1, 17)
    }


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
