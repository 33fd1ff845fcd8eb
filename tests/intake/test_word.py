"""What is read out of a Word file: its parts, numbers, tables and pictures, and what is left out and told."""

import io
import struct
from collections.abc import Callable
from typing import Any

import pytest
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from PIL import Image

from hub.intake import docx as word_reader

Word = Callable[..., bytes]
Element = Callable[[str], list[Any]]
Rewritten = Callable[[bytes, dict[str, bytes]], bytes]

LISTS = """
<w:abstractNum w:abstractNumId="90">
  <w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCountingThousand"/><w:lvlText w:val="%1、"/></w:lvl>
  <w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="japaneseCounting"/><w:lvlText w:val="（%2）"/></w:lvl>
  <w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%3."/></w:lvl>
</w:abstractNum>
<w:num w:numId="90"><w:abstractNumId w:val="90"/></w:num>
<w:num w:numId="91"><w:abstractNumId w:val="90"/>
  <w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride></w:num>
"""


def numbered(document: Any, element: Element, *levels: tuple[str, int, str]) -> None:
    root = document.part.numbering_part.element
    definitions = element(LISTS)
    for definition in definitions:
        root.append(definition)
    for num_id, level, words in levels:
        properties = document.add_paragraph(words)._p.get_or_add_pPr()
        (numbering,) = element(f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{num_id}"/></w:numPr>')
        properties.append(numbering)


def photograph(size: tuple[int, int] = (40, 30), form: str = "JPEG") -> io.BytesIO:
    exif = Image.Exif()
    exif[0x010E] = "办公室内部照片"
    exif[0x0112] = 6
    written = io.BytesIO()
    Image.new("RGB", size, "red").save(written, form, exif=exif)
    written.seek(0)
    return written


def test_an_official_letter_is_read_whole(word: Word) -> None:
    def build(document: Any) -> None:
        for line in ("天津市规划和自然资源局文件", "津规资建发〔2024〕8号"):
            document.add_paragraph(line).alignment = WD_ALIGN_PARAGRAPH.CENTER
        for line in ("天津市规划和自然资源局关于印发", "规划许可办理指南的通知"):
            document.add_paragraph(line).alignment = WD_ALIGN_PARAGRAPH.CENTER
        for line in (
            "各有关单位：",
            "现印发给你们，请遵照执行。",
            "一、适用范围",
            "（一）总体要求",
            "1.按本指南办理。",
        ):
            document.add_paragraph(line)
        for line in ("天津市规划和自然资源局", "二〇二四年三月十二日"):
            document.add_paragraph(line).alignment = WD_ALIGN_PARAGRAPH.RIGHT
        document.add_paragraph("（此件主动公开）")
        document.add_paragraph("天津市规划和自然资源局办公室 2024年3月13日印发")

    read = word_reader.read(word(build=build))
    assert read.title == "天津市规划和自然资源局关于印发规划许可办理指南的通知"
    assert read.recognised == {
        "issuer": "天津市规划和自然资源局",
        "doc_no": "津规资建发〔2024〕8号",
        "addressees": "各有关单位",
        "signed_on": "2024-03-12",
        "note": "此件主动公开",
        "printed_on": "2024-03-13",
    }
    assert "<h2>一、适用范围</h2><h3>（一）总体要求</h3><p>1.按本指南办理。</p>" in read.body
    assert '<p class="signature">天津市规划和自然资源局</p><p class="signature">二〇二四年三月十二日</p>' in read.body


def test_automatic_numbers_become_text_and_restart_below_a_new_heading(word: Word, element: Element) -> None:
    lines = [
        ("90", 0, "甲"),
        ("90", 1, "乙"),
        ("90", 2, "丙"),
        ("90", 2, "丁"),
        ("90", 0, "戊"),
        ("90", 1, "己"),
        ("91", 0, "庚"),
    ]
    read = word_reader.read(word("标题", build=lambda document: numbered(document, element, *lines)))
    for expected in ("一、甲", "（一）乙", "1.丙", "2.丁", "二、戊", "（一）己", "五、庚"):
        assert f">{expected}<" in read.body
    assert "<ol" not in read.body
    assert "<li" not in read.body


def test_a_style_that_numbers_is_counted_too(word: Word, element: Element) -> None:
    def build(document: Any) -> None:
        numbered(document, element)
        style = document.styles.add_style("条", WD_STYLE_TYPE.PARAGRAPH)
        style.element.get_or_add_pPr().append(element('<w:numPr><w:numId w:val="90"/></w:numPr>')[0])
        for words in ("甲", "乙"):
            document.add_paragraph(words, style="条")

    body = word_reader.read(word("标题", build=build)).body
    assert "一、甲" in body
    assert "二、乙" in body


def test_bullets_stay_a_list(word: Word) -> None:
    def build(document: Any) -> None:
        document.add_paragraph("甲", style="List Bullet")

    assert "<ul><li>甲</li></ul>" in word_reader.read(word("标题", build=build)).body


@pytest.mark.parametrize("how", ["run", "style", "row"])
def test_hidden_text_is_removed_and_told(word: Word, element: Element, how: str) -> None:
    def build(document: Any) -> None:
        if how == "row":
            table = document.add_table(rows=2, cols=1)
            table.rows[0].cells[0].text, row = "公开的", table.rows[1]
            row.cells[0].text = "内部掌握"
            row._tr.get_or_add_trPr().append(element("<w:hidden/>")[0])
            return
        run = document.add_paragraph("公开的").add_run("内部掌握")
        if how == "run":
            run.font.hidden = True
        else:
            base = document.styles.add_style("暗", WD_STYLE_TYPE.CHARACTER)
            base.font.hidden = True
            derived = document.styles.add_style("暗二", WD_STYLE_TYPE.CHARACTER)
            derived.base_style = base
            run.style = derived

    read = word_reader.read(word("标题", build=build))
    assert "内部掌握" not in read.body
    assert any("隐藏文字" in warning for warning in read.warnings)


def test_text_shown_again_over_a_hidden_style_stays(word: Word) -> None:
    def build(document: Any) -> None:
        document.styles["Normal"].font.hidden = True
        document.add_paragraph("").add_run("看得见的字。").font.hidden = False
        document.add_paragraph("看不见的字。")

    assert word_reader.read(word(build=build)).body == "<p>看得见的字。</p>"


def test_merged_cells_stay_merged(word: Word) -> None:
    def build(document: Any) -> None:
        table = document.add_table(rows=3, cols=3)
        table.cell(0, 0).merge(table.cell(0, 1)).text = "横"
        table.cell(1, 2).merge(table.cell(2, 2)).text = "竖"

    body = word_reader.read(word("标题", build=build)).body
    assert '<td colspan="2"><p>横</p></td>' in body
    assert '<td rowspan="2"><p>竖</p></td>' in body


def test_a_picture_loses_its_exif_and_stands_upright(word: Word) -> None:
    read = word_reader.read(word("标题", "正文。", build=lambda document: document.add_picture(photograph())))
    ((attachment, data),) = read.images
    with Image.open(io.BytesIO(data)) as picture:
        assert picture.size == attachment.extent == (30, 40)
        assert not dict(picture.getexif())
    assert f'<img src="blob:{attachment.sha256}"' in read.body
    assert "办公室内部照片".encode() not in data
    assert attachment.media == "image/jpeg"


def test_equal_pictures_are_kept_once(word: Word) -> None:
    def build(document: Any) -> None:
        document.add_picture(photograph())
        document.add_picture(photograph())

    read = word_reader.read(word("标题", build=build))
    assert len(read.images) == 1
    assert read.body.count("<img") == 2


def test_a_picture_of_too_many_pixels_is_left_out_with_a_warning(word: Word) -> None:
    ihdr = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)

    def build(document: Any) -> None:
        small = io.BytesIO()
        Image.new("RGB", (3, 3)).save(small, "PNG")
        document.add_picture(small)
        picture = next(p for p in document.part.package.iter_parts() if str(p.partname).endswith(".png"))
        picture._blob = picture.blob.replace(picture.blob[16:29], ihdr)

    read = word_reader.read(word("标题", "正文。", build=build))
    assert read.images == ()
    assert "<img" not in read.body
    assert any("1幅图片" in warning for warning in read.warnings)


def test_styles_of_title_and_headings_keep_their_rank(word: Word) -> None:
    def build(document: Any) -> None:
        document.add_heading("关于某事的解读", 0)
        document.add_heading("背景依据", 1)
        document.add_heading("法规", 2)
        document.add_paragraph("正文。")

    read = word_reader.read(word(build=build))
    assert read.title == "关于某事的解读"
    assert read.body == "<h2>背景依据</h2><h3>法规</h3><p>正文。</p>"


def test_alignment_also_comes_from_the_style(word: Word) -> None:
    def build(document: Any) -> None:
        document.styles.add_style(
            "居中", WD_STYLE_TYPE.PARAGRAPH
        ).paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
        document.add_paragraph("图1 示意图。", style="居中")

    assert '<p class="align-center">图1 示意图。</p>' in word_reader.read(word("标题", build=build)).body


def test_what_cannot_be_shown_is_told(word: Word) -> None:
    def build(document: Any) -> None:
        document.paragraphs[1].runs[0].font.strike = True

    assert any("删除线" in warning for warning in word_reader.read(word("标题", "正文。", build=build)).warnings)


def test_a_style_map_in_the_file_has_no_power(word: Word, rewritten: Rewritten) -> None:
    data = rewritten(word("标题", "正文。"), {"mammoth/style-map": b"p => h6.evil:fresh"})
    assert "<p>正文。</p>" in word_reader.read(data).body
