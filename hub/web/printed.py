"""Reports laid out as Excel sheets and as Word documents."""

import io
from collections.abc import Iterator
from typing import Any

from docx import Document
from docx.document import Document as Word
from docx.enum.section import WD_ORIENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

from hub.web import tabular
from hub.web.lines import head, said
from hub.web.tabular import Worksheet
from hub.web.workbook import clean
from schemas.report import Report, Sheet

_FONT = "仿宋"
#: Columns from which on a page is turned on its side.
_WIDE = 8
#: Lines of a table in Word: it sets each of them, and nobody reads more on paper. Spreadsheets have them all.
DOCX_LINES = 500
_NOTHING = Sheet(caption="没有文件", head=(), rows=())


def xlsx(report: Report) -> bytes:
    """The report as an Excel workbook, a page for each table."""
    return tabular.xlsx(*_pages(report))


def _pages(report: Report) -> Iterator[Worksheet]:
    for number, sheet in enumerate(report.sheets or (_NOTHING,), 1):
        rows = [(sheet.caption,), sheet.head, *(tuple(cell.value for cell in row) for row in sheet.rows)]
        yield Worksheet(f"表{number}", rows, heads=2, widths=(24,))
    yield Worksheet("说明", [(line,) for line in (*head(report), "", *report.notes)], heads=0, widths=(100,))


def docx(report: Report) -> bytes:
    """The report as a Word document; long tables are cut."""
    word = Document()
    _style(word, is_wide=any(len(sheet.head) >= _WIDE for sheet in report.sheets))
    word.core_properties.title = report.title[:255]
    word.core_properties.author = ""
    title, *told = head(report)
    word.add_heading(clean(title), 1)
    for line in told:
        word.add_paragraph(clean(line))
    for sheet in report.sheets:
        word.add_heading(clean(sheet.caption), 2)
        _table(word, sheet)
    for note in report.notes:
        word.add_paragraph(clean(note))
    file = io.BytesIO()
    word.save(file)
    return file.getvalue()


def _style(word: Word, *, is_wide: bool) -> None:
    section = word.sections[0]
    sides = (Cm(29.7), Cm(21)) if is_wide else (Cm(21), Cm(29.7))
    section.page_width, section.page_height = sides
    section.orientation = WD_ORIENT.LANDSCAPE if is_wide else WD_ORIENT.PORTRAIT
    section.left_margin = section.right_margin = Cm(2)
    for name in ("Normal", "Heading 1", "Heading 2"):
        style: Any = word.styles[name]
        style.font.name = _FONT
        # The font of Chinese letters is an attribute of its own.
        style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), _FONT)
    normal: Any = word.styles["Normal"]
    normal.font.size = Pt(11)


def _table(word: Word, sheet: Sheet) -> None:
    lines = [sheet.head, *(tuple(said(cell.value) for cell in row) for row in sheet.rows[:DOCX_LINES])]
    table = word.add_table(rows=len(lines), cols=len(sheet.head))
    table.style = "Table Grid"
    # Read once: asked for one by one, each cell would look through the whole table.
    places = iter(table._cells)  # noqa: SLF001
    for line in lines:
        for value in line:
            next(places).text = clean(value)
    # The first row is a head: repeated on every page, and read out as one.
    row: Any = table.rows[0]._tr.get_or_add_trPr()  # noqa: SLF001
    row.append(OxmlElement("w:tblHeader"))
    if len(sheet.rows) > DOCX_LINES:
        word.add_paragraph(f"以上列出 {DOCX_LINES} 件，全部 {len(sheet.rows)} 件见 CSV 或 Excel 文件。")
