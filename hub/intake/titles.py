"""Chooses the title among a document's first lines: 发文机关 + 事由 + 文种 (GB/T 9704-2012 7.3.1). Pure."""

import re
from collections.abc import Sequence

#: 文种 of 党政机关公文处理工作条例, and what interpretations are called.
_GENRE = (
    "决议|决定|命令|令|公报|公告|通告|意见|通知|通报|报告|请示|批复|议案|函|纪要|办法|规定|细则|条例|规则|方案|规划|计划|要点|指南|标准|"
    "解读|问答|说明|图解"
)
_FULL = re.compile(rf".{{0,60}}关于.{{2,}}(?:{_GENRE})(?:[（(].{{1,20}}[）)])?")
_NAMED = re.compile(rf".{{2,}}(?:{_GENRE})(?:[（(].{{1,20}}[）)])?")
_PUNCTUATED = re.compile(r"[。；！？]|[，：:,]$|\d{4}-\d{1,2}-\d{1,2}")
_MAX_LINE = 100
_MAX_LINES = 4

Lines = Sequence[tuple[int, str]]


def choose(lines: Lines, *, after: int = -1) -> tuple[str, tuple[int, ...]]:
    """Return the title and the indexes of the lines that it takes, for it may be set in several; "" when none will do.

    `lines` are (index, text) of what is nothing else; `after` is the index of 发文字号: most have the title below.
    """
    fit = [(index, line) for index, line in lines if line and len(line) <= _MAX_LINE and not _PUNCTUATED.search(line)]
    below = [(index, line) for index, line in fit if index > after]
    for candidates in (below, fit) if after >= 0 else (fit,):
        for pattern in (_FULL, _NAMED):
            if found := _joined(candidates, pattern):
                return found
    return (fit[0][1], (fit[0][0],)) if fit else ("", ())


def _joined(lines: Lines, pattern: re.Pattern[str]) -> tuple[str, tuple[int, ...]] | None:
    for length in range(1, _MAX_LINES + 1):
        for start in range(len(lines) - length + 1):
            window = lines[start : start + length]
            joined = "".join(line for _, line in window)
            following = window[-1][0] - window[0][0] == length - 1
            if following and pattern.fullmatch(joined):
                return _whole(lines, start, window, joined)
    return None


def _whole(lines: Lines, start: int, window: Lines, joined: str) -> tuple[str, tuple[int, ...]]:
    """Take the line above too when the window begins in the middle of a sentence (…关于 / 印发…的通知)."""
    indexes = tuple(index for index, _ in window)
    if (
        start
        and lines[start - 1][0] == indexes[0] - 1
        and lines[start - 1][1].endswith(("关于", "印发", "转发", "的", "和", "、"))
    ):
        return lines[start - 1][1] + joined, (lines[start - 1][0], *indexes)
    return joined, indexes
