"""What is in files beside a document is found where it is, and cleaning takes out the makers and nothing else."""

import io
import zipfile

import docx
import openpyxl
import pytest
from openpyxl.comments import Comment
from PIL import Image

from hub.intake import cleaning, inside, inspect
from schemas.inspection import Inspection, Trace

ID = "120103199003077007"


def word(*, changes: bool = False) -> bytes:
    document = docx.Document()
    document.core_properties.author, document.core_properties.last_modified_by = "张三", "李四"
    document.add_paragraph(f"王某，身份证号{ID}")
    table = document.add_table(1, 2)
    table.cell(0, 0).text, table.cell(0, 1).text = "电话", "13812345678"
    document.add_paragraph().add_run("看不见的话").font.hidden = True
    written = io.BytesIO()
    document.save(written)
    return _changed(written.getvalue()) if changes else written.getvalue()


def _changed(data: bytes) -> bytes:
    ins = '<w:p><w:ins w:id="1" w:author="赵六"><w:r><w:t>改过的话</w:t></w:r></w:ins></w:p></w:body>'
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(written, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, part.replace(b"</w:body>", ins.encode()) if name == "word/document.xml" else part)
    return written.getvalue()


def sheet() -> bytes:
    book = openpyxl.Workbook()
    book.properties.creator = "王五"
    first = book.active
    first.title = "名单"
    first.append(["姓名", "身份证号"])
    first.append(["王某", ID])
    first["B3"] = int(ID)
    first["A2"].comment = Comment("核实一下", "赵六")
    first.row_dimensions[2].hidden = True
    hidden = book.create_sheet("底稿")
    hidden.sheet_state = "hidden"
    hidden.append(["内部资料"])
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def photograph() -> bytes:
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "Huawei", 6
    place = exif.get_ifd(0x8825)
    place[1], place[2], place[3], place[4] = "N", (39.0, 7.0, 30.0), "E", (117.0, 12.0, 0.0)
    written = io.BytesIO()
    Image.new("RGB", (60, 40), "red").save(written, "JPEG", exif=exif)
    return written.getvalue()


def drawn(stream: bytes, more: bytes = b"") -> bytes:
    """A PDF of one page."""
    return (
        b"%PDF-1.4\n1 0 obj << /Type /Page /Contents 2 0 R /Resources << /Font << /F1 3 0 R >> >> >> endobj\n"
        b"2 0 obj << /Length " + str(len(stream)).encode() + b" >> stream\n" + stream + b"\nendstream endobj\n"
        b"3 0 obj << /Type /Font /Subtype /Type1 >> endobj\n" + more
    )


def traces(found: Inspection) -> set[Trace]:
    return {one.trace for one in found.traces}


def test_a_word_file_tells_its_makers_and_what_was_left_in_it() -> None:
    found = inside.look(".docx", word(changes=True))
    assert traces(found) == {Trace.AUTHOR, Trace.CHANGES, Trace.HIDDEN_TEXT}
    assert {one.words for one in found.traces if one.trace is Trace.AUTHOR} == {"作者 张三", "最后修改 李四"}
    assert ("赵六", "新增“改过的话”") in {(one.where, one.words) for one in found.traces}
    assert ("表格", "电话\x1f13812345678", True) in {(one.where, one.text, one.in_table) for one in found.lines}


def test_a_spreadsheet_tells_its_hidden_parts_and_every_cell() -> None:
    found = inside.look(".xlsx", sheet())
    assert traces(found) == {Trace.AUTHOR, Trace.COMMENTS, Trace.HIDDEN_SHEET, Trace.HIDDEN_ROWS}
    assert {one.words for one in found.traces} >= {"核实一下", "工作表“底稿”", "第2行"}
    # Typed as a number it has lost its last figures, and is told with what is left.
    assert [one.text for one in found.lines if "第3行" in one.where] == ["\x1f120103199003077000"]


def test_a_photograph_tells_where_it_was_taken_and_a_cleaned_one_does_not() -> None:
    found = inside.look(".jpg", photograph())
    assert traces(found) == {Trace.PLACE, Trace.CAMERA}
    cleaned = cleaning.clean(".jpg", photograph())
    assert traces(inside.look(".jpg", cleaned)) == set()
    with Image.open(io.BytesIO(cleaned)) as picture:
        assert picture.getexif()[0x0112] == 6


def test_a_pdf_tells_its_author_scripts_remarks_and_text() -> None:
    more = (
        b"4 0 obj << /Author (Zhang San) /Producer (x) >> endobj\n"
        b"5 0 obj << /S /JavaScript /JS (app.alert\\(1\\)) >> endobj\n"
        b"6 0 obj << /Subtype /Text /Rect [0 0 1 1] /T (Li) /Contents <FEFF4FEE6539> >> endobj\n"
    )
    data = drawn(
        b"BT /F1 12 Tf 1 0 0 1 9 700 Tm (id 12010319) Tj (900307%s) Tj 0 -20 Td (second) Tj ET" % ID[14:].encode(), more
    )
    found = inside.look(".pdf", data)
    assert traces(found) == {Trace.AUTHOR, Trace.MACROS, Trace.COMMENTS}
    assert [one.text for one in found.lines] == [f"id {ID}", "second"]
    cleaned = cleaning.clean(".pdf", data)
    assert len(cleaned) == len(data)
    assert Trace.AUTHOR not in traces(inside.look(".pdf", cleaned))


def test_a_scan_and_an_old_format_say_that_nobody_saw_inside() -> None:
    assert traces(inside.look(".pdf", drawn(b"q /Im1 Do Q"))) == {Trace.UNREAD}
    old = inside.look(".doc", b"\xd0\xcf\x11\xe0" + f"身份证号{ID}".encode("utf-16-le"))
    assert traces(old) == {Trace.UNREAD}
    assert any(ID in one.text for one in old.lines)


@pytest.mark.parametrize("ending", [".docx", ".xlsx", ".pptx", ".pdf", ".jpg", ".ofd", ".zip"])
def test_rubbish_is_unread_and_raises_nothing(ending: str) -> None:
    for data in (b"PK\x03\x04" + b"\0" * 99, b"%PDF-1.7 1 0 obj << /A [[[[(((", word()[:-200]):
        assert Trace.UNREAD in traces(inside.look(ending, data))


async def test_a_child_looks_and_cleans() -> None:
    found = await inspect.inspect("名单.docx", word())
    assert Trace.AUTHOR in traces(found)
    cleaned = await inspect.clean("名单.docx", word())
    after = await inspect.inspect("名单.docx", cleaned)
    assert traces(after) == traces(found) - {Trace.AUTHOR}
    assert after.lines == found.lines
