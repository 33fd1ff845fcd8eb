"""The log's private key on disk: 32 random bytes in a file of mode 0600.

Must never overwrite a key, hand out a weak one or show one in an error.
"""

import os
import secrets
import stat
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ed25519

from hub.log import durable

SEED_SIZE = 32
#: A random seed has fewer different bytes than this less than once in 10^20 draws; a zeroed file always does.
_FEWEST_DIFFERENT_BYTES = 12


class KeyFileError(Exception):
    """A seed file that cannot be trusted or made. Names the file and the reason, never its content."""


def create(path: Path) -> ed25519.Ed25519PrivateKey:
    """Make a new key and its seed file, durable on return; KeyFileError if the file exists, whatever it holds.

    The file appears under its name whole or not at all: killed half-way, only a stray `.new` file of mode 0600 stays.
    """
    seed = secrets.token_bytes(SEED_SIZE)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}.new")
    _write(draft, seed)
    try:
        os.link(draft, path)  # Unlike a rename, a link refuses to take the place of an existing key.
    except FileExistsError as error:
        raise KeyFileError(f"{path}: a key already exists") from error
    finally:
        draft.unlink()
    durable.sync(path.parent)
    return ed25519.Ed25519PrivateKey.from_private_bytes(seed)


def load(path: Path) -> ed25519.Ed25519PrivateKey:
    """Read a key; KeyFileError if the file is missing, a link, open to others, of another length or plainly not random.

    A disk that loses a file's content leaves zeros: without this check they would silently become a key.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise KeyFileError(f"{path}: cannot be opened ({error.strerror})") from error
    with os.fdopen(handle, "rb") as file:
        _refuse_open_file(path, os.fstat(handle))
        seed = file.read(SEED_SIZE + 1)
    if len(seed) != SEED_SIZE:
        raise KeyFileError(f"{path}: a seed is exactly {SEED_SIZE} bytes long")
    if len(set(seed)) < _FEWEST_DIFFERENT_BYTES:
        raise KeyFileError(f"{path}: the seed is not random")
    return ed25519.Ed25519PrivateKey.from_private_bytes(seed)


def _refuse_open_file(path: Path, status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise KeyFileError(f"{path}: not a regular file")
    if stat.S_IMODE(status.st_mode) & 0o077:
        raise KeyFileError(f"{path}: others may read or write it; run chmod 600")


def _write(path: Path, seed: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(seed)
        file.flush()
        os.fsync(handle)
