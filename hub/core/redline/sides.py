"""A redline cut into its blocks: the old text beside the new one, or only what changed. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from hub.core.redline.source import Element, letters, read

#: So many paragraphs side by side; of a longer text only what changed, with what stands around it.
MAX_ROWS = 600
_AROUND = 1
_MARK = re.compile(r"<(ins|del)>")
_INS = re.compile(r"<ins>.*?</ins>", re.DOTALL)
_DEL = re.compile(r"<del>.*?</del>", re.DOTALL)
#: What is seen without being text.
_SEEN = re.compile(r"<(img|hr)\b")


@dataclass(frozen=True)
class Row:
    """One paragraph or table, before and after. `is_gap` stands for those left out."""

    old: str
    new: str
    is_changed: bool
    is_gap: bool = False


def rows(marked: str) -> tuple[Row, ...]:
    """Return the blocks of what `redline` gave: left without what was inserted, right without what was deleted.

    A side that has nothing of a block is empty.
    """
    found = [Row(_side(one, _INS), _side(one, _DEL), bool(_MARK.search(one))) for one in _blocks(marked)]
    if len(found) <= MAX_ROWS:
        return tuple(found)
    near = _near([row.is_changed for row in found])
    shown: list[Row] = []
    for index, row in enumerate(found):
        if index in near:
            shown.append(row)
        elif not shown or not shown[-1].is_gap:
            shown.append(Row("", "", is_changed=False, is_gap=True))
    return tuple(shown[:MAX_ROWS])


def _side(block: str, others: re.Pattern[str]) -> str:
    """The block as one side has it: a paragraph or table of the other side alone leaves no empty frame behind."""
    mine = others.sub("", block)
    return mine if mine == block or letters(mine) or _SEEN.search(mine) else ""


def changed(marked: str) -> tuple[str, ...]:
    """Return the blocks that changed and those around them; one empty block stands for each stretch left out."""
    blocks = _blocks(marked)
    near = _near([bool(_MARK.search(one)) for one in blocks])
    shown: list[str] = []
    for index, one in enumerate(blocks):
        if index in near:
            shown.append(one)
        elif not shown or shown[-1]:
            shown.append("")
    return tuple(shown)


def _blocks(marked: str) -> list[str]:
    children = read(marked).children if marked else []
    return [html for one in children if (html := one.html if isinstance(one, Element) else one).strip()]


def _near(is_changed: Sequence[bool]) -> set[int]:
    """Where something changed, or stands beside what did."""
    return {i + d for i, here in enumerate(is_changed) if here for d in range(-_AROUND, _AROUND + 1)}
