"""The Merkle tree of RFC 6962 over SHA-256: roots, growth and proofs. Must never read a file, a clock or a table."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Protocol

#: Bytes in every hash of the tree.
HASH_SIZE = 32
#: Root of the tree without leaves (RFC 6962, 2.1). It is never signed: a log begins with its first entry.
EMPTY_ROOT = sha256(b"").digest()


def leaf(entry: bytes) -> bytes:
    return sha256(b"\x00" + entry).digest()


def node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def fold(hashes: Sequence[bytes]) -> bytes:
    """Return the root above 2^n neighbouring hashes of one level; ValueError for any other count."""
    if not hashes or len(hashes) & (len(hashes) - 1):
        raise ValueError(f"{len(hashes)} hashes do not make a perfect subtree")
    row = list(hashes)
    while len(row) > 1:
        row = [node(left, right) for left, right in zip(row[::2], row[1::2], strict=True)]
    return row[0]


@dataclass(frozen=True, slots=True)
class Frontier:
    """What a growing tree must remember: its size and the roots of its perfect subtrees, the largest first."""

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if self.size < 0 or len(self.hashes) != self.size.bit_count():
            raise ValueError("a frontier has one hash for every binary one of its size")
        if any(len(one) != HASH_SIZE for one in self.hashes):
            raise ValueError("a hash of the frontier is not 32 bytes long")

    def append(self, leaf_hash: bytes) -> "Frontier":
        """Return the tree with one more leaf: one node on average, log2(size) at worst."""
        return self.extend((leaf_hash,))

    def extend(self, leaf_hashes: Iterable[bytes]) -> "Frontier":
        size, stack = self.size, list(self.hashes)
        for leaf_hash in leaf_hashes:
            carried, ones = leaf_hash, size
            while ones & 1:
                carried, ones = node(stack.pop(), carried), ones >> 1
            stack.append(carried)
            size += 1
        return Frontier(size, tuple(stack))

    def root(self) -> bytes:
        return join(self.hashes)

    def to_bytes(self) -> bytes:
        return b"".join(self.hashes)

    @classmethod
    def from_bytes(cls, size: int, data: bytes) -> "Frontier":
        """Restore what `to_bytes` gave at that size; ValueError when the length does not fit the size."""
        return cls(size, tuple(data[at : at + HASH_SIZE] for at in range(0, len(data), HASH_SIZE)))


def join(subtrees: Sequence[bytes]) -> bytes:
    """Return the root over perfect subtrees of falling size, folded from the right; EMPTY_ROOT for none."""
    if not subtrees:
        return EMPTY_ROOT
    root = subtrees[-1]
    for left in reversed(subtrees[:-1]):
        root = node(left, root)
    return root


class HashSource(Protocol):
    """Where proofs get their hashes."""

    def subtree(self, level: int, index: int) -> bytes:
        """Return the root of the perfect subtree over the leaves [index·2^level, (index + 1)·2^level)."""


class Leaves:
    """A HashSource over leaf hashes in memory."""

    def __init__(self, hashes: Sequence[bytes]) -> None:
        self._hashes = hashes

    def subtree(self, level: int, index: int) -> bytes:
        found = self._hashes[index << level : (index + 1) << level]
        if len(found) != 1 << level:
            raise IndexError(f"the tree has no subtree {index} on level {level}")
        return fold(found)


@dataclass(frozen=True, slots=True)
class Span:
    """The leaves [start, stop) under one hash of a proof; start is a multiple of a power of two ≥ their number."""

    start: int
    stop: int

    def subtrees(self) -> tuple[tuple[int, int], ...]:
        """Return (level, index) of the perfect subtrees that make up the span, left to right."""
        found, start = [], self.start
        for level in reversed(range((self.stop - self.start).bit_length())):
            if (self.stop - self.start) >> level & 1:
                found.append((level, start >> level))
                start += 1 << level
        return tuple(found)

    def root(self, source: HashSource) -> bytes:
        return join([source.subtree(level, index) for level, index in self.subtrees()])


def inclusion_spans(index: int, size: int) -> tuple[Span, ...]:
    """Return what an inclusion proof consists of, the leaf's sibling first (RFC 6962, 2.1.1); ValueError if outside.

    A store that must await its hashes asks here which subtrees to fetch before it makes the proof.
    """
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} leaves has no leaf {index}")
    start, stop, spans = 0, size, []
    while stop - start > 1:
        middle = start + _split(stop - start)
        if index < middle:
            spans.append(Span(middle, stop))
            stop = middle
        else:
            spans.append(Span(start, middle))
            start = middle
    return tuple(reversed(spans))


def consistency_spans(old: int, new: int) -> tuple[Span, ...]:
    """Return what the proof that `new` leaves extend `old` consists of (RFC 6962, 2.1.2); none if they are equal."""
    if not 0 < old <= new:
        raise ValueError(f"no proof leads from {old} leaves to {new}")
    start, stop, spans = 0, new, []
    while stop != old:
        middle = start + _split(stop - start)
        if old <= middle:
            spans.append(Span(middle, stop))
            stop = middle
        else:
            spans.append(Span(start, middle))
            start = middle
    # The old tree is itself a perfect subtree of the new one when nothing lies left of it: its root is known then.
    known = () if start == 0 else (Span(start, stop),)
    return (*known, *reversed(spans))


def inclusion(index: int, size: int, source: HashSource) -> tuple[bytes, ...]:
    return tuple(span.root(source) for span in inclusion_spans(index, size))


def consistency(old: int, new: int, source: HashSource) -> tuple[bytes, ...]:
    return tuple(span.root(source) for span in consistency_spans(old, new))


def _split(count: int) -> int:
    """Return the largest power of two below the count (RFC 6962, 2.1)."""
    return 1 << (count - 1).bit_length() - 1
