"""The one way in which a value becomes bytes: RFC 8785 canonical JSON, so that a digest means the same for everyone."""

import hashlib
import json
import unicodedata
from typing import Any

#: Largest integer that every JSON reader keeps exactly (RFC 8785, section 3.2.2.3).
MAX_INTEGER = 2**53 - 1


def encode(value: Any) -> bytes:
    """Return the canonical bytes of a value made of dicts, lists, NFC strings, integers, booleans and None.

    Keys are sorted, nothing is escaped that need not be, floats do not exist: for such values this equals RFC 8785.
    Raises ValueError for a float, an integer outside ±(2^53 - 1), a lone surrogate or text that is not NFC, because
    another implementation could read those differently; TypeError for a key that is not text.
    """
    _refuse(value)
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def digest(data: bytes) -> str:
    """Return the SHA-256 of the bytes, 64 lower-case hex digits."""
    return hashlib.sha256(data).hexdigest()


def _refuse(value: Any) -> None:
    if type(value) is str and value.isascii():
        return
    if isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str):
                raise TypeError("a key is not text")
            _refuse(key)
            _refuse(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            _refuse(item)
    else:
        _refuse_odd(value)


def _refuse_odd(value: Any) -> None:
    match value:
        case bool() | None:
            return
        case int() if abs(value) <= MAX_INTEGER:
            return
        case int():
            raise ValueError("integer outside the range that JSON readers agree on")
        case str() if unicodedata.is_normalized("NFC", value):
            return
        case str():
            raise ValueError("text is not NFC")
        case _:
            raise ValueError(f"{type(value).__name__} has no canonical form")
