"""The website from outside: real files, a real server, real processes."""

import asyncio
import hashlib
import html
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
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
from schemas.delivery import Action, Reaction
from schemas.parcel import Listed, Parcel
from schemas.release import Disclosure, Secrecy

MakeParcel = Callable[..., Parcel]


@pytest.fixture
def channel(tools: Tools) -> website.Website:
    return website.build({"name": "website", "kind": "website", "authoritative": True}, tools)


@pytest.fixture
def tree(data_dir: Path) -> Tree:
    return Tree(data_dir / "site")


def read(tree: Tree, path: str) -> str:
    data = tree.read(path)
    assert data is not None, path
    return data.decode()


def page(channel: website.Website, parcel: Parcel, number: int = 0) -> str:
    return channel.render(parcel).files[number].body.decode()


def tags(text: str) -> list[tuple[str, str]]:
    return [(n, html.unescape(c)) for n, c in re.findall(r'<meta name="([^"]+)" content="([^"]*)">', text)]


def official(parcel: Parcel) -> Parcel:
    at = parcel.planned_at + timedelta(seconds=2, milliseconds=417)
    return parcel.model_copy(update={"action": Action.ANNOTATE, "official_at": at})


async def publish(channel: website.Website, parcel: Parcel, notes: Any, shelf: Any) -> Any:
    shelf.put(parcel)
    await channel.prepare(parcel, notes)
    return await channel.commit(parcel, notes)


def test_the_required_tags_stand_in_their_order_and_letters(channel: website.Website, make_parcel: MakeParcel) -> None:
    parcel = make_parcel()
    assert tags(page(channel, parcel))[1:-1] == [
        ("SiteName", "天津市规划和自然资源局"),
        ("SiteDomain", "ghhzrzy.tj.gov.cn"),
        ("SiteIDCode", "1200000052"),
        ("ColumnName", "政策文件"),
        ("ColumnDescription", "公开本机关制发的行政规范性文件、政策文件和通知公告，一经公开即为正式发布。"),
        ("ColumnKeywords", "政策文件,行政规范性文件,通知公告"),
        ("ColumnType", "政策文件"),
        ("ArticleTitle", "关于印发2026年政务公开工作要点的通知"),
        ("PubDate", "2026-03-02 09:30"),
        ("ContentSource", "天津市规划和自然资源局"),
        ("Keywords", "政务公开,工作要点"),
        ("Author", "天津市规划和自然资源局"),
        ("Description", "明确全年政务公开重点任务。"),
        ("Url", parcel.addresses["policy"]),
        ("gongbu:edition", f"sha256:{parcel.edition.digest}"),
        ("gongbu:release", "1001"),
        ("gongbu:number", "1"),
    ]


def test_an_afternoon_is_written_in_24_hours_of_beijing(channel: website.Website, make_parcel: MakeParcel) -> None:
    parcel = make_parcel()
    parcel = parcel.model_copy(update={"planned_at": parcel.planned_at + timedelta(hours=14, minutes=45)})
    assert dict(tags(page(channel, parcel)))["PubDate"] == "2026-03-03 00:15"


def test_unknown_facts_make_no_tags(channel: website.Website, make_parcel: MakeParcel) -> None:
    text = page(channel, make_parcel(keywords=(), index_no=None, doc_no=None), 1)
    assert not {"Keywords", "Description", "Image"} & dict(tags(text)).keys()
    assert "None" not in text
    assert "null" not in text


def facts(text: str) -> dict[str, str]:
    """The metadata table as label → value, in its order."""
    root = etree.fromstring(text.encode(), etree.HTMLParser(encoding="utf-8"))
    heads = root.xpath("//table[@class='metadata']//th")
    assert {cell.get("scope") for cell in heads} == {"row"}
    return {cell.text: cell.getnext().text for cell in heads}


def test_the_metadata_table_has_the_eight_facts_in_their_order(
    channel: website.Website, make_parcel: MakeParcel
) -> None:
    assert list(facts(page(channel, make_parcel())).items()) == [
        ("索引号", "11120000MB1909339E/2026-00012"),
        ("主题分类", "综合政务\\政务公开"),
        ("发文机关", "天津市规划和自然资源局"),
        ("成文日期", "2026年2月27日"),
        ("标题", "关于印发2026年政务公开工作要点的通知"),
        ("发文字号", "津规资办发〔2026〕12号"),
        ("发布日期", "2026年3月2日"),
        ("有效性", "有效"),
    ]


def test_a_title_breaks_between_words_and_keeps_its_letters(channel: website.Website, make_parcel: MakeParcel) -> None:
    text = page(channel, make_parcel(title="关于印发<b>2026年度</b>要点的通知"))
    assert '<span class="whole">关于</span><span class="whole">印发</span>&lt;b&gt;<span class="whole">2026年度' in text
    root = etree.fromstring(text.encode(), etree.HTMLParser(encoding="utf-8"))
    assert "".join(root.find(".//h1").itertext()) == "关于印发<b>2026年度</b>要点的通知"


def test_the_five_dates_stand_apart(channel: website.Website, make_parcel: MakeParcel) -> None:
    days = {"printed_on": date(2026, 2, 28), "effective_on": date(2026, 4, 1), "expires_on": date(2031, 3, 31)}
    shown = facts(page(channel, make_parcel(**days)))
    assert {label: shown[label] for label in ("成文日期", "印发日期", "发布日期", "施行日期", "失效日期")} == {
        "成文日期": "2026年2月27日",
        "印发日期": "2026年2月28日",
        "发布日期": "2026年3月2日",
        "施行日期": "2026年4月1日",
        "失效日期": "2031年3月31日",
    }
    assert shown["有效性"] == "有效，自2026年4月1日起施行，有效期至2031年3月31日"


@pytest.mark.parametrize(
    ("body", "times"),
    [
        ("<p>正文。</p>", 1),
        ('<p class="align-center"><strong>津规资办发〔2026〕12号</strong></p><p>正文。</p>', 0),
        ("<p>津规资办发〔2026〕12号已收悉。</p>", 1),
    ],
)
def test_the_number_stands_below_the_title_unless_the_text_opens_with_it(
    channel: website.Website, make_parcel: MakeParcel, body: str, times: int
) -> None:
    root = etree.fromstring(page(channel, make_parcel(body=body)).encode(), etree.HTMLParser(encoding="utf-8"))
    assert root.xpath("//article/header/p[@class='number']/text()") == ["津规资办发〔2026〕12号"] * times


async def test_every_table_scrolls_in_a_frame_of_its_own_and_the_text_stays_the_same(
    channel: website.Website, make_parcel: MakeParcel, make_attachment: Any, notes: Any, shelf: Any, blobs: Any
) -> None:
    image = make_attachment(b"PNG", "图.png", "image/png")
    blobs.put(b"PNG")
    inner = f'<table><tbody><tr><td><img src="blob:{image.sha256}" alt="<table>一"></td></tr></tbody></table>'
    body = f"<table><tbody><tr><td>{inner}</td></tr></tbody></table><p>&lt;table&gt;</p>"
    parcel = make_parcel(body=body, images=(image,))
    root = etree.fromstring(page(channel, parcel).encode(), etree.HTMLParser(encoding="utf-8"))
    tables = root.xpath("//*[@id='gongbu-text']//table")
    assert [(t.getparent().get("class"), t.getparent().get("tabindex")) for t in tables] == [("scroll", "0")] * 2
    assert root.xpath("//img/@alt") == ["<table>一"]
    assert await channel.sight(parcel, await publish(channel, parcel, notes, shelf), notes)


@pytest.mark.parametrize("number", [0, 1])
def test_a_page_has_no_inline_style_or_script(channel: website.Website, make_parcel: MakeParcel, number: int) -> None:
    root = etree.fromstring(page(channel, make_parcel(), number).encode(), etree.HTMLParser(encoding="utf-8"))
    assert not root.xpath("//script | //style | //@style | //@*[starts-with(name(), 'on')]")
    assert root.xpath("//@lang") == ["zh-CN"]
    assert root.xpath("//link[@rel='stylesheet']/@href") == [pages.STYLE_PATH]
    assert len(root.xpath("//main")) == len(root.xpath("//h1")) == 1
    assert root.xpath("//a[@class='skip']/@href") == ["#main"]
    identifiers = root.xpath("//@id")
    assert len(identifiers) == len(set(identifiers))
    assert set(root.xpath("//@aria-labelledby")) <= set(identifiers)


def test_everything_that_people_wrote_is_escaped(
    channel: website.Website, make_parcel: MakeParcel, make_attachment: Any
) -> None:
    evil = "<script>alert(1)</script>\"'&"
    file = make_attachment(b"x", '<img src=x onerror="a">.pdf', "application/pdf")
    parcel = make_parcel(title=evil, issuer=evil, keywords=(evil,), attachments=(file,))
    text = page(channel, parcel)
    root = etree.fromstring(text.encode(), etree.HTMLParser(encoding="utf-8"))
    assert "<script" not in text
    assert root.findtext(".//h1") == evil
    assert not root.xpath("//img")
    assert dict(tags(text))["ArticleTitle"] == evil


@pytest.mark.parametrize(
    "body",
    [
        "<script>1</script>",
        "<p style='a'>x</p>",
        "<p onclick=a>x</p>",
        '<a href="javascript:a()">x</a>',
        "<!-- a -->",
        '<p id="gongbu-text">x</p>',
    ],
)
def test_an_unclean_body_is_refused_and_not_repaired(
    channel: website.Website, make_parcel: MakeParcel, body: str
) -> None:
    with pytest.raises(ChannelError) as refused:
        channel.render(make_parcel(body=body))
    assert refused.value.trouble.reaction is Reaction.BUG


@pytest.mark.parametrize("mark", [{"disclosure": Disclosure.CLOSED}, {"secrecy": Secrecy.INTERNAL}])
async def test_what_must_not_be_public_is_refused_at_every_step(
    channel: website.Website, make_parcel: MakeParcel, notes: Any, tree: Tree, mark: dict[str, Any]
) -> None:
    parcel = make_parcel(**mark)
    for step in (channel.prepare, channel.commit, channel.look_up):
        with pytest.raises(ChannelError):
            await step(parcel, notes)
    assert not list(tree.root.rglob("*"))


def test_policy_and_interpretation_link_to_each_other(channel: website.Website, make_parcel: MakeParcel) -> None:
    parcel = make_parcel(interpretations=2)
    related = [
        etree.fromstring(file.body, etree.HTMLParser(encoding="utf-8")).xpath("//section[@class='related']//a/@href")
        for file in channel.render(parcel).files
    ]
    assert related == [["/zcjd/1001-1.html", "/zcjd/1001-2.html"], ["/zcwj/1001.html"], ["/zcwj/1001.html"]]


def test_the_official_time_is_shown_to_the_second_or_said_to_be_verified(
    channel: website.Website, make_parcel: MakeParcel
) -> None:
    parcel = make_parcel()
    assert "正在核验中" in page(channel, parcel)
    assert "<time" not in page(channel, parcel)
    text = page(channel, official(parcel))
    assert '<time id="gongbu-official" datetime="2026-03-02T09:30:02.417+08:00">2026年3月2日 09:30:02</time>' in text
    assert 'href="/c/1001"' in text
    assert 'href="/log/checkpoint"' in text


def test_the_footer_tells_facts_and_links_to_addresses(tools: Tools, make_parcel: MakeParcel) -> None:
    footer = {"ICP备案编号": "津ICP备1号", "政府网站找错": "https://zfwzgl.www.gov.cn/", "说明": "javascript:alert(1)"}
    site = replace(tools.site, footer=footer)
    channel = website.build({"name": "website", "kind": "website"}, replace(tools, site=site))
    root = etree.fromstring(page(channel, make_parcel()).encode(), etree.HTMLParser(encoding="utf-8"))
    links = {a.text: a.get("href") for a in root.iterfind(".//footer//a")}
    assert links["政府网站找错"] == "https://zfwzgl.www.gov.cn/"
    assert not [href for href in links.values() if href.startswith("javascript:")]
    facts_ = root.xpath("//footer//ul[@class='facts']/li/text()")
    assert {"ICP备案编号：津ICP备1号", "网站标识码：1200000052", "说明：javascript:alert(1)"} <= set(facts_)


def test_a_page_with_a_long_text_stays_small(channel: website.Website, make_parcel: MakeParcel) -> None:
    empty = len(page(channel, make_parcel(body="<p>一</p>")).encode())
    assert empty < 8_000
    assert len(pages.STYLE) < 15_000


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
    assert '<a href="/zcwj/1001.html">' in read(tree, "/zcwj/index.html")
    assert '<a href="/zcjd/1001-1.html">' in read(tree, "/zcjd/index.html")
    assert '<a href="/zcwj/1001.html">' in read(tree, "/index.html")
    assert 'href="/zcjd/1001-1.html" aria-label="解读：' in read(tree, "/zcwj/index.html")
    places = etree.fromstring(read(tree, "/sitemap.xml").encode()).xpath("//*[local-name()='loc']/text()")
    assert set(parcel.addresses.values()) <= set(places)
    assert read(tree, pages.STYLE_PATH).encode() == pages.STYLE


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
    (tree.root / "zcwj" / "index.html").unlink()
    assert await channel.look_up(parcel, notes) == receipt
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
    await publish(channel, make_parcel(release=2), notes, shelf)
    for path in ("/zcwj/index.html", "/zcjd/index.html", "/index.html", "/sitemap.xml"):
        assert "/1.html" not in read(tree, path)
        assert "/1-1.html" not in read(tree, path)


async def test_the_list_shows_the_newest_twenty_in_the_shelfs_order(
    channel: website.Website, make_parcel: MakeParcel, notes: Any, shelf: Any, tree: Tree
) -> None:
    for release in range(1, 24):
        await publish(channel, make_parcel(release=release, interpretations=0), notes, shelf)
    listed = re.findall(r'<a href="/zcwj/(\d+)\.html">', read(tree, "/zcwj/index.html"))
    assert listed == [str(n) for n in range(23, 3, -1)]


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
        async def recent(self, channel: str, limit: int) -> list[Listed]:
            listed = await shelf.recent(channel, limit)
            has_read.set()
            await asyncio.sleep(0.1)
            return list(listed)

    slow = website.build({"name": "website", "kind": "website"}, replace(tools, shelf=Slow()))
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
from schemas.parcel import Listed, Parcel
folder = Path(sys.argv[1])
class Shelf:
    async def recent(self, channel, limit):
        return [Listed.model_validate_json(p.read_bytes()) for p in sorted((folder / "shelf").glob("*.json"))]
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
