"""Copies of a text: what Word and PDF readers that nobody here wrote find in them, and when the public finds them."""

import hashlib
import io
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.enum.style import WD_STYLE_TYPE

from channels import website
from channels.contract import ChannelError, Tools
from channels.tree import Tree
from channels.website.copies import docx as word
from channels.website.copies import making, pdf, sheet, text
from channels.website.copies.blocks import Paragraph, Table
from schemas.delivery import Action
from schemas.edition import Edition
from schemas.standing import StandingKind
from tests.channels.conftest import build_notice

#: A 1×1 PNG.
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001"
    "a5f645400000000049454e44ae426082"
)
SHA256 = hashlib.sha256(PIXEL).hexdigest()
OFFICIAL_AT = datetime(2026, 3, 2, 1, 30, 2, 417_000, tzinfo=UTC)
TEXT = (
    "<p>局属各单位：</p><h2>一、总体要求</h2><p>为了<strong>规范</strong>H<sub>2</sub>O，见"
    '<a href="https://www.gov.cn/" rel="noopener noreferrer">中国政府网</a>。</p>'
    '<ol start="3"><li>第三项</li><li><p>第四项</p><ul><li>其中</li></ul></li></ol>'
    '<table><caption>附表</caption><thead><tr><th rowspan="2">区</th><th colspan="2">半年</th></tr>'
    "<tr><th>上</th><th>下</th></tr></thead><tbody><tr><td>和平</td><td>1</td><td>2</td></tr></tbody></table>"
    f'<figure><img src="blob:{SHA256}" alt="示意"><figcaption>图1</figcaption></figure>'
    '<p class="signature">2026年2月27日</p>'
)


@pytest.fixture
def edition(make_edition: Any, make_attachment: Any) -> Edition:
    image = make_attachment(PIXEL, "图.png", "image/png")
    made: Edition = make_edition(body=TEXT, images=(image,), interpretations=0)
    return made


@pytest.fixture
def made_of(edition: Edition, tools: Tools) -> sheet.Sheet:
    return sheet.of(edition, edition.policy, tools.site)


def test_a_word_file_as_python_docx_reads_it(made_of: sheet.Sheet, edition: Edition) -> None:
    made = word.make(made_of, {SHA256: PIXEL})
    found = docx.Document(io.BytesIO(made))
    said = [one.text for one in found.paragraphs if one.text]
    assert said[:5] == [
        edition.policy.title,
        "津规资办发〔2026〕12号",
        "局属各单位：",
        "一、总体要求",
        "为了规范H2O，见中国政府网。",
    ]
    assert said[5:8] == ["3. 第三项", "4. 第四项", "• 其中"]
    grid = [[cell.text for cell in row.cells] for row in found.tables[0].rows]
    assert grid == [["区", "半年", "半年"], ["区", "上", "下"], ["和平", "1", "2"]]
    assert len(found.inline_shapes) == 1
    assert {one.name for one in found.styles if one.type == WD_STYLE_TYPE.PARAGRAPH} >= {"Heading 1", "Title"}
    assert edition.digest in found.sections[0].footer.paragraphs[1].text
    assert made_of.address in [cell.text for row in found.tables[1].rows for cell in row.cells]
    about = found.core_properties
    assert (about.title, about.author) == (edition.policy.title, "天津市规划和自然资源局")
    assert str(about.created).startswith("2026-02-27 00:00")


def test_the_same_bytes_whenever_and_wherever(made_of: sheet.Sheet, tmp_path: Path) -> None:
    """Another process on another day: nothing but the sheet is in it, least of all the official time."""
    (tmp_path / "sheet.json").write_text(made_of.model_dump_json(), "utf-8")
    script = (
        "import sys, time; time.time = lambda: 0.0\n"
        "from channels.website.copies import docx, sheet\n"
        "made = docx.make(sheet.Sheet.model_validate_json(open(sys.argv[1]).read()), {})\n"
        "sys.stdout.buffer.write(made)"
    )
    command = [sys.executable, "-c", script, str(tmp_path / "sheet.json")]
    there = subprocess.run(command, check=True, capture_output=True, cwd=Path(__file__).parents[3]).stdout
    assert there == word.make(made_of, {})


@pytest.mark.parametrize(
    ("body", "columns"),
    [
        ('<table><tr><td colspan="999">宽</td><td>出界</td></tr></table>', 200),
        ('<table><tr><td rowspan="999">高</td><td>1</td></tr><tr><td>2</td></tr><tr></tr></table>', 2),
        ('<table><tr><td rowspan="2">甲</td><td rowspan="3">乙</td></tr><tr><td>丙</td></tr></table>', 3),
        ("<table><tr><td><table><tr><td>内</td></tr></table></td></tr></table>", 1),
        ("<table></table>", 1),
    ],
)
def test_odd_tables_are_laid_out_and_read_again(made_of: sheet.Sheet, body: str, columns: int) -> None:
    (table,) = text.blocks(body)
    assert isinstance(table, Table)
    assert table.columns == columns
    read = docx.Document(io.BytesIO(word.make(made_of.model_copy(update={"body": body}), {})))
    assert all(len(row.cells) == columns for row in read.tables[0].rows)


async def test_what_a_library_fails_on_is_given_as_words(made_of: sheet.Sheet) -> None:
    """Nested deeper than the process that publishes would follow; the child follows, or gives the words alone."""
    deep = "<blockquote>" * 190 + "<p>最里面的话</p>" + "</blockquote>" * 190
    made = await making.make("docx", made_of.model_copy(update={"body": deep, "pictures": ()}), {})
    assert "最里面的话" in [one.text for one in docx.Document(io.BytesIO(made)).paragraphs]
    broken = '<p>表前</p><ol start="x"><li>项</li></ol><p>表后</p>'
    made = await making.make("docx", made_of.model_copy(update={"body": broken, "pictures": ()}), {})
    assert {"表前", "项", "表后"} <= {one.text for one in docx.Document(io.BytesIO(made)).paragraphs}


@pytest.mark.skipif(bool(pdf.missing()), reason="no PDF without Debian's libpango-1.0-0 and libpangoft2-1.0-0")
@pytest.mark.skipif(not shutil.which("pdftotext"), reason="needs Debian's poppler-utils")
async def test_a_pdf_as_poppler_reads_it(made_of: sheet.Sheet, edition: Edition, tmp_path: Path) -> None:
    made = await making.make("pdf", made_of, {SHA256: PIXEL})
    (tmp_path / "text.pdf").write_bytes(made)
    said = read_by("pdftotext", tmp_path / "text.pdf", "-").replace("\n", "")
    for words in ("津规资办发〔2026〕12号", "一、总体要求", "和平", edition.digest, made_of.address):
        assert words in said
    about = read_by("pdfinfo", "-isodates", tmp_path / "text.pdf")
    assert re.search(rf"Title: +{edition.policy.title}\n", about)
    assert re.search(r"CreationDate: +2026-02-27T00:00:00\+08\n", about)
    assert re.search(r"Tagged: +yes\n", about)


def read_by(*command: object) -> str:
    return subprocess.run(list(map(str, command)), check=True, capture_output=True, text=True).stdout


async def test_public_before_the_page_that_leads_to_it_and_gone_with_it(
    make_parcel: Any, tools: Tools, notes: Any, blobs: Any, edition: Edition
) -> None:
    blobs.put(PIXEL)
    tree = Tree(Path(tools.data_dir) / "site")
    channel = website.build({"name": "website", "kind": "website"}, tools)
    parcel = make_parcel(edition)
    await channel.ahead(edition)
    assert not tree.has("/zcwj/1001/text.docx"), "ahead of the button nothing is public"
    ahead = {one.name: one.read_bytes() for one in (Path(tools.data_dir) / "copies").iterdir()}
    await channel.prepare(parcel, notes)
    await channel.commit(parcel, notes)
    assert [tree.read("/zcwj/1001/text.docx")] == list(ahead.values())
    assert b'href="/zcwj/1001/text.docx"' in (tree.read("/zcwj/1001.html") or b"")
    later = parcel.model_copy(update={"action": Action.ANNOTATE, "official_at": OFFICIAL_AT})
    await channel.commit(later, notes)
    assert [tree.read("/zcwj/1001/text.docx")] == list(ahead.values())
    gone = {"action": Action.WITHDRAW, "notice": build_notice(StandingKind.WITHDRAWN)}
    await channel.commit(parcel.model_copy(update=gone), notes)
    assert not tree.has("/zcwj/1001/text.docx")
    assert not list((Path(tools.data_dir) / "copies").iterdir())


async def test_a_copy_that_cannot_be_made_is_put_before_a_person(
    make_parcel: Any, tools: Tools, notes: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_: Any) -> bytes:
        raise making.CopyError

    monkeypatch.setattr(making, "make", fails)
    channel = website.build({"name": "website", "kind": "website", "copies": ["docx"]}, tools)
    with pytest.raises(ChannelError, match="copies 中去掉 docx"):
        await channel.prepare(make_parcel(), notes)
    without = website.build({"name": "website", "kind": "website", "copies": []}, tools)
    await without.prepare(make_parcel(), notes)


def test_a_machine_without_pango_says_so_and_offers_the_rest(tools: Tools, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "missing", lambda: ("libpango-1.0.so.0",))
    channel = website.build({"name": "website", "kind": "website", "copies": ["pdf", "docx"]}, tools)
    assert "libpango-1.0.so.0" in channel.lacks()[0]
    assert website.build({"name": "website", "kind": "website"}, tools).lacks() == []


def test_paragraphs_keep_what_the_page_shows() -> None:
    found = text.blocks('<div><p class="no-indent">甲<br>乙</p>散<p class="align-center"> 丙 <b>丁</b></p></div>')
    assert [(one.text, one.align, one.indented) for one in found if isinstance(one, Paragraph)] == [
        ("甲\n乙", "", False),
        ("散", "", True),
        ("丙 丁", "center", False),
    ]
