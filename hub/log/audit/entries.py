"""What one bundle and one entry must be, whatever they tell: exact lengths, canonical JSON, known shape, real time."""

import json
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from hub.log.audit import shapes
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
_LONGEST_INTEGER = len(str(-canonical.MAX_INTEGER))
_NEEDED = ("v", "t", "at")
_AT = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{3}\+08:00")


def _integer(text: str) -> int:
    # Bounded before it is read: the time to read a number grows with the square of its length.
    if len(text) > _LONGEST_INTEGER or abs(int(text)) > canonical.MAX_INTEGER:
        raise ValueError("integer outside the range that JSON readers agree on")
    return int(text)


def _refuse_float(text: str) -> object:
    raise ValueError(f"{text[:20]} has no canonical form")


_parse = json.JSONDecoder(parse_int=_integer, parse_float=_refuse_float, parse_constant=_refuse_float).decode
#: The shapes are facts about texts, not about one log: they may outlive a verification.
_SHAPES = shapes.Shapes()


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


@dataclass(frozen=True, slots=True)
class Fault:
    """Why an entry cannot be heard: the code of the finding and, for a wrong shape, the fields concerned."""

    code: str
    names: str = ""


def read(entries: Sequence[bytes]) -> list[dict[str, Any] | Fault]:
    """Return of each entry at least the fields that rules look at, well-shaped, or why it cannot be heard."""
    whole = b"".join(entries)
    if not shapes.is_plain(whole) or not _is_normal(whole):
        return [_read_slowly(entry) for entry in entries]
    # Plain bytes hold no line feed, so one between two entries parts them again.
    texts = b"\n".join(entries).decode().split("\n")
    known = map(_SHAPES.read, texts)
    return [found or _read_plain(text) for found, text in zip(known, texts, strict=True)]


def _is_normal(data: bytes) -> bool:
    try:
        return unicodedata.is_normalized("NFC", data.decode())
    except UnicodeDecodeError:
        return False


def _read_plain(text: str) -> dict[str, Any] | Fault:
    value = _read_slowly(text.encode())
    if not isinstance(value, Fault):
        _SHAPES.learn(text, value)
    return value


def _read_slowly(entry: bytes) -> dict[str, Any] | Fault:
    try:
        value = _parse(entry.decode())
        if type(value) is not dict or canonical.encode(value) != entry:
            return Fault("entry.not_canonical")
    except (ValueError, RecursionError):
        return Fault("entry.not_canonical")
    if names := misshapen(value):
        return Fault("entry.shape", names)
    return value


def misshapen(entry: dict[str, Any]) -> str:
    """Return the names of the fields that are missing, of a wrong type or of an unknown version; empty if none is."""
    wrong = [name for name, value in entry.items() if type(value) is not TYPES.get(name, type(value))]
    wrong += [name for name in _NEEDED if name not in entry]
    if not wrong and entry["v"] != 1:
        wrong = ["v"]
    return "、".join(wrong)


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
