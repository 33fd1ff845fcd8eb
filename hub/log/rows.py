"""The rows of tiles over a growing log: each hash is made once, each tile handed over as soon as it is full.

Memory holds one unfinished row for each level.
"""

from collections.abc import Iterable, Iterator
from itertools import islice

from hub.log import tiles, tree


class Rows:
    """Unfinished rows, the leaves first. Entries come in bundles; only the last may be less than full."""

    def __init__(self) -> None:
        self._rows: list[list[bytes]] = [[]]
        self._bundles = 0

    def add(self, entries: Iterable[bytes]) -> Iterator[tuple[tiles.Tile, bytes]]:
        """Take the next bundle's entries and yield the tiles that it fills. Must be run to its end."""
        self._rows[0] = [tree.leaf(entry) for entry in entries]
        level, index = 0, self._bundles
        while len(row := self._rows[level]) == tiles.WIDTH:
            yield tiles.Tile(level, index), tiles.tile_bytes(row)
            if level + 1 == len(self._rows):
                self._rows.append([])
            self._rows[level + 1].append(tree.fold(row))
            self._rows[level] = []
            level, index = level + 1, index // tiles.WIDTH
        self._bundles += 1

    def partial(self, size: int) -> Iterator[tuple[tiles.Tile, bytes]]:
        """Yield the tiles that a log of this size, all of which has been added, cannot fill."""
        for level, row in enumerate(self._rows):
            if row:
                index = (size >> (tiles.HEIGHT * level)) // tiles.WIDTH
                yield tiles.Tile(level, index, len(row)), tiles.tile_bytes(row)

    def root(self) -> bytes:
        """Return the root over all that was added: each row's perfect subtrees are the log's, the highest row first."""
        return tree.join([one for row in reversed(self._rows) for one in tree.Frontier().extend(row).hashes])


def in_bundles(entries: Iterable[bytes]) -> Iterator[list[bytes]]:
    stream = iter(entries)
    while found := list(islice(stream, tiles.WIDTH)):
        yield found


def root(entries: Iterable[bytes]) -> bytes:
    """Return the root of the log that holds these entries."""
    rows = Rows()
    for found in in_bundles(entries):
        for _ in rows.add(found):
            pass
    return rows.root()
