"""Whom the auditor believes: the policy, the log's key and what that key signed. Every form has exactly one spelling.

Sources: https://c2sp.org/tlog-policy, https://c2sp.org/signed-note, https://c2sp.org/tlog-checkpoint.
"""

import base64
import re
from dataclasses import dataclass
from hashlib import sha256

from cryptography import exceptions
from cryptography.hazmat.primitives.asymmetric import ed25519

from hub.log.audit.report import RefusedError

MAX_POLICY = 65_536
MAX_CHECKPOINT = 131_072
_ED25519 = b"\x01"
_VKEY = re.compile(r"([^\s+]{1,255})\+([0-9a-f]{8})\+([A-Za-z0-9+/]{44})")
_CHECKPOINT = re.compile(
    r"([^\s+]{1,255})\n([1-9][0-9]{0,18})\n([A-Za-z0-9+/]{43}=)\n\n"
    r"((?:— [^\s+]{1,255} [A-Za-z0-9+/]{5,8192}={0,2}\n){1,64})"
)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Key:
    """The log's public key, as the policy names it."""

    vkey: str
    name: str
    key_id: bytes
    public: ed25519.Ed25519PublicKey


@dataclass(frozen=True, slots=True)
class Signed:
    """What the key signed: so many entries, with this root."""

    size: int
    root: bytes


def read_policy(data: bytes) -> Key:
    """Return the one log key of a policy without witnesses; RefusedError for all else.

    A policy with witnesses is refused rather than weakened: cosignatures are not checked here yet.
    """
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise RefusedError("policy.malformed") from error
    if len(data) > MAX_POLICY or not text.endswith("\n") or _CONTROL.search(text):
        raise RefusedError("policy.malformed")
    lines = [words for line in text.split("\n") if (words := re.split(r"[ \t]+", line.strip(" \t"))) != [""]]
    match sorted(words for words in lines if not words[0].startswith("#")):
        case [["log", vkey] | ["log", vkey, _], ["quorum", "none"]]:
            return read_key(vkey)
        case _:
            raise RefusedError("policy.malformed")


def own_policy(key: Key) -> bytes:
    """Return the only policy.txt that an export for this key may carry."""
    return f"log {key.vkey}\nquorum none\n".encode()


def read_key(vkey: str) -> Key:
    found = _VKEY.fullmatch(vkey)
    if found is None:
        raise RefusedError("policy.malformed")
    name, key_id, material = found[1], bytes.fromhex(found[2]), _decode(found[3])
    expected = sha256(name.encode() + b"\n" + material).digest()[:4]
    if material[:1] != _ED25519 or key_id != expected:
        raise RefusedError("policy.malformed")
    return Key(vkey, name, key_id, ed25519.Ed25519PublicKey.from_public_bytes(material[1:]))


def read_checkpoint(data: bytes, key: Key, *, alone: bool) -> Signed:
    """Return what the key signed; RefusedError for any other spelling, origin or signature.

    `alone`: no other signature may stand beside the log's, because a byte that nobody can check could change unseen.
    """
    try:
        found = _CHECKPOINT.fullmatch(data.decode()) if len(data) <= MAX_CHECKPOINT else None
    except UnicodeDecodeError:
        found = None
    if found is None:
        raise RefusedError("checkpoint.malformed")
    origin, size, root, lines = found.groups()
    if origin != key.name:
        raise RefusedError("checkpoint.origin")
    _check_lines(lines, f"{origin}\n{size}\n{root}\n".encode(), key, alone=alone)
    return Signed(int(size), _decode(root))


def _check_lines(lines: str, text: bytes, key: Key, *, alone: bool) -> None:
    signed = False
    for line in lines[:-1].split("\n"):
        _, name, encoded = line.split(" ")
        blob = _decode(encoded)
        if (name, blob[:4]) == (key.name, key.key_id):
            _check(blob[4:], text, key)
            signed = True
    if not signed:
        raise RefusedError("checkpoint.signature")
    if alone and lines.count("\n") > 1:
        raise RefusedError("checkpoint.unknown_line")


def _check(signature: bytes, text: bytes, key: Key) -> None:
    try:
        key.public.verify(signature, text)
    except (exceptions.InvalidSignature, ValueError) as error:
        raise RefusedError("checkpoint.signature") from error


def _decode(text: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError as error:
        raise RefusedError("checkpoint.malformed") from error
    # The last letter has bits that decode to nothing: without this, some flipped bytes would pass.
    if base64.b64encode(data).decode() != text:
        raise RefusedError("checkpoint.malformed")
    return data
