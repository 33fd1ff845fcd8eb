"""The pages as they are rendered: what they say, in which order, and what they never hold."""

import hashlib
import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import segno
from lxml import etree  # type: ignore[import-untyped]

from channels import website
from channels.contract import ChannelError, Tools
from channels.tree import Tree
from channels.website import pages
from channels.website.code import code
from schemas.release import Disclosure, Secrecy
from schemas.standing import Successor
from tests.channels.conftest import build_notice
from tests.channels.website.shown import MakeParcel, official, page, tags


def test_the_required_tags_stand_in_their_order_and_letters(channel: website.Website, make_parcel: MakeParcel) -> None:
    parcel = make_parcel()
    assert tags(page(channel, parcel))[1:-1] == [
        ("SiteName", "天津市规划和自然资源局"),
        ("SiteDomain", "ghhzrzy.tj.gov.cn"),
        ("SiteIDCode", "1200000052"),
        ("ColumnName", "政策文件"),
        ("ColumnDescription", "公开本机关制发的行政规范性文件和其他政策文件，一经公开即为正式发布。"),
        ("ColumnKeywords", "政策文件,行政规范性文件"),
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
    assert not {"Keywords", "Image"} & dict(tags(text)).keys()
    assert dict(tags(text))["Description"] == "解读：为什么要全面梳理权责清单。"
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
    assert shown["有效性"] == "尚未施行，自2026年4月1日起施行，有效期至2031年3月31日"


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
    assert "gongbu-official" not in page(channel, parcel)
    text = page(channel, official(parcel))
    assert '<time id="gongbu-official" datetime="2026-03-02T09:30:02.417+08:00">2026年3月2日 09:30:02</time>' in text
    assert 'href="/c/1001"' in text
    assert 'href="/log/checkpoint"' in text


def test_the_footer_tells_facts_and_links_to_addresses(tools: Tools, make_parcel: MakeParcel) -> None:
    footer = {
        "ICP备案编号": "津ICP备1号",
        "公安机关备案号": "津公网安备12号",
        "政府网站找错": "https://zfwzgl.www.gov.cn/",
        "说明": "javascript:alert(1)",
    }
    site = replace(tools.site, footer=footer)
    channel = website.build({"name": "website", "kind": "website"}, replace(tools, site=site))
    root = etree.fromstring(page(channel, make_parcel()).encode(), etree.HTMLParser(encoding="utf-8"))
    links = {a.text: a.get("href") for a in root.iterfind(".//footer//a")}
    assert links["政府网站找错"] == "https://zfwzgl.www.gov.cn/"
    assert not [href for href in links.values() if href.startswith("javascript:")]
    assert links["津ICP备1号"] == "https://beian.miit.gov.cn/"
    assert links["津公网安备12号"].endswith("?code=12")
    facts_ = ["".join(one.itertext()) for one in root.xpath("//footer//ul[@class='facts']/li")]
    assert {"ICP备案编号：津ICP备1号", "网站标识码：1200000052", "说明：javascript:alert(1)"} <= set(facts_)


def test_the_code_of_the_address_is_the_same_everywhere_and_draws_what_the_standard_says() -> None:
    address = "https://ghhzrzy.tj.gov.cn/zcwj/1001.html"
    drawn = code(address)
    dark = set()
    for x, y, run in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\3z", drawn.path):
        dark |= {(int(x) + n, int(y)) for n in range(int(run))}
    matrix = segno.make_qr(address, error="m", mask=0, boost_error=False).matrix
    assert dark == {(x + 4, y + 4) for y, row in enumerate(matrix) for x, one in enumerate(row) if one}
    assert drawn.size == len(matrix) + 8
    assert hashlib.sha256(drawn.path.encode()).hexdigest().startswith("4bdc419139d0c9c5")


def test_an_address_to_copy_and_a_code_to_scan_stand_on_every_page(
    channel: website.Website, make_parcel: MakeParcel
) -> None:
    parcel = make_parcel()
    for number, one in enumerate(parcel.edition.documents):
        root = etree.fromstring(page(channel, parcel, number).encode(), etree.HTMLParser(encoding="utf-8"))
        assert root.xpath("//section[@class='share']//code/text()") == [parcel.addresses[one.name]]
        assert root.xpath("//*[local-name()='svg'][@role='img']/@aria-label") == ["本页网址的二维码"]
        assert root.xpath("//meta[@property='og:url']/@content") == [parcel.addresses[one.name]]
        assert root.xpath("//meta[@property='article:published_time']/@content") == ["2026-03-02T09:30+08:00"]


@pytest.mark.parametrize(
    ("successor", "ways"),
    [(Successor(release=1009, title="新文件"), ["/compare/1001"]), (Successor(title="国务院令"), []), (None, [])],
)
def test_old_and_new_can_be_compared_where_both_are_ours(
    channel: website.Website, make_parcel: MakeParcel, successor: Successor | None, ways: list[str]
) -> None:
    parcel = make_parcel(notice=build_notice(successor=successor))
    found = [
        etree.fromstring(page(channel, parcel, number).encode(), etree.HTMLParser()).xpath("//aside//p/a/@href")
        for number in (0, 1)
    ]
    assert found == [ways, []]


def test_a_page_with_a_long_text_stays_small(channel: website.Website, make_parcel: MakeParcel) -> None:
    empty = len(page(channel, make_parcel(body="<p>一</p>")).encode())
    assert empty < 12_000
    assert len(pages.STYLE) < 25_000
