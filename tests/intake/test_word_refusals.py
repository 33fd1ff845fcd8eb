"""What a Word file must not be or hold: tracked changes, comments, bombs, and archives that lie or are broken."""

import io
import struct
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from hub.intake import archive
from hub.intake import docx as word_reader
from hub.intake.errors import Code, IntakeError

Word = Callable[..., bytes]
Element = Callable[[str], list[Any]]
Rewritten = Callable[[bytes, dict[str, bytes]], bytes]
Part = Callable[[bytes, str], bytes]
DOCUMENT = "word/document.xml"


def read(data: bytes) -> object:
    archive.check(data)
    return word_reader.read(data)


def refusal(data: bytes) -> Code:
    with pytest.raises(IntakeError) as caught:
        read(data)
    return caught.value.code


@pytest.mark.parametrize(
    "change",
    [
        '<w:ins w:id="1" w:author="甲"><w:r><w:t>新增</w:t></w:r></w:ins>',
        '<w:del w:id="1" w:author="甲"><w:r><w:delText>删去</w:delText></w:r></w:del>',
        '<w:moveTo w:id="1" w:author="甲"><w:r><w:t>移来</w:t></w:r></w:moveTo>',
    ],
)
def test_tracked_changes_are_refused(word: Word, element: Element, change: str) -> None:
    def build(document: Any) -> None:
        document.paragraphs[0]._p.append(element(change)[0])

    assert refusal(word("正文。", build=build)) is Code.TRACKED_CHANGES


def test_a_tracked_change_of_form_is_refused(word: Word, element: Element) -> None:
    def build(document: Any) -> None:
        properties = document.paragraphs[0].runs[0]._r.get_or_add_rPr()
        properties.append(element('<w:rPrChange w:id="1" w:author="甲"><w:rPr/></w:rPrChange>')[0])

    assert refusal(word("正文。", build=build)) is Code.TRACKED_CHANGES


def test_comments_are_refused(word: Word) -> None:
    def build(document: Any) -> None:
        document.add_comment(document.paragraphs[0].runs, text="这里再核一下", author="甲", initials="J")

    assert refusal(word("正文。", build=build)) is Code.COMMENTS


def test_a_bomb_is_refused_by_its_directory(word: Word, rewritten: Rewritten, part: Part) -> None:
    plain = word("甲")
    swollen = part(plain, DOCUMENT).replace("甲".encode(), b"a" * 50_000_000)
    data = rewritten(plain, {DOCUMENT: swollen})
    assert len(data) < 120_000
    assert refusal(data) is Code.TOO_LARGE


def test_a_directory_that_lies_about_a_size_is_refused(word: Word, rewritten: Rewritten, part: Part) -> None:
    plain = word("甲")
    swollen = part(plain, DOCUMENT).replace("甲".encode(), b"a" * 5_000_000)
    data = rewritten(plain, {DOCUMENT: swollen})
    lie = data.replace(struct.pack("<I", len(swollen)), struct.pack("<I", 2_000))
    assert refusal(lie) is Code.BROKEN


def test_too_many_entries_are_refused(word: Word, rewritten: Rewritten) -> None:
    assert refusal(rewritten(word("甲"), {f"word/x{number}.bin": b"" for number in range(2_500)})) is Code.TOO_LARGE


def test_a_name_twice_in_the_directory_is_refused(word: Word) -> None:
    written = io.BytesIO(word("甲"))
    with zipfile.ZipFile(written, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr(DOCUMENT, b"<x/>")
    assert refusal(written.getvalue()) is Code.BROKEN


def test_a_cut_archive_is_broken(word: Word) -> None:
    data = word("甲")
    assert refusal(data[: len(data) // 2]) is Code.BROKEN


def test_a_flipped_byte_is_broken(word: Word) -> None:
    data = bytearray(word("甲" * 500))
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as archive:
        entry = archive.getinfo(DOCUMENT)
    data[entry.header_offset + 30 + len(DOCUMENT) + entry.compress_size // 2] ^= 0xFF
    assert refusal(bytes(data)) is Code.BROKEN


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_billion_laughs_are_refused_unread(word: Word, rewritten: Rewritten, encoding: str) -> None:
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    source = f'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY l0 "哈">{levels}]><w:document>&l9;</w:document>'
    assert refusal(rewritten(word("甲"), {DOCUMENT: source.encode(encoding)})) is Code.BROKEN


def test_an_empty_document_is_refused(word: Word) -> None:
    assert refusal(word("", " ")) is Code.EMPTY
