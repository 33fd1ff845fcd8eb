"""Many proofs at once are the proofs that are made one by one, and read no tile twice."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hub.log import proof, proving, rows, tiles, tree
from hub.log.verify import verify_directory

#: Around every edge of tiles and of rows: ragged, whole, one more.
SIZES = (1, 2, 3, 255, 256, 257, 511, 512, 513, 700, 65_535, 65_536, 65_537, 66_000)


class Stored:
    """The tiles of a log of numbers, and what was read of them."""

    def __init__(self, size: int) -> None:
        self.leaves = [tree.leaf(b"%d" % number) for number in range(size)]
        grown, self.tiles = rows.Rows(), dict[tiles.Tile, bytes]()
        for found in rows.in_bundles(b"%d" % number for number in range(size)):
            self.tiles |= dict(grown.add(found))
        self.tiles |= dict(grown.partial(size))
        self.read: list[tiles.Tile] = []

    def __call__(self, tile: tiles.Tile) -> bytes:
        self.read.append(tile)
        return self.tiles[tile]


@pytest.mark.parametrize("size", SIZES)
def test_paths_are_those_of_the_tree_itself(size: int) -> None:
    stored = Stored(size)
    paths = proving.Paths(size, stored)
    # Every place of small logs; of large ones some, the first and last ones among them.
    asked = [*range(0, size, 1 if size < 1000 else 4099), *range(max(0, size - 3), size)]
    root = tree.Frontier().extend(stored.leaves).root()
    for index in sorted(set(asked)):
        path = paths.path(index)
        assert len(path) == len(tree.inclusion_spans(index, size))
        assert _climbed(stored.leaves[index], index, size, path) == root
    assert len(stored.read) == len(set(stored.read))


@pytest.mark.parametrize("size", [1, 300, 513])
def test_paths_equal_those_of_the_leaves(size: int) -> None:
    stored = Stored(size)
    paths, leaves = proving.Paths(size, stored), tree.Leaves(stored.leaves)
    # Whatever the order: back and forth costs more, and gives the same.
    for index in [*range(size), *reversed(range(size))]:
        assert paths.path(index) == tree.inclusion(index, size, leaves)


@pytest.mark.parametrize("index", [-1, 5, 256, 300])
def test_a_place_outside_has_no_path(index: int) -> None:
    with pytest.raises(ValueError, match="no leaf"):
        proving.Paths(5, Stored(5)).path(index)


def test_a_tile_of_another_width_is_refused() -> None:
    stored = Stored(300)
    stored.tiles[tiles.Tile(0, 0)] = stored.tiles[tiles.Tile(0, 0)][:-32]
    with pytest.raises(tiles.TileError):
        proving.Paths(300, stored).path(5)


@pytest.mark.parametrize("size", [7, 256, 600])
def test_an_export_certifies_from_its_own_tiles(ledger: Callable[[int], Any], tmp_path: Path, size: int) -> None:
    log = ledger(size)
    places = range(5, size, 6)
    for release, place in enumerate(places, start=1):
        log.certify(str(release), place)
    expected = {name: proof.parse(one) for name, one in log.certificates.items()}
    releases = list(range(1, len(places) + 1))
    log.certificates = proving.Certificates(tmp_path, size, log.checkpoint, releases, places)
    report = verify_directory(log.export(tmp_path), policy=log.policy)
    assert (report.ok, report.certificates_checked) == (True, len(places))
    written = {path.stem: proof.parse(path.read_bytes()) for path in (tmp_path / "certificates").iterdir()}
    assert written == expected


def _climbed(leaf: bytes, index: int, size: int, path: tuple[bytes, ...]) -> bytes:
    """The root that the path leads to (RFC 9162, 2.1.3.2), by other rules than those that made it."""
    node, last = index, size - 1
    for one in path:
        if node & 1 or node == last:
            leaf = tree.node(one, leaf)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            leaf = tree.node(leaf, one)
        node, last = node >> 1, last >> 1
    return leaf
