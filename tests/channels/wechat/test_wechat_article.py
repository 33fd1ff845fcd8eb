import io
import random
from collections.abc import Callable
from pathlib import Path

import bs4
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from channels import contract, fingerprint
from channels.wechat import article, body, cover, picture
from schemas.delivery import Reaction
from schemas.parcel import Parcel

MakeParcel = Callable[..., Parcel]
P = "margin:0 0 1em;text-indent:2em"
CELL = "border:1px solid #b9c2cc;padding:6px 8px"
SHA = "a" * 64


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>正文</p>", f'<p style="{P}">正文</p>'),
        (
            '<p class="x align-center" id="y" onclick="z()">居中</p>',
            f'<p style="{P};text-align:center;text-indent:0">居中</p>',
        ),
        ("<div>一</div>", "<section>一</section>"),
        ("<p>一<script>alert(1)</script><style>p{}</style><!-- 注 --></p>", f'<p style="{P}">一</p>'),
        ("<p>&lt;script&gt;甲&amp;乙</p>", f'<p style="{P}">&lt;script&gt;甲&amp;乙</p>'),
        ('<img src="https://else.where/a.png">', ""),
        (
            '<p><a href="https://mp.weixin.qq.com/s/x">旧文</a></p>',
            f'<p style="{P}"><a href="https://mp.weixin.qq.com/s/x">旧文</a></p>',
        ),
        ('<a href="javascript:alert(1)">甲</a><a href="#b">乙</a>', "甲乙"),
        (
            "<table><tbody><tr><td><p>一</p></td></tr></tbody></table>",
            (
                f'<section style="{body.SCROLL}"><table style="{body.STYLE["table"]}"><tbody><tr>'
                f'<td style="{CELL}"><p style="margin:0">一</p></td></tr></tbody></table></section>'
            ),
        ),
        (
            f'<img src="blob:{SHA}" alt="图" width="9999">',
            f'<img src="blob:{SHA}" alt="图" style="{body.STYLE["img"]}"/>',
        ),
    ],
)
def test_official_html_becomes_what_the_platform_keeps(html: str, expected: str) -> None:
    assert body.styled(html) == expected


def test_links_to_elsewhere_become_numbered_footnotes() -> None:
    html = '<p><a href="https://a.cn/?x=1&amp;y=2">甲</a>和<a href="https://b.cn/">乙</a>和<a href="https://b.cn/">丙</a></p>'
    text = body.styled(html)
    assert "<a " not in text
    assert "甲<sup>[1]</sup>和乙<sup>[2]</sup>和丙<sup>[2]</sup>" in text
    assert "[1] https://a.cn/?x=1&amp;y=2</p>" in text
    assert text.endswith("[2] https://b.cn/</p>")


def test_an_image_written_about_is_not_an_image() -> None:
    assert body.images(body.styled(f'<p>写作 src="blob:{SHA}" 或 &lt;img src="blob:{SHA}"</p>')) == ()


def test_an_image_gets_the_address_that_the_platform_gave() -> None:
    html = body.with_images(body.styled(f'<img src="blob:{SHA}">'), lambda _: 'http://mmbiz.qpic.cn/x?a=1&b="')
    assert 'src="http://mmbiz.qpic.cn/x?a=1&amp;b=&quot;"' in html


@given(st.text(alphabet=st.sampled_from('<>/"= abpdivtableimgsrc&;甲乙丙[]!-'), max_size=200))
def test_no_html_raises_and_nothing_active_is_left(html: str) -> None:
    styled = body.styled(html)
    assert body.styled(html) == styled
    assert "<script" not in styled


@given(st.lists(st.text(alphabet="甲乙丙丁<&>\"' ", max_size=20), max_size=5))
def test_no_word_of_the_text_is_lost(paragraphs: list[str]) -> None:
    html = "".join(body.paragraph(one, "") for one in paragraphs)
    assert fingerprint.fragment(body.styled(html)) == fingerprint.fragment(html)


def test_the_policy_comes_first_then_its_interpretations(make_parcel: MakeParcel) -> None:
    parcel = make_parcel(interpretations=2)
    ready = article.articles(parcel, "")
    assert [one.name for one in ready] == ["policy", "interpretation-1", "interpretation-2"]
    assert [one.source for one in ready] == [f"{parcel.addresses[one.name]}?wx={parcel.key}" for one in ready]
    assert {one.digest for one in ready} == {""}


def test_an_article_names_its_particulars_and_the_official_address(make_parcel: MakeParcel) -> None:
    parcel = make_parcel()
    policy, reading = article.articles(parcel, "")
    text = policy.content
    assert text.index("发文机关：天津市规划和自然资源局") < text.index("发文字号：津规资办发〔2026〕12号")
    assert text.index("成文日期：2026年2月27日") < text.index("局属各单位") < text.index(parcel.addresses["policy"])
    assert "解读文件：《关于印发2026年政务公开工作要点的通知》" in reading.content


@given(st.text(alphabet="关于印发《要点》的通知、规划，", min_size=1, max_size=200))
def test_a_title_fits_and_begins_as_the_full_one(title: str) -> None:
    short = article.short_title(title)
    assert len(short) <= article.MAX_TITLE
    assert title.startswith(short.removesuffix("…"))
    assert (short == title) == (len(title) <= article.MAX_TITLE)


def test_a_cut_title_stands_in_full_at_the_head_of_the_body(make_parcel: MakeParcel) -> None:
    title = "天津市规划和自然资源局关于印发《天津市国土空间总体规划实施管理办法（试行）》的通知"
    policy = article.articles(make_parcel(title=title), "")[0]
    assert policy.title == "天津市规划和自然资源局关于印发《天津市国土空间总体规划实施管理…"
    assert policy.content.index(title) < policy.content.index("发文机关")


def test_a_summary_is_cut_to_the_limit(make_parcel: MakeParcel) -> None:
    document = make_parcel().edition.policy
    long = document.model_copy(update={"summary": "要" * 121})
    assert article.short_digest(long) == "要" * 119 + "…"
    assert article.short_digest(document) == "明确全年政务公开重点任务。"
    assert article.short_digest(document.model_copy(update={"summary": ""})).startswith("局属各单位、机关各处室：")


def test_a_body_that_the_platform_would_refuse_is_refused_before(make_parcel: MakeParcel) -> None:
    with pytest.raises(contract.ChannelError) as caught:
        article.articles(make_parcel(body=f"<p>{'字' * 19_900}</p>"), "")
    assert (caught.value.trouble.reaction, caught.value.trouble.code) == (Reaction.CONTENT, "45002")


def test_more_articles_than_a_draft_takes_are_refused(make_parcel: MakeParcel) -> None:
    article.articles(make_parcel(interpretations=7), "")
    with pytest.raises(contract.ChannelError, match="45008"):
        article.articles(make_parcel(interpretations=8), "")


def test_the_rendering_is_the_same_twice_and_changes_with_the_key(make_parcel: MakeParcel) -> None:
    parcel = make_parcel()
    first = article.rendering(parcel, "")
    assert first == article.rendering(parcel, "")
    assert [one.name for one in first.files] == ["draft.json", "policy.html", "interpretation-1.html"]
    assert first.sha256 != article.rendering(make_parcel(parcel.edition), "").sha256


def test_lists_in_lists_carry_their_markers_and_plain_lists_stay() -> None:
    nested = "<ol start='3'><li><p>甲</p><p>又</p></li><li>乙<ul><li>丙<ol><li>丁</li></ol></li></ul>后</li></ol>"
    made = bs4.BeautifulSoup(body.styled(nested + "<ul><li>平</li></ul>"), "html.parser")
    lines = [line.get_text() for line in made.find_all("section", recursive=False)]
    assert lines == ["3.甲", "又", "4.乙", "◦丙", "1.丁", "后"]
    assert [one.get_text() for one in made.find_all(["ul", "ol"])] == ["平"]
    indents = [str(line["style"]).split("padding-left:")[1].split(";")[0] for line in made.find_all("section")]
    assert indents == ["1.5em", "1.5em", "1.5em", "3.0em", "4.5em", "1.5em"]


def test_a_table_of_many_columns_gets_room_and_scrolls() -> None:
    wide = "<table><tr><th colspan='4'>甲</th><td>乙</td></tr></table><table><tr><td>丙</td></tr></table>"
    first, second = bs4.BeautifulSoup(body.styled(wide), "html.parser").find_all("table")
    assert "min-width:480px" in first["style"]
    assert "min-width:100%" in second["style"]
    assert first.parent is not None
    assert "overflow-x:auto" in str(first.parent["style"])


@pytest.mark.parametrize("font", [None, cover.installed_font(), Path(__file__)])
def test_a_cover_is_drawn_with_or_without_a_font(font: Path | None) -> None:
    data = cover.jpeg("0f" * 32, "关于印发工作要点的通知" * 10, "天津市规划和自然资源局", font)
    with Image.open(io.BytesIO(data)) as drawn:
        assert (drawn.format, drawn.size) == ("JPEG", (900, 383 + 900))
    for name, size in (("pic_crop_235_1", (900, 383)), ("pic_crop_1_1", (900, 900))):
        with Image.open(io.BytesIO(cover.crop(data, name))) as shown:
            assert shown.size == size
    assert data == cover.jpeg("0f" * 32, "关于印发工作要点的通知" * 10, "天津市规划和自然资源局", font)


def test_a_large_image_is_brought_below_a_megabyte() -> None:
    noise = Image.frombytes("RGB", (1600, 1200), random.Random(7).randbytes(1600 * 1200 * 3))  # noqa: S311
    out = io.BytesIO()
    noise.save(out, "PNG")
    data, media = picture.fitted(out.getvalue())
    assert media == "image/jpeg"
    assert len(data) < picture.MAX_BYTES


def test_a_small_image_is_left_as_it_is() -> None:
    out = io.BytesIO()
    Image.new("RGB", (10, 10)).save(out, "PNG")
    assert picture.fitted(out.getvalue()) == (out.getvalue(), "image/png")


@given(st.binary(max_size=100))
def test_what_is_no_image_is_refused(data: bytes) -> None:
    with pytest.raises(contract.ChannelError):
        picture.fitted(data)
    with pytest.raises(contract.ChannelError):
        picture.fitted(b"\x89PNG\r\n\x1a\n" + data)
