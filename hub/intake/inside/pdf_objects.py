"""The objects of a PDF (ISO 32000-1), found by reading the whole file: a broken table of contents changes nothing."""

import re
import zlib
from collections.abc import Iterator
from typing import Any, NamedTuple

MAX_OBJECTS = 60_000
MAX_STREAM = 16_000_000
MAX_ALL = 96_000_000
_OBJECT = re.compile(rb"(?<![0-9])(\d{1,9})\s+\d{1,5}\s+obj\b")
_STREAM = re.compile(rb"stream\r?\n")
_TOKEN = re.compile(
    rb"\s+|%[^\r\n]*|(?P<open><<|\[)|(?P<close>>>|\])|(?P<hex><[0-9A-Fa-f\s]*>)|(?P<text>\()"
    rb"|(?P<ref>\d{1,9}\s+\d{1,5}\s+R\b)|(?P<name>/[^\s/<>\[\]()%{}]*)|(?P<word>[^\s/<>\[\]()%]+)|."
)
_ESCAPE = re.compile(rb"\\(\r\n|[0-7]{1,3}|.)", re.DOTALL)
_ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"", b"f": b"", b"\r\n": b"", b"\n": b"", b"\r": b""}
_DEPTH = 40


class Reference(NamedTuple):
    """Another object, by its number."""

    number: int


class Name(bytes):
    """A name without its stroke."""


class Stream(NamedTuple):
    """An object with bytes: its dictionary, and the bytes as they were filtered."""

    head: dict[bytes, Any]
    raw: bytes


class Objects:
    """All objects of one file; the last of a number is the one that holds."""

    def __init__(self, data: bytes) -> None:
        self._all: dict[int, Any] = {}
        self._room = MAX_ALL
        places = list(_OBJECT.finditer(data))[:MAX_OBJECTS]
        for here, after in zip(places, [*places[1:], None], strict=True):
            end = after.start() if after else len(data)
            self._all[int(here[1])] = _object(data[here.end() : end])
        for value in list(self._all.values()):
            if isinstance(value, Stream) and value.head.get(b"Type") == b"ObjStm":
                self._unpack(value)
        self.is_locked = re.search(rb"/Encrypt\s+\d+\s+\d+\s+R|/Encrypt\s*<<", data) is not None

    def values(self) -> Iterator[Any]:
        yield from self._all.values()

    def get(self, value: Any) -> Any:
        """The value, a reference followed."""
        for _ in range(_DEPTH):
            if not isinstance(value, Reference):
                break
            value = self._all.get(value.number)
        return value

    def body(self, value: Any) -> bytes:
        """The stream's bytes without their filter; b"" for another filter than Flate, or when there is no more room."""
        stream = self.get(value)
        if not isinstance(stream, Stream):
            return b""
        filters = self.get(stream.head.get(b"Filter")) or []
        filters = [filters] if isinstance(filters, Name) else [self.get(one) for one in filters]
        if not filters:
            return stream.raw
        if filters != [b"FlateDecode"]:
            return b""
        try:
            body = zlib.decompressobj().decompress(stream.raw, min(MAX_STREAM, max(self._room, 1)))
        except zlib.error:
            return b""
        self._room -= len(body)
        return body

    def _unpack(self, stream: Stream) -> None:
        body, first, count = self.body(stream), stream.head.get(b"First"), stream.head.get(b"N")
        if not isinstance(first, int) or not isinstance(count, int):
            return
        pairs = [int(one) for one in body[:first].split()[: 2 * count] if one.isdigit()]
        for number, at in zip(pairs[::2], pairs[1::2], strict=False):
            if len(self._all) < MAX_OBJECTS:
                self._all.setdefault(number, parsed(body[first + at : first + at + 200_000]))


def _object(data: bytes) -> Any:
    begin = _STREAM.search(data)
    head = parsed(data[: begin.start()] if begin else data)
    if begin is None or not isinstance(head, dict):
        return head
    length = head.get(b"Length")
    end = begin.end() + length if isinstance(length, int) else data.rfind(b"endstream")
    return Stream(head, data[begin.end() : end if end > begin.end() else None])


def parsed(data: bytes) -> Any:
    """Return the first value that the bytes write; None when they write none."""
    return next((value for value in values(data)), None)


def values(data: bytes) -> Iterator[Any]:
    """Yield values and, as `str`, operators, as a content stream has them one after the other."""
    stack: list[list[Any]] = []
    at = 0
    while at < len(data) and (token := _TOKEN.match(data, at)):
        at = token.end()
        if token["open"] and len(stack) < _DEPTH:
            stack.append([token["open"]])
            continue
        if token["close"] and stack:
            value: Any = _closed(stack.pop())
        elif token["text"]:
            value, at = _literal(data, at)
        elif (value := _simple(token)) is None:
            continue
        if stack:
            stack[-1].append(value)
        else:
            yield value


def _closed(parts: list[Any]) -> Any:
    if parts[0] == b"[":
        return parts[1:]
    return {key: value for key, value in zip(parts[1::2], parts[2::2], strict=False) if isinstance(key, Name)}


def _simple(token: re.Match[bytes]) -> Any:
    if token["hex"]:
        figures = b"".join(token["hex"][1:-1].split())
        return bytes.fromhex((figures + b"0" * (len(figures) % 2)).decode())
    if token["ref"]:
        return Reference(int(token["ref"].split()[0]))
    if token["name"]:
        return Name(re.sub(rb"#([0-9A-Fa-f]{2})", lambda one: bytes.fromhex(one[1].decode()), token["name"][1:]))
    word = token["word"]
    if not word:
        return None
    try:
        return int(word) if word.lstrip(b"+-").isdigit() else float(word)
    except ValueError:
        return word.decode("latin-1")


def _literal(data: bytes, at: int) -> tuple[bytes, int]:
    """The string that begins here, and where it ends; brackets inside it are paired."""
    depth, start = 1, at
    while at < len(data):
        letter = data[at : at + 1]
        if letter == b"\\":
            at += 1
        elif letter in (b"(", b")"):
            depth += 1 if letter == b"(" else -1
            if not depth:
                break
        at += 1
    return _ESCAPE.sub(_escaped, data[start:at]), at + 1


def _escaped(match: re.Match[bytes]) -> bytes:
    if match[1].isdigit():
        return bytes([int(match[1], 8) & 0xFF])
    return _ESCAPED.get(match[1], match[1])
