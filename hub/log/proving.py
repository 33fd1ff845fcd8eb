"""Certificates of many entries at once, from an export's own tiles and bundles: each is read and hashed once.

Whoever asks for them in the order of their places pays one hash for each node of the tree, however many there are.
Memory holds a few tiles.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from hub.log import proof, tiles, tree

#: Tiles whose trees are remembered. A path crosses one of each row, and those at the tree's ragged right edge.
KEPT = 32


class Subtrees:
    """A HashSource over stored tiles that hashes each tile once, as long as it is asked for in some order."""

    def __init__(self, size: int, read: Callable[[tiles.Tile], bytes]) -> None:
        self._size = size
        self._read = read
        self._built = lru_cache(KEPT)(self._build)

    def subtree(self, level: int, index: int) -> bytes:
        """Return the subtree's root; TileError if its tile is not as wide as the size demands."""
        found = self.within(tiles.holding(level, index, self._size))
        above = level % tiles.HEIGHT
        place = index % (tiles.WIDTH >> above)
        if above >= len(found) or place >= len(found[above]):
            raise tiles.TileError(f"the log has no subtree {index} on level {level}")
        return found[above][place]

    def within(self, tile: tiles.Tile) -> list[list[bytes]]:
        """Return the roots of all perfect subtrees in the tile, its own hashes first."""
        return self._built(tile)

    def _build(self, tile: tiles.Tile) -> list[list[bytes]]:
        rows = [tiles.hashes(self._read(tile), tile.width)]
        while len(row := rows[-1]) > 1:
            # Without the last one where their number is odd: nothing perfect stands above it.
            rows.append([tree.node(left, right) for left, right in zip(row[::2], row[1::2], strict=False)])
        return rows


class Paths:
    """Inclusion paths in a log of this size. What neighbours in a tile have in common is made once."""

    def __init__(self, size: int, read: Callable[[tiles.Tile], bytes]) -> None:
        self._size = size
        self._subtrees = Subtrees(size, read)
        self._tile = -1
        self._within: list[list[bytes]] = []
        self._above: tuple[bytes, ...] = ()

    def path(self, index: int) -> tuple[bytes, ...]:
        """Return the path from the leaf's sibling to the root (RFC 6962, 2.1.1); ValueError for a place outside."""
        tile = index // tiles.WIDTH
        if not 0 <= index < self._size or self._size < (tile + 1) * tiles.WIDTH:
            return tree.inclusion(index, self._size, self._subtrees)
        if tile != self._tile:
            self._enter(tile)
        place = index % tiles.WIDTH
        within = [row[(place >> level) ^ 1] for level, row in enumerate(self._within[: tiles.HEIGHT])]
        return (*within, *self._above)

    def _enter(self, tile: int) -> None:
        """A full tile is a perfect subtree: all its paths leave it at its root."""
        spans = tree.inclusion_spans(tile * tiles.WIDTH, self._size)[tiles.HEIGHT :]
        self._above = tuple(span.root(self._subtrees) for span in spans)
        self._within = self._subtrees.within(tiles.Tile(0, tile))
        self._tile = tile


@dataclass(frozen=True)
class Certificates:
    """The certificates of these releases, whose entries stand at these places, in the order of the places.

    Made while they are gone through, which may begin when the tiles and bundles stand in the directory.
    """

    directory: Path
    size: int
    checkpoint: bytes
    releases: Iterable[int]
    places: Iterable[int]

    def __iter__(self) -> Iterator[str]:
        """Yield their names."""
        return map(str, self.releases)

    def items(self) -> Iterator[tuple[str, bytes]]:
        """Yield each name with the certificate. Raises TileError for a bundle or tile that is not whole."""
        paths = Paths(self.size, self._read)
        entered, entries = -1, list[bytes]()
        for name, place in zip(self, self.places, strict=True):
            bundle, within = divmod(place, tiles.WIDTH)
            if bundle != entered:
                found = tiles.Tile(None, bundle, tiles.width(None, bundle, self.size))
                entered, entries = bundle, tiles.unbundle(self._read(found))
            yield name, proof.Proof(entries[within], place, paths.path(place), self.checkpoint).to_bytes()

    def _read(self, tile: tiles.Tile) -> bytes:
        return (self.directory / tile.path).read_bytes()
