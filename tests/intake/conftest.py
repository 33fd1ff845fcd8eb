"""Real Word files for the intake tests: python-docx writes them, and raw edits of the ZIP make what it cannot."""

import io
import zipfile
from collections.abc import Callable
from typing import Any

import docx
import pytest
from docx.oxml import parse_xml

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


@pytest.fixture
def word() -> Callable[..., bytes]:
    """A Word file with these paragraphs, after `build` did to it what the test wants."""

    def write(*paragraphs: str, build: Callable[[Any], object] | None = None) -> bytes:
        document = docx.Document()
        for paragraph in paragraphs:
            document.add_paragraph(paragraph)
        if build:
            build(document)
        written = io.BytesIO()
        document.save(written)
        return written.getvalue()

    return write


@pytest.fixture
def element() -> Callable[[str], Any]:
    """The elements of a piece of WordprocessingML, `w:` already declared."""
    return lambda source: list(parse_xml(f'<w:group xmlns:w="{W}">{source}</w:group>'))


@pytest.fixture
def rewritten() -> Callable[[bytes, dict[str, bytes]], bytes]:
    """The archive with some parts replaced or added."""

    def edit(data: bytes, parts: dict[str, bytes]) -> bytes:
        written = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new:
            for name in old.namelist():
                if name not in parts:
                    new.writestr(name, old.read(name))
            for name, part in parts.items():
                new.writestr(name, part)
        return written.getvalue()

    return edit


@pytest.fixture
def part() -> Callable[[bytes, str], bytes]:
    """One part of an archive."""

    def read(data: bytes, name: str) -> bytes:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return archive.read(name)

    return read
