"""Fast reading of entries that look like earlier ones: the shape of a proven entry becomes one regular expression.

An entry that matches has the same keys in the same order as one that was proven canonical, and each number, string and
time in it is spelt canonically: so it is canonical too, without being parsed. All else is read the slow way.
"""

import json
import re
from dataclasses import dataclass
from typing import Any

from hub.log.audit import acts

#: A log has some thirty shapes; a hostile one with more is read the slow way.
_MAX_SHAPES = 128
_MAX_SHAPES_OF_A_KIND = 12
_LONGEST = 4_000
#: Objects within objects: a hostile entry could otherwise nest deeper than the interpreter's stack.
_DEEPEST = 8
#: Entries with escapes or control characters never come here, so a string ends at the next quotation mark. A plus after
#: a count: what it took it keeps, because no other division of the text can match either.
_STRING = '"[^"]*+"'
_NOT_PLAIN = bytes([*range(0x20), ord("\\")])
_INTEGER = "0|-?[1-9][0-9]{0,14}+"
#: A time as it must be written; whether its day existed, the caller asks.
TIME = r'"\d\d\d\d-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d\d\d\+08:00"'


#: What an entry tells: its type, its time, and the spelling of each field that `acts.read_of` names for the type.
Told = tuple[str, bytes, tuple[bytes, ...]]


@dataclass(frozen=True, slots=True)
class _Shape:
    pattern: re.Pattern[bytes]
    kind: str
    #: Which group of the pattern is the time.
    time: int


def is_plain(data: bytes) -> bool:
    """Say whether the bytes hold no backslash and no control character: what `Shapes.read` demands of an entry."""
    return len(data.translate(None, _NOT_PLAIN)) == len(data)


class Shapes:
    """The shapes learnt so far, by type of entry."""

    def __init__(self) -> None:
        self._known: dict[bytes, list[_Shape]] = {}
        self._count = 0

    def read(self, entry: bytes) -> Told | None:
        """Return what a plain entry of a known shape tells. The caller has checked that it is UTF-8 and NFC."""
        start = entry.rfind(b'"t":"') + 5
        for shape in self._known.get(entry[start : entry.find(b'"', start)], ()):
            if found := shape.pattern.fullmatch(entry):
                fields = found.groups()
                return shape.kind, fields[shape.time], fields
        return None

    def learn(self, entry: bytes, value: dict[str, Any]) -> None:
        """Remember the shape of a plain entry that was proven canonical, well-shaped and complete."""
        kind = value["t"]
        shapes = self._known.get(kind.encode(), [])
        if self._count == _MAX_SHAPES or len(shapes) == _MAX_SHAPES_OF_A_KIND or len(entry) > _LONGEST:
            return
        read = acts.read_of(kind)
        text = _pattern(value, (), read)
        if text is None:
            return
        pattern = re.compile(text.encode())
        # One group for each field, or the entry lacks one that the rules may do without: that is read slowly.
        if pattern.groups == len(read):
            self._known[kind.encode()] = [*shapes, _Shape(pattern, kind, read.index(("at",)))]
            self._count += 1


def _pattern(value: Any, path: acts.Path, read: tuple[acts.Path, ...]) -> str | None:
    """Return the expression for all values of this shape, None if it is nested too deeply."""
    if len(path) > _DEEPEST:
        return None
    if isinstance(value, dict):
        return _sequence("{", [(f"{_exactly(name)}:", (*path, name), value[name]) for name in sorted(value)], "}", read)
    if isinstance(value, list):
        return _sequence("[", [("", (*path, ""), item) for item in value], "]", read)
    return f"({_scalar(value, path)})" if path in read else f"(?:{_scalar(value, path)})"


def _sequence(
    opening: str, items: list[tuple[str, acts.Path, Any]], closing: str, read: tuple[acts.Path, ...]
) -> str | None:
    parts = []
    for prefix, path, item in items:
        part = _pattern(item, path, read)
        if part is None:
            return None
        parts.append(prefix + part)
    return f"\\{opening}{','.join(parts)}\\{closing}"


def _scalar(value: Any, path: acts.Path) -> str:
    if path == ("at",):
        return TIME
    # These two decide which rules apply: an entry with another value has another shape.
    if path in {("t",), ("v",)}:
        return _exactly(value)
    match value:
        case None:
            return "null"
        case bool():
            return "true|false"
        case int():
            return _INTEGER
        case _:
            return _STRING


def _exactly(value: Any) -> str:
    return re.escape(json.dumps(value, ensure_ascii=False))
