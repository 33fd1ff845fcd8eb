"""A rendered page made fit to stand in a sandboxed frame: its styles and pictures are put into it, nothing else.

Pure. The frame has no origin of ours; whatever it asked for would come without the session, so it asks for nothing.
"""

import base64
import re
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from lxml import etree  # type: ignore[import-untyped]
from pydantic_core import from_json

from schemas.parcel import RenderedFile

#: All pictures of one page together; what is more is shown by its alternative text.
MAX_PICTURES = 20_000_000
#: Text that is no document of its own is shown on plain paper.
PLAIN = (
    "body{margin:16px;font:17px/1.7 system-ui,'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif;"
    "color:#1b1f27;background:#fff;overflow-wrap:break-word}img{max-width:100%;height:auto}"
    "table{border-collapse:collapse}td,th{border:1px solid #b9c2cc;padding:4px 8px}"
)
#: Without leave to open windows, a link that wants one leads nowhere: the frame stays what it shows.
NOWHERE = '<base target="_blank">'

_SHEET = re.compile(r'<link\b[^<>]*\brel="stylesheet"[^<>]*>', re.IGNORECASE)
_HREF = re.compile(r'\bhref="([^"]*)"', re.IGNORECASE)
_PICTURE = re.compile(r'(<img\b[^<>]*?\bsrc=")([^"]*)(")', re.IGNORECASE)
_HEAD = re.compile(r"<head\b[^<>]*>", re.IGNORECASE)
_WHOLE = re.compile(r"\s*(?:<!doctype|<html)\b", re.IGNORECASE)


def page(text: str, *, scenery: Sequence[RenderedFile], pictures: Mapping[str, tuple[str, bytes]]) -> bytes:
    """Return the page or fragment as a whole document. `pictures` is address → media type and bytes."""
    sheets = {one.name: one.body.decode() for one in scenery if one.media == "text/css"}
    whole = text if _WHOLE.match(text) else _wrapped(text)
    whole = _SHEET.sub(lambda link: _sheet(link[0], sheets), whole)
    whole = _Pictures(pictures).put_into(whole)
    return _HEAD.sub(lambda head: head[0] + NOWHERE, whole, count=1).encode()


def part(file: RenderedFile, pointer: str) -> str:
    """Return the text to which the pointer leads: JSON Pointer (RFC 6901), or element names from the root of XML.

    An empty pointer is the whole file. Raises KeyError when there is no text.
    """
    steps = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]
    if not steps:
        return file.body.decode()
    found = _in_xml(file.body, steps) if "xml" in file.media else _in_json(from_json(file.body), steps)
    if not isinstance(found, str):
        raise KeyError(pointer)
    return found


def fields(file: RenderedFile) -> dict[str, str]:
    """The texts of an XML file's outermost elements by their local names, each name's first; empty for other files."""
    if "xml" not in file.media:
        return {}
    found: dict[str, str] = {}
    for element in _root(file.body):
        if isinstance(element.tag, str):
            found.setdefault(etree.QName(element).localname, "".join(element.itertext()).strip())
    return found


def _wrapped(fragment: str) -> str:
    head = f'<meta charset="utf-8"><title>{escape("预览")}</title><style>{PLAIN}</style>'
    view = '<meta name="viewport" content="width=device-width, initial-scale=1">'
    return f'<!DOCTYPE html><html lang="zh-CN"><head>{head}{view}</head><body>{fragment}</body></html>'


def _sheet(link: str, sheets: Mapping[str, str]) -> str:
    address = _HREF.search(link)
    found = sheets.get(address[1]) if address else None
    # A style sheet holds no `</style`: ours do not, and what is not ours is not in the scenery.
    return f"<style>{found}</style>" if found is not None else ""


class _Pictures:
    """Puts pictures into a page until there are too many."""

    def __init__(self, known: Mapping[str, tuple[str, bytes]]) -> None:
        self._known, self._room = known, MAX_PICTURES

    def put_into(self, text: str) -> str:
        return _PICTURE.sub(self._put, text)

    def _put(self, found: re.Match[str]) -> str:
        media, data = self._known.get(found[2], ("", b""))
        self._room -= len(data)
        if not data or self._room < 0:
            return found[0]
        return f"{found[1]}data:{media};base64,{base64.b64encode(data).decode()}{found[3]}"


def _in_json(value: Any, steps: Sequence[str]) -> Any:
    for step in steps:
        if isinstance(value, list):
            value = value[int(step)] if step.isdecimal() and int(step) < len(value) else None
        else:
            value = value.get(step) if isinstance(value, dict) else None
    return value


def _in_xml(data: bytes, steps: Sequence[str]) -> str | None:
    element = _root(data)
    for step in steps:
        element = next((one for one in element if isinstance(one.tag, str) and _is(one, step)), None)
        if element is None:
            return None
    return "".join(element.itertext())


def _is(element: Any, name: str) -> bool:
    return bool(etree.QName(element).localname == name)


def _root(data: bytes) -> Any:
    # Our own channels wrote it; all the same it is read as if strangers had.
    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False))
