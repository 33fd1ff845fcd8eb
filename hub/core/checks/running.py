"""A text as one run of letters, so that what is written over the end of a line or of a cell is still found."""

from bisect import bisect_right
from collections.abc import Iterable
from typing import NamedTuple

from hub.chinese.folding import fold

#: What stands between two lines, and between two of which one is a table's cell.
LINE_END, CELL_END = "\n", "\x1f"
_BEFORE, _AFTER, _HEAD = 30, 12, 160


class Piece(NamedTuple):
    """One line of any text."""

    text: str
    in_table: bool = False


class Running:
    """Lines run together: `text` with figures in their plain form (`hub.chinese.folding`), `written` as it stands."""

    def __init__(self, pieces: Iterable[Piece]) -> None:
        self.pieces = tuple(pieces)
        self._starts: list[int] = []
        parts, at = [], 0
        for index, piece in enumerate(self.pieces):
            self._starts.append(at)
            cell = piece.in_table or (index + 1 < len(self.pieces) and self.pieces[index + 1].in_table)
            parts.append(piece.text.replace("\n", " ") + (CELL_END if cell else LINE_END))
            at += len(parts[-1])
        self.written = "".join(parts)
        self.text = fold(self.written)

    def place(self, index: int) -> tuple[int, int]:
        """Return the line in which the letter stands, and how many letters of it stand before."""
        line = bisect_right(self._starts, index) - 1
        return line, index - self._starts[line]

    def lead(self, start: int) -> str:
        """What stands right before the place, in its own line or in the one before."""
        return self.written[max(start - _BEFORE, 0) : start]

    def around(self, start: int, end: int) -> str:
        """The words that say what a number is: those around it, and in a table also the table's first ones."""
        near = self.lead(start) + self.written[end : end + _AFTER]
        head = self._head(start)
        return head + near if head else near.replace(CELL_END, LINE_END)

    def _head(self, start: int) -> str:
        line, _ = self.place(start)
        if not self.pieces[line].in_table:
            return ""
        while line and self.pieces[line - 1].in_table:
            line -= 1
        # The table's heading usually stands in the line above it.
        first = self._starts[max(line - 1, 0)]
        return self.written[first : first + _HEAD]
