"""The text of a .pptx with what was left in it: hidden slides, speakers' notes, comments."""

import re
from typing import TYPE_CHECKING, Any

from hub.intake.inside.gather import CELL, Gathering
from schemas.inspection import Trace

if TYPE_CHECKING:
    from hub.intake.inside.office import Package

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_NUMBER = re.compile(r"(\d+)\.xml$")


def look(package: "Package", found: Gathering) -> None:
    for name in package.under("ppt/slides/slide"):
        root, where = package.tree(name), f"第{_count(name)}张幻灯片"
        if root.get("show") in {"0", "false"}:
            found.add(Trace.HIDDEN_SHEET, words=where)
        _lines(root, where, found)
    for name in package.under("ppt/notesSlides/notesSlide"):
        words = " ".join(_paragraphs(package.tree(name)))
        if len(words.strip(" 0123456789‹#›")) > 1:
            found.add(Trace.HIDDEN_TEXT, where=f"第{_count(name)}张幻灯片的备注", words=words)
            found.line(words, f"第{_count(name)}张幻灯片的备注")
    for name in [*package.under("ppt/comments/")]:
        found.add(Trace.COMMENTS, words="".join(package.tree(name).itertext()).strip())


def _lines(root: Any, where: str, found: Gathering) -> None:
    for row in root.iter(f"{_A}tr"):
        found.line(CELL.join("".join(_paragraphs(cell)) for cell in row.iterchildren(f"{_A}tc")), where, in_table=True)
    for paragraph in root.iter(f"{_A}p"):
        if next(paragraph.iterancestors(f"{_A}tc"), None) is None:
            found.line(_words(paragraph), where)


def _paragraphs(root: Any) -> list[str]:
    return [_words(paragraph) for paragraph in root.iter(f"{_A}p")]


def _words(paragraph: Any) -> str:
    return "".join(text.text or "" for text in paragraph.iter(f"{_A}t"))


def _count(name: str) -> str:
    match = _NUMBER.search(name)
    return match[1] if match else "?"
