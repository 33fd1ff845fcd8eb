"""Automatic numbers of a .docx (一、（一）1.) as text, counted as Word counts. Bullets are left to the converter.

Source: ECMA-376 part 1, 17.9 (numbering). Never raises on a strange definition: that paragraph stays without a number.
"""

import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from docx.oxml.ns import qn

from hub.chinese import numerals
from hub.intake import styles

_MAX_NUMBER = 32_767
_LEVELS = 9
_PLACE = re.compile(r"%([1-9])")
_WRITTEN: dict[str, Callable[[int], str]] = {
    **dict.fromkeys(
        (
            "chineseCounting",
            "chineseCountingThousand",
            "japaneseCounting",
            "taiwaneseCounting",
            "taiwaneseCountingThousand",
        ),
        numerals.counting,
    ),
    **dict.fromkeys(("chineseLegalSimplified", "ideographLegalTraditional", "japaneseLegal"), numerals.legal),
    **dict.fromkeys(("decimalEnclosedCircle", "decimalEnclosedCircleChinese"), numerals.circled),
    "ideographTraditional": numerals.stem,
    "lowerLetter": numerals.letters,
    "upperLetter": lambda number: numerals.letters(number).upper(),
    "lowerRoman": numerals.roman,
    "upperRoman": lambda number: numerals.roman(number).upper(),
    "decimalZero": lambda number: f"{number:02}",
    "decimalFullWidth": lambda number: str(number).translate(str.maketrans("0123456789", "０１２３４５６７８９")),
}
_SILENT = {"bullet", "none"}


@dataclass(frozen=True)
class Level:
    """One level of a list's definition."""

    form: str
    template: str  #: e.g. `（%2）`
    start: int
    style: str | None


@dataclass(frozen=True)
class _Number:
    """One `w:num`: a use of a definition, perhaps with starts of its own."""

    abstract: str
    starts: dict[int, int]


class Numbering:
    """The counters of one document; ask once for each numbered paragraph, in the text's order."""

    def __init__(self, root: Any, book: dict[str, styles.Style]) -> None:
        self._abstracts = {
            str(abstract.get(qn("w:abstractNumId"))): _levels(abstract)
            for abstract in root.iterchildren(qn("w:abstractNum"))
        }
        self._numbers = {str(num.get(qn("w:numId"))): _number(num) for num in root.iterchildren(qn("w:num"))}
        self._follow_style_links(root, book)
        self._counts: dict[str, dict[int, int]] = defaultdict(dict)
        self._begun: set[tuple[str, int]] = set()

    def label(self, num_id: str, level: int | None, style: str | None = None) -> str | None:
        """Count the paragraph and return its number as written; None for a bullet or an unknown list."""
        number = self._numbers.get(num_id)
        levels = self._abstracts.get(number.abstract, {}) if number else {}
        if level is None:
            level = next((depth for depth, one in levels.items() if style and one.style == style), 0)
        if number is None or level not in levels:
            return None
        counts = self._count(num_id, number, level, levels)
        if levels[level].form in _SILENT:
            return None
        return _PLACE.sub(lambda place: _written(levels, counts, int(place[1]) - 1), levels[level].template)

    def _count(self, num_id: str, number: _Number, level: int, levels: dict[int, Level]) -> dict[int, int]:
        counts = self._counts[number.abstract]
        if level in number.starts and (num_id, level) not in self._begun:
            counts.pop(level, None)
        self._begun.add((num_id, level))
        counts[level] = counts[level] + 1 if level in counts else number.starts.get(level, levels[level].start)
        for deeper in [depth for depth in counts if depth > level]:
            del counts[deeper]
        return counts

    def _follow_style_links(self, root: Any, book: dict[str, styles.Style]) -> None:
        for abstract in root.iterchildren(qn("w:abstractNum")):
            style = book.get(styles.value(abstract, "w:numStyleLink") or "")
            target = self._numbers.get(style.num_id or "") if style else None
            if target and target.abstract in self._abstracts:
                self._abstracts[str(abstract.get(qn("w:abstractNumId")))] = self._abstracts[target.abstract]


def _levels(abstract: Any) -> dict[int, Level]:
    found: dict[int, Level] = {}
    for element in abstract.iterchildren(qn("w:lvl")):
        depth = styles.number(element.get(qn("w:ilvl")), most=_LEVELS - 1)
        start = styles.number(styles.value(element, "w:start"), most=_MAX_NUMBER)
        if depth is not None:
            found[depth] = Level(
                form=styles.value(element, "w:numFmt") or "decimal",
                template=(styles.value(element, "w:lvlText") or "")[:40],
                start=1 if start is None else start,
                style=styles.value(element, "w:pStyle"),
            )
    return found


def _number(num: Any) -> _Number:
    starts = {}
    for override in num.iterchildren(qn("w:lvlOverride")):
        depth = styles.number(override.get(qn("w:ilvl")), most=_LEVELS - 1)
        start = styles.number(styles.value(override, "w:startOverride"), most=_MAX_NUMBER)
        if depth is not None and start is not None:
            starts[depth] = start
    return _Number(abstract=str(styles.value(num, "w:abstractNumId")), starts=starts)


def _written(levels: dict[int, Level], counts: dict[int, int], level: int) -> str:
    if level not in levels:
        return ""
    number = counts.get(level, levels[level].start)
    return _WRITTEN.get(levels[level].form, str)(number)
