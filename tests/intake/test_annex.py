"""Which files may be attached: by content, and under which names."""

import pytest

from hub.intake import annex
from hub.intake.errors import Code, IntakeError

WORD = b"PK\x03\x04....word/document.xml...."


@pytest.mark.parametrize(
    ("name", "data", "media"),
    [
        ("甲.PDF", b"%PDF-1.7", "application/pdf"),
        ("乙.docx", WORD, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("丙.ofd", b"PK\x03\x04 OFD.xml", "application/ofd"),
        ("丁.png", b"\x89PNG\r\n\x1a\n", "image/png"),
        ("戊.csv", "项目,数量".encode(), "text/csv"),
    ],
)
def test_what_is_what_it_says_is_taken(name: str, data: bytes, media: str) -> None:
    assert annex.media(name, data) == media


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("甲.pdf", b"MZ", Code.MISMATCH),
        ("乙.docx", b"PK\x03\x04 xl/workbook.xml", Code.MISMATCH),
        ("丙.docx", WORD + b"word/vbaProject.bin", Code.UNSUPPORTED),
        ("丁.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "_VBA_PROJECT".encode("utf-16-le"), Code.UNSUPPORTED),
        ("戊.exe", b"MZ", Code.UNSUPPORTED),
        ("己.svg", b"<svg/>", Code.UNSUPPORTED),
        ("庚.html", b"<p>", Code.UNSUPPORTED),
        ("辛.txt", b"a\0b", Code.MISMATCH),
        ("壬.csv", b"", Code.EMPTY),
    ],
)
def test_what_is_not_is_refused(name: str, data: bytes, code: Code) -> None:
    with pytest.raises(IntakeError) as refused:
        annex.media(name, data)
    assert refused.value.code is code


def test_a_name_is_one_line_without_a_path_and_keeps_its_ending() -> None:
    assert annex.named("a/b\\c.pdf") == "a／b＼c.pdf"
    assert annex.named("甲" * 200 + ".pdf") == "甲" * 116 + ".pdf"
    assert annex.renamed("旧.pdf", "新.PDF") == "新.pdf"
    assert annex.renamed("旧.pdf", " ") == "附件.pdf"
    assert annex.renamed("旧.pdf", "新.exe") == "新.exe.pdf"
