"""The auditor's own Merkle hashing: ragged rows folded from below, and the iterative proof checks of RFC 9162.

Written apart from `hub.log.tree`, by another method, so that the two cannot be wrong in the same way unnoticed.
"""

from collections.abc import Sequence
from hashlib import sha256

HASH_SIZE = 32


def leaf(entry: bytes) -> bytes:
    return sha256(b"\0" + entry).digest()


def leaves(entries: Sequence[bytes]) -> list[bytes]:
    return [sha256(b"\0" + entry).digest() for entry in entries]


def pair(left: bytes, right: bytes) -> bytes:
    return sha256(b"\1" + left + right).digest()


def fold(row: Sequence[bytes]) -> bytes:
    """Return the root over one or more neighbouring hashes: pair by pair, an odd last one rises as it is."""
    while len(row) > 1:
        risen = [sha256(b"\1" + row[at] + row[at + 1]).digest() for at in range(0, len(row) - 1, 2)]
        if len(row) % 2:
            risen.append(row[-1])
        row = risen
    return row[0]


def includes(*, leaf_hash: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Say whether the path leads from the leaf to the root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size or not _are_hashes((leaf_hash, root, *path)):
        return False
    here, last, risen = index, size - 1, leaf_hash
    for sibling in path:
        if last == 0:
            return False
        if here & 1 or here == last:
            risen = pair(sibling, risen)
            # The node had no sibling on these levels: it rose as it was.
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            risen = pair(risen, sibling)
        here, last = here >> 1, last >> 1
    return last == 0 and risen == root


def extends(*, old: int, new: int, path: Sequence[bytes], old_root: bytes, new_root: bytes) -> bool:
    """Say whether the path proves that the new tree begins with the old one (RFC 9162, 2.1.4.2)."""
    if not 0 < old <= new or not _are_hashes((old_root, new_root, *path)):
        return False
    if old == new:
        return not path and old_root == new_root
    nodes = list(path)
    if old & (old - 1) == 0:
        nodes.insert(0, old_root)
    return bool(nodes) and _roots(old - 1, new - 1, nodes) == (old_root, new_root)


def _roots(here: int, last: int, nodes: Sequence[bytes]) -> tuple[bytes, bytes] | None:
    while here & 1:
        here, last = here >> 1, last >> 1
    old = new = nodes[0]
    for one in nodes[1:]:
        if last == 0:
            return None
        if here & 1 or here == last:
            old, new = pair(one, old), pair(one, new)
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            new = pair(new, one)
        here, last = here >> 1, last >> 1
    return (old, new) if last == 0 else None


def _are_hashes(found: Sequence[bytes]) -> bool:
    return all(len(one) == HASH_SIZE for one in found)
