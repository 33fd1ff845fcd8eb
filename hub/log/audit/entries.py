"""What one bundle and one entry must be, whatever they tell: exact lengths, canonical JSON, known shape, real time."""

import json
import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from hub.log.audit.report import RefusedError
from schemas import canonical

MAX_ENTRY = 65_535
#: The fields that rules read, with their exact types (a boolean is no number here). Others may stand beside them.
TYPES: dict[str, type] = {
    "v": int,
    "t": str,
    "at": str,
    "rel": int,
    "ed": int,
    "digest": str,
    "chan": str,
    "act": str,
    "who": str,
    "data": dict,
}
#: A number that is not canonical and that nobody writes; see `read_all`.
_MARK = "-0.0e-0"
_SEPARATOR = f",{_MARK},".encode()
_LONGEST_INTEGER = len(str(-canonical.MAX_INTEGER))
_NEEDED = ("v", "t", "at")
_AT = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{3}\+08:00")


@lru_cache(maxsize=4096)
def _integer(text: str) -> int:
    # Bounded before it is read: the time to read a number grows with the square of its length.
    if len(text) > _LONGEST_INTEGER or abs(int(text)) > canonical.MAX_INTEGER:
        raise ValueError("integer outside the range that JSON readers agree on")
    return int(text)


def _mark(text: str) -> object:
    if text != _MARK:
        raise ValueError("a float has no canonical form")
    return _BETWEEN


_BETWEEN = object()
_read = json.JSONDecoder(parse_int=_integer, parse_float=_mark, parse_constant=_mark).decode
_write = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode


def unpack(data: bytes, width: int) -> list[bytes]:
    """Return the entries of a bundle; RefusedError unless there are exactly `width` and not a byte more."""
    entries, at = [], 0
    for _ in range(width):
        start = at + 2
        at = start + int.from_bytes(data[at:start], "big")
        entries.append(data[start:at])
    if at != len(data):
        raise RefusedError("bundle.malformed")
    return entries


def read_all(entries: Sequence[bytes]) -> list[dict[str, Any]] | None:
    """Return the objects if each entry is one in canonical form, None if any is not.

    All are read and written again as one list, which takes half the time of one by one. A mark that no entry contains
    stands between them: when every mark comes out between two items, each item is the whole of one entry.
    """
    try:
        texts = b",".join(entries).decode()
        if _MARK in texts:
            return _read_each(entries)
        found = _read(f"[{_SEPARATOR.join(entries).decode()}]")
        values, marks = found[::2], found[1::2]
        if len(values) != len(entries) or any(mark is not _BETWEEN for mark in marks):
            return None
        if any(type(value) is not dict for value in values) or _write(values) != f"[{texts}]":
            return None
        return values if _is_normal(texts, values) else None
    except (ValueError, TypeError, RecursionError):
        return None


def _read_each(entries: Sequence[bytes]) -> list[dict[str, Any]] | None:
    values = [_read(entry.decode()) for entry in entries]
    if all(
        type(value) is dict and canonical.encode(value) == entry for value, entry in zip(values, entries, strict=True)
    ):
        return values
    return None


def misshapen(entry: dict[str, Any]) -> str:
    """Return the names of the fields that are missing, of a wrong type or of an unknown version; empty if none is."""
    wrong = _wrong(tuple(entry), tuple(map(type, entry.values())))
    return wrong or ("v" if entry["v"] != 1 else "")


@lru_cache(maxsize=256)
def _wrong(names: tuple[str, ...], types: tuple[type, ...]) -> str:
    wrong = [name for name, found in zip(names, types, strict=True) if found is not TYPES.get(name, found)]
    return "、".join([*wrong, *(name for name in _NEEDED if name not in names)])


def is_time(at: str) -> bool:
    """Say whether this is a moment that existed, written in the one way: `2026-03-01T09:00:00.000+08:00`."""
    found = _AT.fullmatch(at)
    return found is not None and _is_day(found[1])


@lru_cache(maxsize=16)
def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _is_normal(text: str, value: list[dict[str, Any]]) -> bool:
    """Say whether all texts within are NFC: true if the whole is, since every part of an NFC text is NFC itself.

    The reverse fails where an accent follows an escaped line feed, so only then is each part looked at.
    """
    return unicodedata.is_normalized("NFC", text) or bool(canonical.encode(value))
