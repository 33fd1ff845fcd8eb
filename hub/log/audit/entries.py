"""What one bundle and one entry must be, whatever they tell: exact lengths, canonical JSON, known shape, real time."""

import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from hub.log.audit import acts, shapes
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
_TIME = re.compile(shapes.TIME.encode())


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
    try:
        for _ in range(width):
            start = at + 2
            at = start + (data[at] << 8 | data[at + 1])
            entries.append(data[start:at])
    except IndexError as error:
        raise RefusedError("bundle.malformed") from error
    if at != len(data):
        raise RefusedError("bundle.malformed")
    return entries


@dataclass(frozen=True, slots=True)
class Fault:
    """Why an entry cannot be heard: the code of the finding and what its sentence names."""

    code: str
    details: dict[str, str] = field(default_factory=dict)


def read(entries: Sequence[bytes]) -> Iterator[shapes.Told | Fault]:
    """Yield of each entry what it tells, once it is canonical, well-shaped and of a real time, or why it is not."""
    all_plain = shapes.is_plain(b"".join(entries))
    for entry in entries:
        if (all_plain or shapes.is_plain(entry)) and (entry.isascii() or _is_normal(entry)):
            told = _SHAPES.read(entry)
            yield told if told and _is_day(told[1][1:11]) else _read_whole(entry, learn=True)
        else:
            yield _read_whole(entry, learn=False)


def _is_normal(entry: bytes) -> bool:
    try:
        return unicodedata.is_normalized("NFC", entry.decode())
    except UnicodeDecodeError:
        return False


def _read_whole(entry: bytes, *, learn: bool) -> shapes.Told | Fault:
    value = _value(entry)
    if value is None:
        return Fault("entry.not_canonical")
    if names := misshapen(value):
        return Fault("entry.shape", {"names": names})
    at = acts.spell(value["at"])
    if not is_time(at):
        return Fault("entry.time")
    try:
        fields = acts.told_by(value)
    except KeyError:
        return Fault("act.incomplete", {"t": value["t"]})
    if learn:
        _SHAPES.learn(entry, value)
    return value["t"], at, fields


def _value(entry: bytes) -> dict[str, Any] | None:
    """Return the object of which the entry is the one canonical spelling, None if there is none."""
    try:
        text = entry.decode()
        value = _parse(text)
        # Normal text has only normal strings in it: nothing joins with the quotation marks and escapes around them.
        # The reverse does not hold, so what is not normal as a whole is written anew string by string.
        is_normal = text.isascii() or unicodedata.is_normalized("NFC", text)
        is_canonical = acts.write(value) == text if is_normal else canonical.encode(value) == entry
    except (ValueError, RecursionError):
        return None
    return value if type(value) is dict and is_canonical else None


def misshapen(entry: dict[str, Any]) -> str:
    """Return the names of the fields that are missing, of a wrong type or of an unknown version; empty if none is."""
    wrong = [name for name, value in entry.items() if type(value) is not TYPES.get(name, type(value))]
    wrong += [name for name in _NEEDED if name not in entry]
    if not wrong and entry["v"] != 1:
        wrong = ["v"]
    return "、".join(wrong)


def is_time(at: bytes) -> bool:
    """Say whether this is a moment that existed, in the one spelling: `"2026-03-01T09:00:00.000+08:00"`."""
    return _TIME.fullmatch(at) is not None and _is_day(at[1:11])


@lru_cache(maxsize=16)
def _is_day(text: bytes) -> bool:
    try:
        date.fromisoformat(text.decode())
    except ValueError:
        return False
    return True
