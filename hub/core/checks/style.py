"""What was left over from drafting: blanks to be filled in, and marks of the wrong width."""

import re
from collections.abc import Iterable, Iterator, Sequence

from hub.chinese import punctuation
from hub.core.checks.finding import Finding, found
from hub.core.checks.reading import Reading
from schemas.edition import Edition
from schemas.office import Phrase

_PLACEHOLDER = re.compile(
    r"(?<![A-Za-z0-9])(?:[XxＸｘ]{3,}|TODO|TBD)(?![A-Za-z0-9])|×{2,}|[ＸX]{2,}(?=[年月日号〕])|〔[ＸX×]{4}〕"
    r"|【请[^】]{0,80}】|待定|待补充|待填写|待核实|此处(?:插入|填写|补充)"
)
_MOST = 20


def placeholders(edition: Edition, readings: Sequence[Reading]) -> Iterator[Finding]:
    if match := _PLACEHOLDER.search(edition.metadata.title):
        yield found("placeholder", "title", f"标题中有占位文字“{match[0]}”。请补充完整。")
    for reading in readings:
        found_here = ((line, match) for line in reading.lines for match in _PLACEHOLDER.finditer(line.text))
        for (line, match), _ in zip(found_here, range(_MOST), strict=False):
            message = f"“{reading.document.title}”中有占位文字“{match[0]}”。请补充完整；如属表格式样可不改。"
            yield found("placeholder", reading.name, message, passage=reading.passage(line, *match.span()))


def marks(_edition: Edition, readings: Sequence[Reading]) -> Iterator[Finding]:
    for reading in readings:
        lost = [(line, punctuation.lost(line.text)) for line in reading.lines]
        wrong = [(line, count) for line, count in lost if count]
        if wrong:
            line = wrong[0][0]
            place = next(
                i for i, (a, b) in enumerate(zip(line.text, punctuation.restore(line.text), strict=True)) if a != b
            )
            message = f"“{reading.document.title}”中有{sum(n for _, n in wrong)}处中文之间的半角标点。请改为全角。"
            passage = reading.passage(line, max(place - 6, 0), place + 7)
            yield found("half_width_marks", reading.name, message, passage=passage)


def wordings(readings: Sequence[Reading], phrases: Iterable[Phrase]) -> Iterator[Finding]:
    """Names and set phrases that the bureau would have otherwise; one finding for each, where it stands first."""
    for phrase in phrases:
        for reading in readings:
            line = next((line for line in reading.lines if _stands(phrase, line.text) is not None), None)
            if line is None:
                continue
            start = _stands(phrase, line.text) or 0
            message = f"“{reading.document.title}”中写作“{phrase.wrong}”，规范写法是“{phrase.correct}”。请核对后改正。"
            passage = reading.passage(line, start, start + len(phrase.wrong))
            yield found("wording", reading.name, message, passage=passage)


def _stands(phrase: Phrase, line: str) -> int | None:
    """Where the wrong wording stands in the line and is no part of the right one."""
    start = line.find(phrase.wrong)
    inside = phrase.correct.find(phrase.wrong)
    while start >= 0:
        if inside < 0 or not line.startswith(phrase.correct, max(start - inside, 0)):
            return start
        start = line.find(phrase.wrong, start + 1)
    return None
