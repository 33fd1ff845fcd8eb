"""The served layout of the log, C2SP tlog-tiles: names, widths and bytes of tiles and bundles. Reads no file itself.

Source: https://c2sp.org/tlog-tiles (tile height 8, SHA-256).
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from hub.log import tree

#: Hashes in a full tile, entries in a full bundle.
WIDTH = 256
#: Levels of the tree that one tile spans.
HEIGHT = 8
#: Longest entry that a bundle can hold: its length is a uint16. The log takes digests of documents, never documents.
MAX_ENTRY = 65_535
#: Highest level of tiles that the format allows.
MAX_LEVEL = 63
_PATH = re.compile(r"tile/(entries|[0-9]{1,2})/((?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/([0-9]{1,3}))?")
_MAX_PATH = 64


class TileError(ValueError):
    """A path, tile or bundle that does not have the one form that the format gives it."""


@dataclass(frozen=True, slots=True)
class Tile:
    """One file of the layout: a tile of hashes on a level or, when the level is None, a bundle of entries."""

    level: int | None
    index: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """Return the path below the log's prefix, such as `tile/0/x001/x234/067.p/8`."""
        kind = "entries" if self.level is None else str(self.level)
        partial = "" if self.width == WIDTH else f".p/{self.width}"
        return f"tile/{kind}/{_number(self.index)}{partial}"


def parse(path: str) -> Tile:
    """Return the tile that a requested path names; TileError unless it is the very path that the tile gives."""
    found = _PATH.fullmatch(path) if len(path) <= _MAX_PATH else None
    if found is None:
        raise TileError("not a tile's path")
    kind, number, width = found.groups()
    tile = Tile(
        level=None if kind == "entries" else int(kind),
        index=int(number.replace("/", "").replace("x", "")),
        width=WIDTH if width is None else int(width),
    )
    # Leading zeros, a `.p/256` and a level past the last all come back different or out of range.
    if tile.path != path or not 1 <= tile.width <= WIDTH or (tile.level or 0) > MAX_LEVEL:
        raise TileError("not a tile's canonical path")
    return tile


def layout(size: int) -> Iterator[Tile]:
    """Yield every bundle and tile that a log of this size must serve, each with its width, and nothing else."""
    yield from _row(None, size)
    level = 0
    while count := size >> (HEIGHT * level):
        yield from _row(level, count)
        level += 1


def holding(level: int, index: int, size: int) -> Tile:
    """Return the tile of hashes from which a log of this size answers for a perfect subtree of the tree."""
    row, above = divmod(level, HEIGHT)
    number = (index << above) // WIDTH
    return Tile(row, number, width(row, number, size))


def width(level: int | None, index: int, size: int) -> int:
    """Return how wide this tile or bundle is in a log of this size; 0 or less where there is none."""
    return min(WIDTH, (size >> (HEIGHT * (level or 0))) - index * WIDTH)


class TileHashes:
    """A HashSource over stored tiles: one read of a tile for each hash asked for."""

    def __init__(self, size: int, read: Callable[[Tile], bytes]) -> None:
        self._size = size
        self._read = read

    def subtree(self, level: int, index: int) -> bytes:
        """Return the subtree's root; TileError if its tile is not as wide as the size demands."""
        tile = holding(level, index, self._size)
        above = level % HEIGHT
        first = (index << above) % WIDTH
        if first + (1 << above) > tile.width:
            raise TileError(f"the log has no subtree {index} on level {level}")
        return tree.fold(hashes(self._read(tile), tile.width)[first : first + (1 << above)])


def tile_bytes(row: Sequence[bytes]) -> bytes:
    """Return the tile over 1 to 256 neighbouring hashes; TileError for another count or a hash of another length."""
    if not 1 <= len(row) <= WIDTH or any(len(one) != tree.HASH_SIZE for one in row):
        raise TileError("a tile holds 1 to 256 hashes of 32 bytes")
    return b"".join(row)


def hashes(data: bytes, width: int) -> list[bytes]:
    """Return the hashes of a tile; TileError unless it is exactly as wide as expected."""
    if len(data) != width * tree.HASH_SIZE:
        raise TileError(f"the tile is not {width} hashes wide")
    return [data[at : at + tree.HASH_SIZE] for at in range(0, len(data), tree.HASH_SIZE)]


def bundle(entries: Iterable[bytes]) -> bytes:
    """Return the bundle of 1 to 256 entries; TileError for another count or an entry over 65,535 bytes."""
    found = list(entries)
    if not 1 <= len(found) <= WIDTH or any(len(entry) > MAX_ENTRY for entry in found):
        raise TileError("a bundle holds 1 to 256 entries of at most 65,535 bytes")
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in found)


def unbundle(data: bytes) -> list[bytes]:
    """Return a bundle's entries; TileError if it is empty, cut short or holds more than 256."""
    entries: list[bytes] = []
    at = 0
    while at < len(data) and len(entries) < WIDTH:
        start = at + 2
        at = start + int.from_bytes(data[at:start], "big")
        entries.append(data[start:at])
    if not entries or at != len(data):
        raise TileError("the bundle does not end where an entry ends")
    return entries


def _row(level: int | None, count: int) -> Iterator[Tile]:
    for index in range(count // WIDTH):
        yield Tile(level, index)
    if count % WIDTH:
        yield Tile(level, count // WIDTH, count % WIDTH)


def _number(index: int) -> str:
    digits = str(index)
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    return "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])
