"""Fast reading of entries that look like earlier ones: the shape of a proven entry becomes one regular expression.

A text that matches has the same keys in the same order as an entry that was proven canonical, and each number and
string in it is spelt canonically: so it is canonical too, without being parsed. All else is read the slow way.
"""

import json
import re
from dataclasses import dataclass
from typing import Any

#: The fields that rules and times are made of; all others are only matched.
TEXTS = frozenset({"at", "digest", "chan", "act"})
NUMBERS = frozenset({"rel", "ed"})
#: These decide which rules apply: an entry with another value has another shape.
_LITERAL = frozenset({".t", ".v", ".data.document"})
#: A log has some thirty shapes; a hostile one with more is read the slow way.
_MAX_SHAPES = 128
_MAX_SHAPES_OF_A_KIND = 12
_LONGEST = 4_000
#: Objects within objects: a hostile entry could otherwise nest deeper than the interpreter's stack.
_DEEPEST = 8
#: Texts with escapes or control characters never come here, so a string ends at the next quotation mark.
_STRING = '[^"]*'
_NOT_PLAIN = bytes([*range(0x20), ord("\\")])
_INTEGER = r"0|-?[1-9][0-9]{0,14}"


@dataclass(frozen=True, slots=True)
class _Shape:
    pattern: re.Pattern[str]
    names: tuple[str, ...]
    numbers: tuple[str, ...]
    fixed: dict[str, Any]


def is_plain(data: bytes) -> bool:
    """Say whether the bytes hold no backslash and no control character: what `Shapes.read` demands of a text."""
    return len(data.translate(None, _NOT_PLAIN)) == len(data)


class Shapes:
    """The shapes learnt so far, by type of entry."""

    def __init__(self) -> None:
        self._known: dict[str, list[_Shape]] = {}
        self._count = 0

    def read(self, text: str) -> dict[str, Any] | None:
        """Return the fields that rules look at if the plain text has a known shape. The time's form is not checked."""
        start = text.rfind('"t":"') + 5
        for shape in self._known.get(text[start : text.find('"', start)], ()):
            if found := shape.pattern.fullmatch(text):
                entry = shape.fixed | dict(zip(shape.names, found.groups(), strict=True))
                for name in shape.numbers:
                    entry[name] = int(entry[name])
                return entry
        return None

    def learn(self, text: str, entry: dict[str, Any]) -> None:
        """Remember the shape of an entry that was proven canonical and well-shaped."""
        shapes = self._known.get(entry["t"], [])
        if self._count == _MAX_SHAPES or len(shapes) == _MAX_SHAPES_OF_A_KIND or len(text) > _LONGEST:
            return
        data = entry.get("data", {})
        fixed = {"v": entry["v"], "t": entry["t"]}
        if "data" in entry:
            fixed["data"] = {name: data[name] for name in ("document", "authoritative") if name in data}
        pattern = _pattern(entry, "")
        if pattern is None:
            return
        names = tuple(name for name in sorted(entry) if name in TEXTS | NUMBERS)
        numbers = tuple(name for name in names if name in NUMBERS)
        self._known[entry["t"]] = [*shapes, _Shape(re.compile(pattern), names, numbers, fixed)]
        self._count += 1


def _pattern(value: Any, path: str) -> str | None:
    """Return the expression for all values of this shape, None if its shape is not learnt (lists, depths)."""
    if path.count(".") > _DEEPEST:
        return None
    if isinstance(value, dict):
        inner = [(name, _pattern(value[name], f"{path}.{name}")) for name in sorted(value)]
        parts = [f"{_exactly(name)}:{part}" for name, part in inner if part is not None]
        return "\\{" + ",".join(parts) + "\\}" if len(parts) == len(inner) else None
    group = "" if path.removeprefix(".") in TEXTS | NUMBERS else "?:"
    match value:
        case _ if value is None or isinstance(value, bool) or path in _LITERAL:
            return _exactly(value)
        case int():
            return f"({group}{_INTEGER})"
        case str():
            return f'"({group}{_STRING})"'
    return None


def _exactly(value: Any) -> str:
    return re.escape(json.dumps(value, ensure_ascii=False))
