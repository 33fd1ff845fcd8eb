"""C2SP tlog-checkpoint: what a log signs about itself, its origin, size and root. No extension lines, ever.

Source: https://c2sp.org/tlog-checkpoint.
"""

import re
from dataclasses import dataclass

from hub.log import note, tree

#: Largest size that the format's 64-bit readers agree on.
MAX_SIZE = 2**63 - 1
_TEXT = re.compile(r"([^\s+]{1,255})\n([1-9][0-9]{0,18})\n([A-Za-z0-9+/]{43}=)\n")


class CheckpointError(ValueError):
    """A checkpoint that says what no checkpoint of this log may say."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The state of one log. The origin is the name of the log's key, such as `publish.example.gov.cn/log/2026`."""

    origin: str
    size: int
    root: bytes

    def __post_init__(self) -> None:
        # Readers differ on the root of an empty log, so none is ever signed: `log.opened` is written first.
        if not 1 <= self.size <= MAX_SIZE:
            raise CheckpointError("a checkpoint's size is 1 to 2^63 - 1")
        if len(self.root) != tree.HASH_SIZE:
            raise CheckpointError("a checkpoint's root is 32 bytes long")
        if not re.fullmatch(r"[^\s+]{1,255}", self.origin):
            raise CheckpointError("an origin is a key's name")

    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{note.encode_base64(self.root)}\n"

    def sign(self, signer: note.Signer) -> bytes:
        """Return the signed note; CheckpointError for another origin's key. The caller sees to it that none forks."""
        if signer.name != self.origin:
            raise CheckpointError("a log's checkpoint is signed by the key of its origin")
        return signer.sign(self.text())


def parse(text: str) -> Checkpoint:
    """Read a checkpoint's text; CheckpointError for anything but exactly what `Checkpoint.text` writes."""
    found = _TEXT.fullmatch(text)
    if found is None:
        raise CheckpointError("not a checkpoint")
    try:
        read = Checkpoint(found[1], int(found[2]), note.decode_base64(found[3]))
    except note.NoteError as error:
        raise CheckpointError("the root is not canonical base64") from error
    if read.text() != text:
        raise CheckpointError("not a canonical checkpoint")
    return read


def open_checkpoint(data: bytes, verifier: note.Verifier) -> Checkpoint:
    """Return what the log's key signed; NoteError for the signature, CheckpointError for what it says."""
    read = parse(note.open_note(data, [verifier]))
    if read.origin != verifier.name:
        raise CheckpointError("the origin is not the name of the key that signed")
    return read
