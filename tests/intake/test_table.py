"""Spreadsheets of strangers: rows of text, or one sentence, within the child's bounds."""

import io
import zipfile
from datetime import date

import pytest
from openpyxl import Workbook

from hub.intake import convert
from hub.intake.errors import IntakeError


def workbook() -> bytes:
    book = Workbook()
    book.active.append(["标题", "日期", "数", "公式"])
    book.active.append([])
    book.active.append(["甲", date(2012, 3, 5), 2012.0, "=1+1"])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def rewritten(data: bytes, name: str, content: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            new.writestr(entry.filename, content if entry.filename == name else old.read(entry))
    return file.getvalue()


async def test_sheets_become_rows_of_text() -> None:
    rows = await convert.table("清单.XLSX", workbook())
    # A formula that no program has computed shows nothing.
    assert rows == [["标题", "日期", "数", "公式"], [], ["甲", "2012-03-05", "2012"]]
    assert await convert.table("清单.csv", "标题,值\n“甲”,1\n".encode("gb18030")) == [["标题", "值"], ["“甲”", "1"]]


SHEET = "xl/worksheets/sheet1.xml"
_XML = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
#: A million empty rows before the one that is there.
FAR = _XML + b'<row r="1048576"><c r="A1048576" t="inlineStr"><is><t>x</t></is></c></row></sheetData></worksheet>'
ENTITIES = b'<!DOCTYPE a [<!ENTITY b "c">]>' + FAR


@pytest.mark.parametrize(
    ("filename", "data"),
    [
        ("炸弹.xlsx", rewritten(workbook(), SHEET, b" " * 40_000_000)),
        ("实体.xlsx", rewritten(workbook(), SHEET, ENTITIES)),
        ("远行.xlsx", rewritten(workbook(), SHEET, FAR)),
        ("断裂.xlsx", workbook()[:900]),
        ("改名.xlsx", b"%PDF-1.7"),
        ("改名.csv", workbook()),
        ("旧版.xls", b"\xd0\xcf\x11\xe0"),
        ("二进制.csv", b"a\0b"),
        ("空.csv", b" \n"),
        ("过大.csv", b"a," * 2_500_001),
    ],
)
async def test_hostile_ones_are_refused_with_a_sentence(filename: str, data: bytes) -> None:
    with pytest.raises(IntakeError) as refused:
        await convert.table(filename, data)
    assert refused.value.message.endswith("。")
    assert "docx" not in refused.value.message
