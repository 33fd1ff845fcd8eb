"""Reads a text file: paragraphs as official documents have them. The text is never changed unless asked for."""

import re

from hub.chinese import punctuation
from hub.intake import assemble, errors, images, manuscript
from hub.intake.notices import NoticeCode, notice
from schemas import hypertext

_INDENTED = re.compile(r"[\u3000\t]|  ")
_NUMBERED = re.compile(r"\s*(?:[（(]?[一二三四五六七八九十\d]{1,3}[）)、.．]|第[一二三四五六七八九十百]+[章节条])")
_ENDED = ("。", "：", "；", "！", "？", ":", ";", "”", "）", ")")
#: A shorter line was ended by its writer, not by the width of a page.
_WRAPPED = 25
_JOINED_BY_SPACE = re.compile(r"[!-~]$")


def read(text: str, *, restore: bool = False) -> manuscript.Manuscript:
    """Read the text; with `restore`, half-width punctuation between Chinese characters becomes full-width."""
    if len(text) > manuscript.MAX_BODY:
        raise errors.IntakeError(errors.Code.TOO_LONG)
    notices = []
    if restore:
        text = punctuation.restore(text)
    elif lost := punctuation.lost(text):
        words = f"正文有{lost}处中文之间的半角标点，请核对原件后更正。"
        notices.append(notice(NoticeCode.HALF_WIDTH, words, count=lost))
    soup = hypertext.parse("")
    for paragraph in paragraphs(text):
        block = soup.new_tag("p")
        block.string = paragraph
        soup.append(block)
        soup.append("\n")
    return assemble.assemble(soup, images.Gallery(), notices=notices)


def paragraphs(text: str) -> list[str]:
    """Split at line ends; a line continues the one before only if that was wrapped at a page's width."""
    found: list[str] = []
    previous = ""
    for line in text.split("\n"):
        if not line.strip():
            previous = ""
        elif _continues(previous, line):
            space = " " if _JOINED_BY_SPACE.search(found[-1]) and line.strip()[0].isascii() else ""
            found[-1] += space + line.strip()
            previous = line
        else:
            found.append(line.strip())
            previous = line
    return found


def _continues(previous: str, line: str) -> bool:
    if len(previous.strip()) < _WRAPPED or previous.rstrip().endswith(_ENDED):
        return False
    return not _INDENTED.match(line) and not _NUMBERED.match(line)
