"""The text of a PDF's page, by the fonts' own tables of what each code means (ToUnicode, ISO 32000-1 9.10)."""

from collections.abc import Iterator
from typing import Any

from hub.intake.inside.pdf_objects import Name, Objects, Reference, values

_WIDE = {b"UniGB-UCS2-H": "utf-16-be", b"UniGB-UTF16-H": "utf-16-be", b"GBK-EUC-H": "gb18030", b"GBKp-EUC-H": "gb18030"}
_CODES = 70_000
_PARENTS = 12


class Font:
    """What the codes of one font mean."""

    def __init__(self, size: int, meanings: dict[int, str], encoding: str) -> None:
        self._size, self._meanings, self._encoding = size, meanings, encoding

    def read(self, codes: bytes) -> str:
        if not self._meanings:
            return codes.decode(self._encoding, errors="ignore") if self._encoding else ""
        size = self._size
        return "".join(
            self._meanings.get(int.from_bytes(codes[at : at + size], "big"), "") for at in range(0, len(codes), size)
        )


class Fonts:
    """Each font is worked out once, by its object's number."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects
        self._known: dict[int, Font] = {}

    def font(self, value: Any) -> Font:
        if not isinstance(value, Reference):
            return self._read(value)
        if value.number not in self._known:
            self._known[value.number] = self._read(self._objects.get(value))
        return self._known[value.number]

    def _read(self, font: Any) -> Font:
        if not isinstance(font, dict):
            return Font(1, {}, "latin-1")
        is_wide = self._objects.get(font.get(b"Subtype")) == b"Type0"
        encoding = self._objects.get(font.get(b"Encoding"))
        plain = _WIDE.get(encoding, "") if is_wide and isinstance(encoding, bytes) else "" if is_wide else "latin-1"
        size, meanings = _meanings(self._objects.body(font.get(b"ToUnicode")))
        return Font(size or (2 if is_wide else 1), meanings, plain)


def _meanings(table: bytes) -> tuple[int, dict[int, str]]:
    """Read a CMap: how many bytes a code has, and what each means."""
    held: list[Any] = []
    size, meanings = 0, dict[int, str]()
    for value in values(table):
        if not isinstance(value, str):
            held.append(value)
            continue
        if value == "endcodespacerange" and held and isinstance(held[-1], bytes):
            size = len(held[-1])
        elif value == "endbfchar":
            for code, meant in zip(held[::2], held[1::2], strict=False):
                _range(meanings, code, code, meant)
        elif value == "endbfrange":
            for first, last, meant in zip(held[::3], held[1::3], held[2::3], strict=False):
                _range(meanings, first, last, meant)
        held = []
    return size, meanings


def _range(meanings: dict[int, str], first: Any, last: Any, meant: Any) -> None:
    if not isinstance(first, bytes) or not isinstance(last, bytes):
        return
    start, end = int.from_bytes(first, "big"), int.from_bytes(last, "big")
    for step, code in enumerate(range(start, min(end, start + _CODES) + 1)):
        if isinstance(meant, list):
            if step < len(meant) and isinstance(meant[step], bytes):
                meanings[code] = _letters(meant[step])
        elif isinstance(meant, bytes) and meant:
            raised = int.from_bytes(meant, "big") + step
            meanings[code] = _letters(raised.to_bytes(len(meant) + 1, "big")[-len(meant) :])


def _letters(meant: bytes) -> str:
    return meant.decode("utf-16-be", errors="ignore")


def lines(objects: Objects, fonts: Fonts, page: dict[bytes, Any]) -> Iterator[str]:
    """Yield the page's lines as they are drawn; forms drawn on it are no part of it."""
    contents = objects.get(page.get(b"Contents"))
    parts = contents if isinstance(contents, list) else [page.get(b"Contents")]
    body = b"\n".join(objects.body(part) for part in parts)
    known = _fonts(objects, page)
    line, height, held = "", None, list[Any]()
    font = Font(1, {}, "latin-1")
    for value in values(body):
        if not isinstance(value, str):
            held.append(value)
            continue
        if value == "Tf" and len(held) > 1 and isinstance(held[-2], Name):
            font = fonts.font(known.get(held[-2]))
        elif value in {"Tj", "TJ", "'", '"'} and held:
            line += _drawn(font, held[-1])
        at = held[-1] if value in {"Td", "TD", "Tm"} and held and isinstance(held[-1], int | float) else None
        moves = value in {"T*", "'", '"'} or (value in {"Td", "TD"} and at not in (None, 0))
        if moves or (value == "Tm" and at is not None and at != height):
            if line.strip() and value not in {"'", '"'}:
                yield line
                line = ""
            height = at if value == "Tm" else height
        held = []
    if line.strip():
        yield line


def _drawn(font: Font, value: Any) -> str:
    if isinstance(value, list):
        return "".join(font.read(part) for part in value if isinstance(part, bytes))
    return font.read(value) if isinstance(value, bytes) else ""


def _fonts(objects: Objects, page: dict[bytes, Any]) -> dict[bytes, Any]:
    """The page's fonts by name, or those of the pages above it."""
    node: Any = page
    for _ in range(_PARENTS):
        if not isinstance(node, dict):
            break
        resources = objects.get(node.get(b"Resources"))
        known = objects.get(resources.get(b"Font")) if isinstance(resources, dict) else None
        if isinstance(known, dict):
            return known
        node = objects.get(node.get(b"Parent"))
    return {}
