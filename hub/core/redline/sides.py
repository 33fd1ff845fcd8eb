"""A redline cut into its blocks, the old text beside the new one. Pure."""

import re
from dataclasses import dataclass

from hub.core.redline.source import Element, read

#: So many paragraphs side by side; of a longer text only what changed, with what stands around it.
MAX_ROWS = 600
_AROUND = 1
_MARK = re.compile(r"<(ins|del)>")
_INS = re.compile(r"<ins>.*?</ins>", re.DOTALL)
_DEL = re.compile(r"<del>.*?</del>", re.DOTALL)


@dataclass(frozen=True)
class Row:
    """One paragraph or table, before and after. `is_gap` stands for those left out."""

    old: str
    new: str
    is_changed: bool
    is_gap: bool = False


def rows(marked: str) -> tuple[Row, ...]:
    """Return the blocks of what `redline` gave: left without what was inserted, right without what was deleted."""
    blocks = [one.html if isinstance(one, Element) else one for one in read(marked).children] if marked else []
    found = [Row(_INS.sub("", one), _DEL.sub("", one), bool(_MARK.search(one))) for one in blocks if one.strip()]
    if len(found) <= MAX_ROWS:
        return tuple(found)
    near = {i + d for i, row in enumerate(found) if row.is_changed for d in range(-_AROUND, _AROUND + 1)}
    shown: list[Row] = []
    for index, row in enumerate(found):
        if index in near:
            shown.append(row)
        elif not shown or not shown[-1].is_gap:
            shown.append(Row("", "", is_changed=False, is_gap=True))
    return tuple(shown[:MAX_ROWS])
