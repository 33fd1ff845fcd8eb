from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.chinese import numerals, punctuation
from hub.intake import decode, html, markdown, plain, recognise, titles
from hub.intake.elements import Part
from hub.intake.errors import Code, IntakeError

LETTER = """天津市规划和自然资源局文件

津规资建发[2024]08号

关于开展测绘成果质量检查的通知

各区分局:

现将有关事项通知如下。

天津市规划和自然资源局
2024年3月12日
"""


def test_a_letter_gives_its_elements() -> None:
    read = plain.read(LETTER)
    assert read.title == "关于开展测绘成果质量检查的通知"
    assert read.recognised == {
        "issuer": "天津市规划和自然资源局",
        "doc_no": "津规资建发〔2024〕8号",
        "addressees": "各区分局",
        "signed_on": "2024-03-12",
    }
    assert any("六角括号" in warning for warning in read.warnings)
    assert "08号" not in read.body
    assert [one.sample for one in read.notices if one.code == "dropped_doc_no"] == ["津规资建发[2024]08号"]


def test_a_secrecy_mark_is_recognised_and_told() -> None:
    read = plain.read("机密★10年\n\n关于某事的通知\n\n正文。")
    assert read.recognised["secrecy"] == "ji_mi"
    assert any("密级" in warning for warning in read.warnings)


@pytest.mark.parametrize("line", ["2020年2月30日", "2020年13月1日", "于2020年9月18日", "二〇二〇年九月十八", "十十年"])
def test_what_is_no_date_is_not_read_as_one(line: str) -> None:
    assert numerals.written_date(line) is None


@given(st.dates(min_value=date(1000, 1, 1)))
def test_a_date_written_in_chinese_is_read_back(day: date) -> None:
    year = "".join("〇一二三四五六七八九"[int(digit)] for digit in str(day.year))
    assert numerals.written_date(f"{year}年{numerals.counting(day.month)}月{numerals.counting(day.day)}日") == day
    assert numerals.written_date(f"{day.year}年{day.month}月{day.day}日") == day


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (1, "一"),
        (10, "十"),
        (11, "十一"),
        (20, "二十"),
        (101, "一百零一"),
        (110, "一百一十"),
        (1_010, "一千零一十"),
        (2_000, "二千"),
    ],
)
def test_numbers_are_counted_as_people_write_them(number: int, written: str) -> None:
    assert numerals.counting(number) == written


@given(st.integers(1, 9_999))
def test_no_two_numbers_are_written_alike(number: int) -> None:
    assert numerals.counting(number) != numerals.counting(number % 9_999 + 1)
    assert not numerals.counting(number).endswith("零")


def test_other_numerals() -> None:
    assert [numerals.roman(4), numerals.letters(28), numerals.circled(3), numerals.stem(2)] == ["iv", "bb", "③", "乙"]
    assert numerals.legal(12) == "拾贰"
    assert [numerals.circled(21), numerals.stem(11), numerals.roman(4_000), numerals.letters(0)] == [
        "21",
        "11",
        "4000",
        "0",
    ]


@pytest.mark.parametrize("line", ["一、总则", "（一）总体要求", "(二)范围", "第三章 附则", "十二、加强领导。"])
def test_a_numbered_line_is_a_heading(line: str) -> None:
    parts = recognise.recognise(["标题", line, "正文。"]).parts
    assert parts[1] in {Part.FIRST, Part.SECOND}


@pytest.mark.parametrize(
    "line", ["一、加强领导。各单位要落实。", "（一）包括：", "1.甲", "一是公开", "一、" + "长" * 80]
)
def test_a_paragraph_that_runs_on_behind_its_number_is_none(line: str) -> None:
    assert 1 not in recognise.recognise(["标题", line, "正文。"]).parts


def test_a_title_in_several_lines_is_joined() -> None:
    lines = list(enumerate(["某网站", "天津市规划资源局关于印发", "《用地审批办法》的", "通知", "来源：网"]))
    assert titles.choose(lines) == ("天津市规划资源局关于印发《用地审批办法》的通知", (1, 2, 3))


def test_a_text_without_a_genre_takes_its_first_line() -> None:
    assert titles.choose([(0, "防汛须知"), (1, "正文。")]) == ("防汛须知", (0,))


def test_wrapped_lines_are_joined_and_short_ones_are_not() -> None:
    wrapped = "为了进一步加强政务公开工作，提高公开的质量和实效，结合工作\n实际，制定本要点。\n第一条 甲\n第二条 乙"
    assert plain.paragraphs(wrapped) == [
        "为了进一步加强政务公开工作，提高公开的质量和实效，结合工作实际，制定本要点。",
        "第一条 甲",
        "第二条 乙",
    ]


def test_markup_in_a_text_file_stays_text() -> None:
    assert "&lt;script&gt;" in plain.read("标题\n\n见<script>alert(1)</script>。").body


def test_half_width_marks_are_told_and_changed_only_when_asked() -> None:
    source = "标题\n\n甲,乙(丙)。"
    assert "甲,乙(丙)" in plain.read(source).body
    assert any("3处" in warning for warning in plain.read(source).warnings)
    assert "甲，乙（丙）" in plain.read(source, restore=True).body


@pytest.mark.parametrize("kept", ["1,000", "12:30", "f(x)", "https://a.example", "a;b"])
def test_marks_between_latin_characters_stay(kept: str) -> None:
    assert punctuation.restore(kept) == kept


@given(st.text(st.sampled_from("甲乙1a,:;()（），。“” \n"), max_size=40))
def test_restoring_changes_nothing_but_the_width_of_marks(source: str) -> None:
    narrow = str.maketrans("，：；（）", ",:;()")
    assert punctuation.restore(source).translate(narrow) == source.translate(narrow)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
def test_every_encoding_of_chinese_offices_is_read(encoding: str) -> None:
    assert decode.decode("政务公开\r\n要点".encode(encoding)) == "政务公开\n要点"


@pytest.mark.parametrize("data", [b"\xff\xff\xff", b"a\0b", b"\xff\xfea"])
def test_what_no_encoding_reads_is_refused(data: bytes) -> None:
    with pytest.raises(IntakeError) as caught:
        decode.decode(data)
    assert caught.value.code is Code.ENCODING


def test_markdown_keeps_headings_lists_and_tables() -> None:
    read = markdown.read("# 解读\n\n## 背景\n\n- 甲\n\n| 事项 | 要求 |\n|---|:-:|\n| 子 | 丑 |\n")
    assert read.title == "解读"
    for expected in ("<h2>背景</h2>", "<li>甲</li>", "<th>事项</th>", "<td>丑</td>"):
        assert expected in read.body
    assert "style" not in read.body


def test_markdown_lets_no_html_and_no_script_address_through() -> None:
    body = markdown.read("# 解读\n\n<img src=x onerror=alert(1)>\n\n[点](javascript:alert(1))").body
    assert "<img" not in body
    assert "<a" not in body


def test_markdown_pictures_are_left_out_with_a_warning() -> None:
    read = markdown.read("# 解读\n\n正文 ![图](https://a.example/1.png)")
    assert "<img" not in read.body
    assert any("1幅图片" in warning for warning in read.warnings)


PAGE = """<html><head><title>关于某事的通知 - 天津市规划和自然资源局</title>
<meta name="ArticleTitle" content="天津市规划和自然资源局关于某事的通知"></head><body><div class="nav"><p>首页</p></div>
<div id="zoom"><p style="text-align: center">津规资发〔2024〕1号</p><p>各单位：</p>
<p>现将有关事项通知，见<a href="/a.html">附件</a>和<a href="https://a.example/">网站</a>。
<span style="display:none">内部</span></p>
<p align="right">2024年1月2日</p><img src="https://a.example/1.png"></div>
<div class="footer"><p>版权所有</p></div></body></html>"""


def test_a_saved_page_gives_its_title_and_its_main_text() -> None:
    read = html.read(PAGE)
    assert read.title == "天津市规划和自然资源局关于某事的通知"
    assert read.recognised == {"doc_no": "津规资发〔2024〕1号", "addressees": "各单位", "signed_on": "2024-01-02"}
    for gone in ("首页", "版权所有", "内部", "<img", "/a.html"):
        assert gone not in read.body
    assert 'href="https://a.example/"' in read.body


def test_what_a_page_loses_is_told() -> None:
    told = "".join(html.read(PAGE).warnings)
    for reason in ("不显示的文字", "1幅图片", "1处链接"):
        assert reason in told


def test_a_page_without_marks_gives_the_place_with_most_text() -> None:
    page = "<body><div><p>导航</p></div><h1>标题</h1><div><p>" + "正文很长。" * 20 + "</p></div></body>"
    read = html.read(page)
    assert (read.title, "导航" in read.body) == ("标题", False)


def test_a_picture_inside_the_page_is_written_anew() -> None:
    dot = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
    read = html.read(
        f'<h1>标题</h1><p>正文。<img src="data:image/png;base64,{dot}"><img src="data:image/png;base64,!!"></p>'
    )
    assert len(read.images) == 1
    assert f'<img src="blob:{read.images[0][0].sha256}">' in read.body


def test_several_first_level_headings_are_parts_and_no_title() -> None:
    read = markdown.read("# 甲\n\n正文。\n\n# 乙\n\n正文。")
    assert (read.title, read.body.count("<h2>")) == ("", 2)


def test_an_empty_text_is_refused() -> None:
    with pytest.raises(IntakeError) as caught:
        plain.read(" \n\n")
    assert caught.value.code is Code.EMPTY
