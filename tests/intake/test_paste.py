"""Clipboards of Word, WPS and browsers, as those programs write them."""

import base64
import contextlib
import io
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from hub.intake import convert, paste, sanitise
from hub.intake.errors import Code, IntakeError

WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w="urn:schemas-microsoft-com:office:word">
<head><meta name=Generator content="Microsoft Word 15"><style><!-- p.MsoNormal {{margin:0}} --></style>
<!--[if gte mso 9]><xml><w:WordDocument><w:View>Normal</w:View></w:WordDocument></xml><![endif]--></head>
<body lang=ZH-CN style='tab-interval:21.0pt'><!--StartFragment-->{}<!--EndFragment--></body></html>"""
MARKER = (
    "<![if !supportLists]><span lang=EN-US style='{font}'><span style='mso-list:Ignore'>{mark}"
    "<span style='font:7.0pt \"Times New Roman\"'>&nbsp;&nbsp;&nbsp; </span></span></span><![endif]>"
)


def entry(mark: str, words: str, font: str = "mso-fareast-font-family:仿宋") -> str:
    listed = MARKER.format(font=font, mark=mark)
    return (
        f"<p class=MsoListParagraph style='text-indent:0cm;mso-list:l0 level1 lfo1'>{listed}<span>{words}</span></p>\n"
    )


def pasted(fragment: str) -> str:
    return paste.read(WORD.format(fragment)).body.replace("\n", "").replace("> <", "><")


def codes(fragment: str) -> list[str]:
    return [one.code.value for one in paste.read(WORD.format(fragment)).notices]


def test_a_paragraph_of_word_is_only_its_words() -> None:
    fragment = (
        "<p class=MsoNormal style='text-indent:32.0pt;mso-char-indent-count:2.0'><span style='font-size:16.0pt;"
        "font-family:仿宋_GB2312'>自<span lang=EN-US>2026</span>年起\n施行，"
        "<b style='mso-bidi-font-weight:normal'>公开</b>。<span lang=EN-US><o:p></o:p></span></span></p>"
    )
    assert pasted(fragment) == "<p>自2026年起施行，<b>公开</b>。</p>"


def test_numbers_of_lists_become_visible_and_headings_are_headings() -> None:
    fragment = entry("一、", "总体要求") + entry("（一）", "目标") + entry("1.", "公开指南。") + entry("A", "甲")
    assert pasted(fragment) == "<h2>一、总体要求</h2><h3>（一）目标</h3><p>1.公开指南。</p><p>A 甲</p>"


def test_bullets_become_a_list() -> None:
    fragment = (
        "<p>如下：</p>"
        + entry("l", "甲", "font-family:Wingdings")
        + entry("·", "乙", "font-family:Symbol")
        + "<p>止。</p>"
    )
    assert pasted(fragment) == "<p>如下：</p><ul><li>甲</li><li>乙</li></ul><p>止。</p>"


def test_a_list_of_wps_is_read_too() -> None:
    fragment = (
        '<p class="MsoNormal" style="mso-list:l0 level1 lfo1;"><span style="mso-list:Ignore;">第一条&nbsp;</span>'
        "<span style=\"mso-spacerun:'yes';font-family:仿宋\">为了规范管理。</span><o:p></o:p></p>"
    )
    assert pasted(fragment) == "<p>第一条为了规范管理。</p>"


def test_a_table_keeps_its_merged_cells_and_sides() -> None:
    fragment = (
        "<table class=MsoTableGrid border=1 style='mso-yfti-tbllook:1184'><tr style='mso-yfti-irow:0'>"
        "<td width=200 colspan=2 style='width:10pt'><p class=MsoNormal align=center style='text-align:center'>"
        "责任单位<o:p></o:p></p></td></tr><tr><td rowspan=2><p class=MsoNormal>甲</p></td><td><p>1</p></td></tr>"
        "<tr><td><p class=MsoNormal>2</p></td></tr></table>"
    )
    assert pasted(fragment) == (
        '<table><tbody><tr><td colspan="2"><p class="align-center">责任单位</p></td></tr>'
        '<tr><td rowspan="2"><p>甲</p></td>'
        "<td><p>1</p></td></tr><tr><td><p>2</p></td></tr></tbody></table>"
    )


def test_what_is_in_question_is_settled_and_told() -> None:
    fragment = (
        '<p>罚款<del cite="mailto:甲" datetime="2026-01-01T00:00">五</del><ins>十</ins>万元'
        '<a class=msocomanchor id="_anchor_1" href="#_msocom_1">[A1]</a>'
        '<span style="mso-hide:all">内部掌握</span>。</p>'
        "<div style='mso-element:comment-list'><div style='mso-element:comment'><p>再核</p></div></div>"
    )
    assert pasted(fragment) == "<p>罚款十万元。</p>"
    assert codes(fragment) == ["tracked_changes", "comments", "hidden_text"]


def test_pictures_come_along_only_when_the_clipboard_holds_them() -> None:
    written = io.BytesIO()
    Image.new("RGB", (3, 2), "red").save(written, "PNG")
    data = base64.b64encode(written.getvalue()).decode()
    fragment = (
        f'<p><img src="data:image/png;base64,{data}"></p><p><img src="file:///C:/Users/x/clip_image001.png"></p>'
        '<p><!--[if gte vml 1]><v:shape id="a"><v:imagedata src="file:///C:/x.png"/></v:shape><![endif]--></p>'
    )
    read = paste.read(WORD.format(fragment))
    assert len(read.images) == 1
    assert read.body.count("<img") == 1
    assert codes(fragment) == ["foreign_pictures"]


@pytest.mark.parametrize(
    ("html", "clean"),
    [
        ("甲<br>乙<b>丙</b><p>丁</p>戊", "<p>甲</p><p>乙<b>丙</b></p><p>丁</p><p>戊</p>"),
        ("<div>甲</div><div><div>乙</div>丙</div>", "<p>甲</p><p>乙</p><p>丙</p>"),
        ('<span style="font-weight:700">甲</span>乙', "<p><strong>甲</strong>乙</p>"),
        ("<p>　　各单位</p><p>&nbsp;&nbsp;甲 乙</p>", "<p>各单位</p><p>甲 乙</p>"),
        ("<ul><li>甲<ul><li>乙</li></ul></li></ul>", "<ul><li>甲<ul><li>乙</li></ul></li></ul>"),
        ("<h1>题</h1><h2>节</h2>", "<h2>题</h2><h3>节</h3>"),
        ("<p onclick=x>甲<script>alert(1)</script><svg/onload=alert(1)></p>", "<p>甲</p>"),
    ],
)
def test_other_clipboards_are_cleaned_too(html: str, clean: str) -> None:
    assert paste.read(html).body == clean


def test_a_whole_document_is_read_like_a_file() -> None:
    lines = [
        "关于某事的通知",
        "津规资发〔2026〕3号",
        "各单位：",
        "本通知自2026年1月1日起施行，有效期5年。",
        "2025年12月1日",
    ]
    read = paste.read(WORD.format("".join(f"<p class=MsoNormal>{line}</p>" for line in lines)), whole=True)
    assert read.title == "关于某事的通知"
    assert read.recognised["doc_no"] == "津规资发〔2026〕3号"
    assert read.recognised["expires_on"] == "2030-12-31"


async def test_a_clipboard_comes_through_the_child() -> None:
    read = await convert.paste(WORD.format(entry("一、", "总则")))
    assert (read.title, read.body) == ("", "<h2>一、总则</h2>")
    assert (await convert.paste("<p>关于某事的通知</p><p>正文。</p>", whole=True)).title == "关于某事的通知"


@pytest.mark.parametrize(
    ("html", "code"),
    [("", Code.EMPTY), (" \n", Code.EMPTY), ("<p> </p>", Code.EMPTY), ("<div>" * 100_000 + "甲", Code.TOO_SLOW)],
)
async def test_what_is_no_text_is_refused(html: str, code: Code) -> None:
    with pytest.raises(IntakeError) as caught:
        await convert.paste(html)
    assert caught.value.code is code


async def test_a_clipboard_beyond_the_bound_is_refused_before_any_child_starts() -> None:
    with pytest.raises(IntakeError) as caught:
        await convert.paste("甲" * 7_000_000)
    assert caught.value.code is Code.TOO_LARGE


def test_a_long_clipboard_is_read_in_bounded_time() -> None:
    started = time.perf_counter()
    body = pasted("".join(entry("l", f"第{number}项", "font-family:Wingdings") for number in range(3_000)))
    assert body.count("<li>") == 3_000
    assert time.perf_counter() - started < 15  # some 2 s on an idle machine


PIECE = st.sampled_from(
    [
        *(
            "甲",
            "\n",
            "&nbsp;",
            "<p>",
            "</p>",
            "<o:p>",
            "<!--[if x]>",
            "<![endif]-->",
            "<![if !vml]>",
            "</span>",
            "<li>",
        ),
        *("<span style='mso-list:Ignore'>", "<table><tr><td>", "</table>", "l", "<br>", "<del>", "</del>", "<?xml:x/>"),
        "<!--StartFragment-->",
    ]
)


@pytest.mark.parametrize("words", ["https://www.tj.gov.cn/", "通知.htm"])
def test_one_address_or_file_name_is_a_text(words: str) -> None:
    assert paste.read(words).body == f"<p>{words}</p>"


@given(st.lists(PIECE, max_size=25).map("".join))
@settings(max_examples=150)
def test_any_clipboard_gives_clean_html_or_a_refusal(html: str) -> None:
    body = ""
    with contextlib.suppress(IntakeError):
        body = paste.read(html).body
    assert sanitise.sanitise(body) == body
