import functools
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.log import checkpoint, note, proof, tiles, tree

ROOT = bytes(range(32))
LEAVES = [tree.leaf(b"%d" % number) for number in range(70_000)]


def test_a_checkpoint_reads_back(signer: note.Signer) -> None:
    made = checkpoint.Checkpoint(signer.name, 70_000, ROOT)
    assert checkpoint.parse(made.text()) == made
    assert checkpoint.open_checkpoint(made.sign(signer), signer.verifier) == made


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a\n5\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
        "a\n05\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n",
        "a\n0\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n",
        "a\n٥\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n",
        "a\n9999999999999999999\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n",
        "a\n5\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh9=\n",
        "a\n5\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\nextension\n",
        "a b\n5\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n",
    ],
)
def test_a_checkpoint_has_one_spelling(text: str) -> None:
    with pytest.raises(checkpoint.CheckpointError):
        checkpoint.parse(text)


def test_a_checkpoint_is_signed_by_its_origin_alone(signer: note.Signer) -> None:
    foreign = checkpoint.Checkpoint("another.example/log", 5, ROOT)
    with pytest.raises(checkpoint.CheckpointError):
        foreign.sign(signer)
    with pytest.raises(checkpoint.CheckpointError, match="origin"):
        checkpoint.open_checkpoint(signer.sign(foreign.text()), signer.verifier)


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (tiles.Tile(0, 1234067), "tile/0/x001/x234/067"),
        (tiles.Tile(None, 0, 5), "tile/entries/000.p/5"),
        (tiles.Tile(2, 999), "tile/2/999"),
        (tiles.Tile(1, 1000, 255), "tile/1/x001/000.p/255"),
    ],
)
def test_a_tile_has_the_path_of_the_specification(tile: tiles.Tile, path: str) -> None:
    assert tile.path == path
    assert tiles.parse(path) == tile


@given(st.sampled_from([None, 0, 1, 63]), st.integers(0, 10**15), st.integers(1, 256))
def test_every_path_reads_back(level: int | None, index: int, width: int) -> None:
    tile = tiles.Tile(level, index, width)
    assert tiles.parse(tile.path) == tile


@pytest.mark.parametrize(
    "path",
    [
        "",
        "tile/0/0",
        "tile/0/0000",
        "tile/00/000",
        "tile/64/000",
        "tile/0/x000/001",
        "tile/0/001/002",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/05",
        "tile/0/000.p",
        "tile/0/000/",
        "/tile/0/000",
        "tile/0/../000",
        "tile/0/000\n",
        "tile/-1/000",
        "tile/entries/٠٠٠",
        "tile/entries/" + "x001/" * 1000 + "001",
    ],
)
def test_a_tile_path_has_one_spelling(path: str) -> None:
    with pytest.raises(tiles.TileError):
        tiles.parse(path)


def test_the_layout_of_70000_entries_is_that_of_the_specification() -> None:
    found = list(tiles.layout(70_000))
    hashes = [tile for tile in found if tile.level is not None]
    assert sum(tile.level == 0 and tile.width == 256 for tile in hashes) == 273
    assert [(tile.level, tile.width) for tile in hashes if tile.level or tile.width < 256] == [
        (0, 112),
        (1, 256),
        (1, 17),
        (2, 1),
    ]
    assert sum(tile.level is None for tile in found) == 274


@pytest.mark.parametrize("size", [1, 255, 256, 257, 65_535, 65_536, 65_537, 70_000])
def test_proofs_from_tiles_equal_proofs_from_leaves(size: int) -> None:
    served = {tile.path: tile for tile in tiles.layout(size)}
    memory = tree.Leaves(LEAVES[:size])

    # A tile is asked for by every proof that passes through it, and its bytes are always the same.
    @functools.cache
    def read(tile: tiles.Tile) -> bytes:
        assert tile.path in served
        row = [memory.subtree(8 * (tile.level or 0), tile.index * 256 + at) for at in range(tile.width)]
        return tiles.tile_bytes(row)

    source = tiles.TileHashes(size, read)
    for index in {0, size // 3, size - 1}:
        assert tree.inclusion(index, size, source) == tree.inclusion(index, size, memory)
    old = max(1, size - size // 5)
    assert tree.consistency(old, size, source) == tree.consistency(old, size, memory)


def test_a_tile_of_another_width_yields_no_proof() -> None:
    short = tiles.TileHashes(5, lambda _: b"\0" * 32 * 4)
    with pytest.raises(tiles.TileError):
        short.subtree(0, 1)
    with pytest.raises(tiles.TileError):
        short.subtree(2, 1)


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=256))
def test_a_bundle_gives_back_its_entries(entries: list[bytes]) -> None:
    assert tiles.unbundle(tiles.bundle(entries)) == entries


def test_the_longest_entry_fits_and_a_longer_one_does_not() -> None:
    longest = b"x" * tiles.MAX_ENTRY
    assert tiles.unbundle(tiles.bundle([longest])) == [longest]
    for wrong in ([longest + b"x"], [], [b""] * 257):
        with pytest.raises(tiles.TileError):
            tiles.bundle(wrong)


@pytest.mark.parametrize("data", [b"", b"\0", b"\0\5abcd", b"\0\1ab", b"\0\1a\0", b"\0\0" * 257])
def test_a_bundle_that_does_not_end_with_an_entry_is_refused(data: bytes) -> None:
    with pytest.raises(tiles.TileError):
        tiles.unbundle(data)


def test_a_proof_reads_back(ledger: Callable[[int], Any]) -> None:
    data = ledger(300).certify("1", 5)
    assert proof.parse(data).to_bytes() == data
    assert proof.parse(data).index == 5


@given(st.binary(max_size=200))
def test_garbage_is_no_proof(data: bytes) -> None:
    for one in (data, b"c2sp.org/tlog-proof@v1\n" + data):
        with pytest.raises(proof.ProofError):
            proof.parse(one)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"@v1", b"@v2"),
        (b"index 5", b"index 05"),
        (b"index 5", b"index -5"),
        (b"extra ", b"extra  "),
        (b"extra ", b"Extra "),
        (b"\n\n", b"\n"),
        (b"=\n\n", b"=\nAAAA\n\n"),
    ],
)
def test_a_proof_has_one_spelling(ledger: Callable[[int], Any], old: bytes, new: bytes) -> None:
    data = ledger(300).certify("1", 5)
    assert old in data
    with pytest.raises(proof.ProofError):
        proof.parse(data.replace(old, new, 1))


def test_an_endless_proof_is_refused(ledger: Callable[[int], Any]) -> None:
    with pytest.raises(proof.ProofError, match="long"):
        proof.parse(ledger(7).certify("1", 5) + b"x" * proof.MAX_PROOF)
