"""The certificates that were handed out: each must be true by itself, and true of the log as it stands today.

Source: https://c2sp.org/tlog-proof; `extra` carries the exact bytes of the entry.
"""

import base64
import json
import re
from dataclasses import dataclass

from hub.log.audit import hashing, trust
from hub.log.audit.report import RefusedError

#: A largest entry in base64, a longest path and a longest checkpoint.
MAX_CERTIFICATE = 87_400 + 63 * 45 + trust.MAX_CHECKPOINT
_FILE = re.compile(r"certificates/([1-9][0-9]{0,15})(?:-[a-z0-9-]{1,64})?\.tlog-proof")
_FORM = re.compile(
    rb"c2sp\.org/tlog-proof@v1\nextra ([A-Za-z0-9+/]+={0,2})\nindex (0|[1-9][0-9]{0,18})\n"
    rb"((?:[A-Za-z0-9+/]{43}=\n){0,63})\n(.+)",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Claim:
    """What one certificate says: the leaf at an index, the release that it is about, the root at a size."""

    index: int
    leaf: bytes
    release: int | None
    size: int
    root: bytes


def release_of(file: str) -> int | None:
    """Return the release that a certificate's name speaks of, None if it is no certificate's name."""
    found = _FILE.fullmatch(file)
    return int(found[1]) if found else None


def read(data: bytes, key: trust.Key) -> Claim:
    """Return what the certificate claims, once its own path and signature hold; RefusedError if they do not."""
    found = _FORM.fullmatch(data) if len(data) <= MAX_CERTIFICATE else None
    if found is None:
        raise RefusedError("certificate.malformed")
    entry, index = _decode(found[1]), int(found[2])
    path = [_decode(line) for line in found[3].splitlines()]
    signed = trust.read_checkpoint(found[4], key, alone=True)
    leaf = hashing.leaf(entry)
    if not hashing.includes(leaf_hash=leaf, index=index, size=signed.size, path=path, root=signed.root):
        raise RefusedError("certificate.path")
    return Claim(index, leaf, _release(entry), signed.size, signed.root)


def _release(entry: bytes) -> int | None:
    try:
        found = json.loads(entry)
    except (ValueError, RecursionError):
        return None
    return found["rel"] if isinstance(found, dict) and type(found.get("rel")) is int else None


def _decode(text: bytes) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise RefusedError("certificate.malformed") from error
    if base64.b64encode(data) != text:
        raise RefusedError("certificate.malformed")
    return data
