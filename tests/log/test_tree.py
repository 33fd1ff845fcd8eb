from functools import partial
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.log import tree
from hub.log.audit import hashing

CT_INPUTS = [
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
]
CT_ROOTS = ["6e340b9c", "fac54203", "aeb6bcfe", "d37ee418", "4e3bbb1f", "76e67dad", "ddb89be4", "5dc9da79"]
SIZES = 70
LEAVES = [tree.leaf(b"entry %d" % number) for number in range(400)]


def by_definition(leaves: list[bytes]) -> bytes:
    """RFC 6962, 2.1, word for word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha256(b"\x01" + by_definition(leaves[:k]) + by_definition(leaves[k:])).digest()


@pytest.mark.parametrize("size", range(1, 9))
def test_the_classic_leaves_have_the_classic_roots(size: int) -> None:
    leaves = [tree.leaf(bytes.fromhex(one)) for one in CT_INPUTS[:size]]
    assert tree.Frontier().extend(leaves).root().hex().startswith(CT_ROOTS[size - 1])
    assert hashing.fold(leaves).hex().startswith(CT_ROOTS[size - 1])


def test_the_empty_tree_has_the_root_of_nothing() -> None:
    assert tree.Frontier().root() == tree.EMPTY_ROOT == by_definition([])


@given(st.integers(0, 400))
def test_a_frontier_has_the_root_of_the_definition(size: int) -> None:
    grown = tree.Frontier()
    for one in LEAVES[:size]:
        grown = grown.append(one)
    assert grown == tree.Frontier().extend(LEAVES[:size])
    assert grown.root() == by_definition(LEAVES[:size])


@given(st.integers(1, 400))
def test_the_auditor_folds_to_the_same_root(size: int) -> None:
    assert hashing.fold(LEAVES[:size]) == by_definition(LEAVES[:size])


@given(st.integers(0, 400), st.integers(0, 400))
def test_a_restored_frontier_grows_as_if_it_had_never_slept(cut: int, size: int) -> None:
    before = tree.Frontier().extend(LEAVES[:cut])
    after = tree.Frontier.from_bytes(cut, before.to_bytes()).extend(LEAVES[cut : max(cut, size)])
    assert after.root() == by_definition(LEAVES[: max(cut, size)])


@pytest.mark.parametrize(("size", "length"), [(1, 0), (1, 64), (2, 64), (3, 32), (3, 65), (-1, 0), (1, 31)])
def test_a_frontier_of_another_length_is_refused(size: int, length: int) -> None:
    with pytest.raises(ValueError, match="frontier"):
        tree.Frontier.from_bytes(size, bytes(length))


@pytest.mark.parametrize("size", range(1, SIZES + 1))
def test_every_inclusion_proof_convinces_the_auditor_and_no_other_index_or_leaf_does(size: int) -> None:
    root, source = by_definition(LEAVES[:size]), tree.Leaves(LEAVES[:size])
    for index in range(size):
        path = tree.inclusion(index, size, source)
        holds = partial(hashing.includes, size=size, path=path, root=root)
        assert holds(leaf_hash=LEAVES[index], index=index)
        assert not holds(leaf_hash=LEAVES[index + 1], index=index)
        assert not any(holds(leaf_hash=LEAVES[index], index=other) for other in range(size) if other != index)


@pytest.mark.parametrize("new", range(1, SIZES + 1))
def test_every_consistency_proof_convinces_the_auditor_and_no_other_root_does(new: int) -> None:
    source, new_root = tree.Leaves(LEAVES[:new]), by_definition(LEAVES[:new])
    for old in range(1, new + 1):
        old_root = by_definition(LEAVES[:old])
        path = tree.consistency(old, new, source)
        assert hashing.extends(old=old, new=new, path=path, old_root=old_root, new_root=new_root)
        assert not hashing.extends(old=old, new=new, path=path, old_root=LEAVES[-1], new_root=new_root)
        assert not hashing.extends(old=old, new=new, path=path, old_root=old_root, new_root=LEAVES[-1])
        assert not hashing.extends(old=old, new=new, path=(*path, old_root), old_root=old_root, new_root=new_root)


@given(st.data())
def test_a_changed_shortened_or_lengthened_path_is_refused(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, 300))
    index = data.draw(st.integers(0, size - 1))
    path = list(tree.inclusion(index, size, tree.Leaves(LEAVES[:size])))
    at = data.draw(st.integers(0, len(path) - 1))
    flipped = [*path[:at], bytes([path[at][0] ^ 1]) + path[at][1:], *path[at + 1 :]]
    for wrong in (path[:-1], path[1:], [*path, path[0]], flipped, [*path[:-1], path[-1][:31]]):
        root = by_definition(LEAVES[:size])
        assert not hashing.includes(leaf_hash=LEAVES[index], index=index, size=size, path=wrong, root=root)


@pytest.mark.parametrize(("index", "size"), [(0, 0), (1, 1), (-1, 3), (3, 3)])
def test_there_is_no_proof_for_a_leaf_outside_the_tree(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="no leaf"):
        tree.inclusion(index, size, tree.Leaves(LEAVES))
    assert not hashing.includes(leaf_hash=LEAVES[0], index=index, size=size, path=[], root=LEAVES[0])


@pytest.mark.parametrize(("old", "new"), [(0, 0), (0, 5), (6, 5), (-1, 2)])
def test_there_is_no_proof_from_nothing_or_backwards(old: int, new: int) -> None:
    with pytest.raises(ValueError, match="no proof"):
        tree.consistency(old, new, tree.Leaves(LEAVES))
    assert not hashing.extends(old=old, new=new, path=[], old_root=LEAVES[0], new_root=LEAVES[0])


@pytest.mark.parametrize("count", [0, 3, 5, 6, 7])
def test_only_a_perfect_row_is_folded(count: int) -> None:
    with pytest.raises(ValueError, match="perfect"):
        tree.fold(LEAVES[:count])


def test_a_subtree_outside_the_leaves_is_refused() -> None:
    with pytest.raises(IndexError):
        tree.Leaves(LEAVES[:5]).subtree(1, 2)
