"""All entries in one stream: each bundle read once, the tree built anew, each tile compared, the story heard in order.

Memory holds one unfinished row for each level and the answers asked for, never the log.
"""

from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass, field

from hub.log.audit import acts, crew, examine, hashing, layout
from hub.log.audit.folder import Folder
from hub.log.audit.report import Findings, RefusedError


@dataclass(slots=True)
class Questions:
    """What the other checks must know about the true log: roots at some sizes, leaf hashes at some indexes."""

    sizes: set[int] = field(default_factory=set)
    indexes: set[int] = field(default_factory=set)
    roots: dict[int, bytes] = field(default_factory=dict)
    leaves: dict[int, bytes] = field(default_factory=dict)


class Recomputation:
    """One pass over an export of a known size. Raises RefusedError where the stream cannot go on."""

    def __init__(
        self,
        folder: Folder,
        size: int,
        questions: Questions,
        findings: Findings,
        told: Callable[[int], None] = lambda checked: None,  # noqa: ARG005 - whoever does not want to know
    ) -> None:
        self._folder, self._size, self._findings, self._told = folder, size, findings, told
        self._questions = questions
        self._sizes = _by_bundle(size - 1 for size in questions.sizes)
        self._indexes = _by_bundle(questions.indexes)
        self._rows: list[list[bytes]] = [[]]
        self._story = acts.Story()
        self._last_at = b""
        self.checked = 0

    def run(self) -> bytes:
        """Check everything and return the root over all entries."""
        with closing(crew.examine_all(self._folder.root, self._size)) as found:
            for number, examined in enumerate(found):
                self._take_bundle(layout.bundle(number, self._size), number, examined)
        for level, row in enumerate(self._rows):
            if row:
                self._compare(level, (self._size >> (8 * level)) // layout.WIDTH, b"".join(row))
        return self._root()

    def _take_bundle(self, bundle: layout.Bundle, number: int, examined: examine.Examined) -> None:
        self._folder.claim(bundle.file)
        if examined.refused:
            raise RefusedError(examined.refused, bundle.file)
        self._hear(examined, bundle.file, number * layout.WIDTH)
        self._answer(number, examined.leaves)
        if bundle.width == layout.WIDTH:
            self._compare(0, number, examined.leaves)
            self._rise(number, examined.root)
        else:
            self._rows[0] = _split(examined.leaves)
        self.checked += bundle.width
        self._told(self.checked)

    def _answer(self, number: int, leaves: bytes) -> None:
        start = number * layout.WIDTH
        for index in self._indexes.get(number, ()):
            self._questions.leaves[index] = _split(leaves)[index - start]
        for last in self._sizes.get(number, ()):
            self._rows[0] = _split(leaves)[: last + 1 - start]
            self._questions.roots[last + 1] = self._root()
        self._rows[0] = []

    def _root(self) -> bytes:
        """Return the root over the unfinished rows: each row ends in what the rows below it come to."""
        below: list[bytes] = []
        for row in self._rows:
            if row or below:
                below = [hashing.fold([*row, *below])]
        return below[0]

    def _rise(self, index: int, root: bytes) -> None:
        """Put the root of a full tile on the row above, and so on where that row becomes full."""
        level = 1
        while True:
            if level == len(self._rows):
                self._rows.append([])
            row = self._rows[level]
            row.append(root)
            if len(row) < layout.WIDTH:
                return
            index //= layout.WIDTH
            self._compare(level, index, b"".join(row))
            self._rows[level], root = [], hashing.fold(row)
            level += 1

    def _compare(self, level: int, index: int, row: bytes) -> None:
        file = layout.path(str(level), index, len(row) // hashing.HASH_SIZE)
        try:
            if self._folder.take(file, len(row)) != row:
                self._findings.add("tile.differs", file)
        except RefusedError as refused:
            self._findings.take(refused)

    def _hear(self, examined: examine.Examined, file: str, start: int) -> None:
        for index, code, details in examined.objections:
            self._findings.add(code, file, index=start + index, **details)
        if examined.first_at and examined.first_at < self._last_at:
            self._findings.add("entry.time_backwards", file, index=start)
        self._last_at = max(self._last_at, examined.last_at)
        for index, kind, code in self._story.tell(examined.chapter):
            self._findings.add(code, file, index=start + index, t=kind)


def _split(leaves: bytes) -> list[bytes]:
    return [leaves[at : at + hashing.HASH_SIZE] for at in range(0, len(leaves), hashing.HASH_SIZE)]


def _by_bundle(indexes: Iterable[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for index in indexes:
        found.setdefault(index // layout.WIDTH, []).append(index)
    return found
