"""C2SP tlog-proof@v1: one entry, its path to a root, and the signed checkpoint of that root, in one small text file.

Source: https://c2sp.org/tlog-proof. `extra` is not authenticated by the format: we put the exact bytes of the entry
there, and whoever checks the proof hashes them.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from hub.log import note, tiles, tree

_HEAD = "c2sp.org/tlog-proof@v1\n"
#: Hashes on the longest path of a tree whose size fits 64 bits.
MAX_HASHES = 63
#: Longest proof that is read: the largest entry in base64, the longest path and a checkpoint.
MAX_PROOF = (tiles.MAX_ENTRY + 2) // 3 * 4 + 64 * MAX_HASHES + note.MAX_NOTE
_PROOF = re.compile(
    r"c2sp\.org/tlog-proof@v1\nextra ([A-Za-z0-9+/]+={0,2})\nindex (0|[1-9][0-9]{0,18})\n"
    r"((?:[A-Za-z0-9+/]{43}=\n){0,63})\n(.+)",
    re.DOTALL,
)


class ProofError(ValueError):
    """A proof that is not spelt as the format spells it. Says nothing about whether what it claims is true."""


@dataclass(frozen=True, slots=True)
class Proof:
    """The claim that `extra` is entry `index` of the log at `checkpoint`; hashes run from the leaf to the root."""

    extra: bytes
    index: int
    hashes: tuple[bytes, ...]
    checkpoint: bytes

    def __post_init__(self) -> None:
        if not 1 <= len(self.extra) <= tiles.MAX_ENTRY or self.index < 0:
            raise ProofError("a proof carries an entry of 1 to 65,535 bytes and its index")
        if len(self.hashes) > MAX_HASHES or any(len(one) != tree.HASH_SIZE for one in self.hashes):
            raise ProofError("a path has at most 63 hashes of 32 bytes")
        if not 1 <= len(self.checkpoint) <= note.MAX_NOTE:
            raise ProofError("a proof carries a checkpoint")

    def to_bytes(self) -> bytes:
        path = "".join(map(_line, self.hashes))
        head = f"{_HEAD}extra {note.encode_base64(self.extra)}\nindex {self.index}\n{path}\n"
        return head.encode() + self.checkpoint


@lru_cache(128)
def _line(one: bytes) -> str:
    """Neighbours in the log have most of their paths in common."""
    return f"{note.encode_base64(one)}\n"


def parse(data: bytes) -> Proof:
    """Read exactly what `Proof.to_bytes` writes, else ProofError. Checks no signature and no path."""
    if len(data) > MAX_PROOF:
        raise ProofError("the proof is too long")
    try:
        found = _PROOF.fullmatch(data.decode())
        if found is None:
            raise ProofError("not a proof")
        extra = note.decode_base64(found[1])
        path = tuple(note.decode_base64(line) for line in found[3].splitlines())
    except (UnicodeDecodeError, note.NoteError) as error:
        raise ProofError("not a proof") from error
    return Proof(extra, int(found[2]), path, found[4].encode())
