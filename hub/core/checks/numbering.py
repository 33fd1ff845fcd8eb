"""Do the written numbers follow each other: 一、（一）, 第一章, 第一条. A new list may begin at one anywhere."""

import re
from collections.abc import Iterator, Sequence

from hub.chinese import numerals
from hub.core.checks.finding import Finding, found
from hub.core.checks.reading import Line, Reading
from schemas.edition import Edition

_DIGITS = "[一二三四五六七八九十百零〇]{1,6}"
#: Each kind of number, outer before inner: an outer one lets the inner ones begin anew.
_KINDS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"第({_DIGITS})章(?!第)",
        rf"第({_DIGITS})节",
        rf"第({_DIGITS})条(?![款规])",
        rf"({_DIGITS})、",
        rf"[（(]({_DIGITS})[）)]",
    )
)
#: 条 run on through chapters and sections.
_ARTICLE = 2


def gaps(_edition: Edition, readings: Sequence[Reading]) -> Iterator[Finding]:
    for reading in readings:
        yield from _gaps(reading)


def _gaps(reading: Reading) -> Iterator[Finding]:
    last: dict[int, int] = {}
    for line in reading.lines:
        if line.in_table:
            continue
        for depth, kind in enumerate(_KINDS):
            match = kind.match(line.flat)
            number = numerals.counted(match[1]) if match else None
            if not match or not number:
                continue
            before = last.get(depth, 0)
            if number not in {1, before + 1}:
                yield _told(reading, line, match[0], before)
            last = {level: n for level, n in last.items() if level < depth or level == _ARTICLE} | {depth: number}
            break


def _told(reading: Reading, line: Line, written: str, before: int) -> Finding:
    expected = f"应为第{numerals.counting(before + 1)}项" if before else "应从第一项开始"
    message = f"“{reading.document.title}”的序号“{written}”与前面不连续，{expected}。请核对有无遗漏或重复。"
    return found("numbering_gap", reading.name, message, passage=reading.passage(line))
