"""What a text is made of, the way a word processor thinks of it: paragraphs of runs, pictures, tables of cells."""

from dataclasses import dataclass
from typing import Literal

Align = Literal["", "center", "right"]


@dataclass(frozen=True)
class Run:
    """Characters that look alike; a newline is a line break."""

    text: str
    marks: frozenset[str] = frozenset()
    href: str = ""


@dataclass(frozen=True)
class Paragraph:
    """One paragraph. `kind` is `p`, `h2` … `h6`, `item`, `caption`, `quote`, `title` or `rule`."""

    kind: str
    runs: tuple[Run, ...] = ()
    align: Align = ""
    indented: bool = True  #: its first line begins two characters in
    depth: int = 0  #: of lists

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True)
class Image:
    """A picture in a paragraph of its own."""

    sha256: str
    alt: str


@dataclass(frozen=True)
class Cell:
    """One cell; `rows` and `columns` are what it spans."""

    blocks: tuple["Block", ...]
    rows: int = 1
    columns: int = 1
    is_head: bool = False


@dataclass(frozen=True)
class Table:
    """Rows of cells, each at its column; what a cell spans has no cell of its own."""

    rows: tuple[tuple[tuple[int, Cell], ...], ...]
    heads: int  #: rows that are repeated on every page
    columns: int


Block = Paragraph | Image | Table
