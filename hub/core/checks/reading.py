"""A document as checks read it: its lines, each with where it stands, so that a finding can point."""

import re
from collections.abc import Iterator
from functools import cached_property
from html import unescape
from typing import NamedTuple

from hub.core import passages
from hub.core.checks.running import Piece, Running
from hub.core.redline import source
from schemas import markup
from schemas.passage import Passage
from schemas.release import Document

_NAME = re.compile(r"</?([a-z0-9]+)")


class Line(NamedTuple):
    """One line of text, as written; `start` counts letters (see `hub.core.passages`) before it."""

    text: str
    start: int
    in_table: bool

    def letter(self, index: int) -> int:
        """Return how many letters of the document stand before this character of the line."""
        return self.start + len("".join(self.text[:index].split()))

    @property
    def flat(self) -> str:
        """The line without outer and repeated white space."""
        return " ".join(self.text.split())


class Reading:
    """One document, read once for all checks."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.name = document.name

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        return tuple(_lines(self.document.body))

    @cached_property
    def letters(self) -> str:
        return "".join("".join(line.text.split()) for line in self.lines)

    @cached_property
    def running(self) -> Running:
        """All lines run together, for what is written over the end of one."""
        return Running(Piece(line.text, line.in_table) for line in self.lines)

    def span(self, start: int, end: int) -> Passage | None:
        """Return these characters of the running text as a passage."""
        (first, before), (last, upto) = self.running.place(start), self.running.place(end - 1)
        return passages.cut(
            self.name, self.letters, self.lines[first].letter(before), self.lines[last].letter(upto + 1)
        )

    def passage(self, line: Line, start: int = 0, end: int | None = None) -> Passage | None:
        """Return these characters of the line as a passage."""
        end = len(line.text) if end is None else end
        return passages.cut(self.name, self.letters, line.letter(start), line.letter(end))


def _lines(body: str) -> Iterator[Line]:
    run: list[str] = []
    start = tables = 0
    for tag, text in source.TOKEN.findall(body):
        if text:
            run.append(unescape(text))
            continue
        name = _NAME.match(tag)
        if name and (name[1] in markup.BLOCKS or name[1] == "br"):
            line = Line("".join(run), start, in_table=tables > 0)
            if line.flat:
                yield line
                start = line.letter(len(line.text))
            run = []
            tables += {"<table": 1, "</table": -1}.get(tag.split(">")[0].split(" ")[0], 0)
    line = Line("".join(run), start, in_table=False)
    if line.flat:
        yield line
