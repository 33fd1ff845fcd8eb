"""Numbered headings: 一、 and （一）, told from paragraphs that run on behind their number."""

import re
from collections.abc import Sequence

from hub.intake.elements import Part
from schemas.text import one_line

#: A longer line is no heading.
MAX_HEADING = 60
_FIRST = re.compile(r"(?:[一二三四五六七八九十]{1,3}、|第[一二三四五六七八九十]{1,3}章)\s*\S.*")
_SECOND = re.compile(r"(?:[（(][一二三四五六七八九十]{1,3}[）)]、?|第[一二三四五六七八九十]{1,3}节)\s*\S.*")
_STATEMENT = re.compile(r"[。；！？]")


def headings(lines: Sequence[str]) -> dict[int, Part]:
    """Return the lines that are numbered headings, by index."""
    flats = {index: one_line(line) for index, line in enumerate(lines)}
    return {
        index: Part.FIRST if _FIRST.fullmatch(flat) else Part.SECOND
        for index, flat in flats.items()
        if is_heading(flat)
    }


def is_heading(line: str) -> bool:
    """Tell a numbered heading from a paragraph that runs on behind its number."""
    if len(line) > MAX_HEADING or not (_FIRST.fullmatch(line) or _SECOND.fullmatch(line)):
        return False
    return not _STATEMENT.search(line.removesuffix("。")) and not line.endswith(("：", "；", "，"))
