"""Real Word files for the intake tests: python-docx writes them, and raw edits of the ZIP make what it cannot."""

import io
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import docx
import pytest
from docx.oxml import parse_xml

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
Build = Callable[[Any], None]
Edit = Callable[[bytes, dict[str, bytes | None]], bytes]


def saved(document: Any) -> bytes:
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


@pytest.fixture
def word() -> Iterator[Callable[..., bytes]]:
    """A Word file with these paragraphs, after `build` did to it what the test wants."""

    def write(*paragraphs: str, build: Build = lambda _document: None) -> bytes:
        document = docx.Document()
        for paragraph in paragraphs:
            document.add_paragraph(paragraph)
        build(document)
        return saved(document)

    yield write


@pytest.fixture
def element() -> Callable[[str], Any]:
    """A WordprocessingML element from its source, `w:` already declared."""
    return lambda source: parse_xml(source.replace(" ", f' xmlns:w="{W}" ', 1) if " " in source else source)


@pytest.fixture
def rewritten() -> Edit:
    """The archive with some parts replaced, added, or (None) taken out."""

    def edit(data: bytes, parts: dict[str, bytes | None]) -> bytes:
        written = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new:
            for name in old.namelist():
                if name not in parts:
                    new.writestr(name, old.read(name))
            for name, part in parts.items():
                if part is not None:
                    new.writestr(name, part)
        return written.getvalue()

    return edit
