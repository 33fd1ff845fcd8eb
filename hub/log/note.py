"""C2SP signed notes with Ed25519: a text that carries its signatures as its last lines. Touches no file and no clock.

Source: https://c2sp.org/signed-note.
"""

import base64
import binascii
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from cryptography import exceptions
from cryptography.hazmat.primitives.asymmetric import ed25519

#: Longest note that is read at all: sixteen post-quantum signatures and room to spare.
MAX_NOTE = 131_072
#: Most signature lines that are read; the format asks for at least 16.
MAX_SIGNATURES = 64
_ED25519 = b"\x01"
_KEY_SIZE = 32
_ID_SIZE = 4
_VKEY = re.compile(r"([^\s+]{1,255})\+([0-9a-f]{8})\+([A-Za-z0-9+/=]{1,100})")
_LINE = re.compile(r"— ([^\s+]{1,255}) ([A-Za-z0-9+/=]{8,8192})")
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")


class NoteError(ValueError):
    """A note, key or signature that is malformed, unknown or false. Says which; never repeats what it was given."""


def decode_base64(text: str) -> bytes:
    """Return the bytes of canonical standard base64; NoteError for any other spelling of the same bytes."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise NoteError("not base64") from error
    if encode_base64(data) != text:
        raise NoteError("not canonical base64")
    return data


def encode_base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


@dataclass(frozen=True, slots=True)
class Verifier:
    """The public side of a key: enough to check its lines, and safe to hand to anyone."""

    name: str
    public: bytes

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[^\s+]{1,255}", self.name) or _CONTROL.search(self.name):
            raise NoteError("a key's name has no spaces, no plus sign and no control characters")
        if len(self.public) != _KEY_SIZE:
            raise NoteError("an Ed25519 public key is 32 bytes long")

    @property
    def key_id(self) -> bytes:
        return sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:_ID_SIZE]

    @property
    def vkey(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{encode_base64(_ED25519 + self.public)}"

    @classmethod
    def parse(cls, vkey: str) -> "Verifier":
        """Read `name+id+key`; NoteError unless it is an Ed25519 key spelt exactly as its own `vkey` spells it."""
        found = _VKEY.fullmatch(vkey)
        if found is None:
            raise NoteError("not a verifier key")
        material = decode_base64(found[3])
        if material[:1] != _ED25519:
            raise NoteError("not an Ed25519 key")
        verifier = cls(found[1], material[1:])
        if not hmac.compare_digest(verifier.vkey.encode(), vkey.encode()):
            raise NoteError("the key's id does not belong to its name and bytes")
        return verifier

    def check(self, text: bytes, signature: bytes) -> None:
        try:
            ed25519.Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text)
        except (exceptions.InvalidSignature, ValueError) as error:
            raise NoteError(f"the signature of {self.name} is false") from error


@dataclass(frozen=True, slots=True)
class Signer:
    """A key that signs notes under a name. The private half shows in no representation."""

    name: str
    key: ed25519.Ed25519PrivateKey

    def __repr__(self) -> str:
        return f"Signer({self.name!r})"

    @property
    def verifier(self) -> Verifier:
        return Verifier(self.name, self.key.public_key().public_bytes_raw())

    @property
    def vkey(self) -> str:
        return self.verifier.vkey

    def sign(self, text: str) -> bytes:
        """Return the note over the text, which must end in a line feed. Signing twice gives the same bytes."""
        body = _body(text)
        signature = encode_base64(self.verifier.key_id + self.key.sign(body))
        return body + f"\n— {self.name} {signature}\n".encode()


def open_note(data: bytes, verifiers: Iterable[Verifier]) -> str:
    """Return the text that at least one of the keys signed.

    Lines of unknown keys are passed over, as the format demands; one false line of a known key refuses the whole note.
    Raises NoteError.
    """
    text, lines = _split(data)
    known = {(verifier.name, verifier.key_id): verifier for verifier in verifiers}
    signed = False
    for line in lines:
        found = _LINE.fullmatch(line)
        if found is None:
            raise NoteError("a signature line is malformed")
        blob = decode_base64(found[2])
        if verifier := known.get((found[1], blob[:_ID_SIZE])):
            verifier.check(text.encode(), blob[_ID_SIZE:])
            signed = True
    if not signed:
        raise NoteError("no known key signed the note")
    return text


def _split(data: bytes) -> tuple[str, list[str]]:
    if len(data) > MAX_NOTE:
        raise NoteError("the note is too long")
    try:
        whole = data.decode()
    except UnicodeDecodeError as error:
        raise NoteError("the note is not UTF-8") from error
    text, blank, signatures = whole.rpartition("\n\n")
    if not blank or not signatures.endswith("\n") or _CONTROL.search(whole):
        raise NoteError("the note has no text, no signatures or a control character")
    lines = signatures[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise NoteError("the note has too many signatures")
    return text + "\n", lines


def _body(text: str) -> bytes:
    if not text.endswith("\n") or _CONTROL.search(text):
        raise NoteError("a note's text ends in a line feed and has no other control character")
    return text.encode()
