"""A .pdf: who made it, its remarks, scripts and files inside, and its text where there is any."""

import re
from typing import Any

from hub.intake.inside.gather import Gathering
from hub.intake.inside.pdf_objects import Objects, Stream
from hub.intake.inside.pdf_text import Fonts, lines
from schemas.inspection import Trace

_PAGES = 600
_REMARKS = {b"Text", b"FreeText", b"Highlight", b"Underline", b"StrikeOut", b"Squiggly", b"Caret", b"Ink", b"Stamp"}
XMP = re.compile(rb"<dc:creator>.{0,200}?<rdf:li[^>]*>([^<]{1,200})</rdf:li>|<pdf:Author>([^<]{1,200})<", re.DOTALL)


def look(_ending: str, data: bytes, found: Gathering) -> None:
    objects = Objects(data)
    found.can_be_cleaned = b"/Author" in data or XMP.search(data) is not None
    if objects.is_locked:
        found.add(Trace.UNREAD, words="文件设有密码或限制")
        return
    fonts = Fonts(objects)
    count = 0
    for value in objects.values():
        head = value.head if isinstance(value, Stream) else value
        if not isinstance(head, dict):
            continue
        _left(objects, head, found)
        _described(objects, value, found)
        if head.get(b"Type") == b"Page" and count < _PAGES:
            count += 1
            for line in lines(objects, fonts, head):
                found.line(line, f"第{count}页")
    if not found.has_text:
        found.add(Trace.UNREAD, words=f"共{count}页，是扫描件或图片，没有文字")


def _described(objects: Objects, value: Any, found: Gathering) -> None:
    if isinstance(value, Stream) and value.head.get(b"Type") == b"Metadata":
        for name in XMP.finditer(objects.body(value)):
            found.author("作者", (name[1] or name[2]).decode("utf-8", errors="replace"))


def _left(objects: Objects, head: dict[bytes, Any], found: Gathering) -> None:
    if b"Author" in head and (b"Producer" in head or b"Creator" in head or b"CreationDate" in head or b"Title" in head):
        found.author("作者", _string(objects.get(head[b"Author"])))
    if b"JS" in head or head.get(b"S") in (b"JavaScript", b"Launch"):
        found.add(Trace.MACROS, words="脚本" if b"JS" in head else "启动程序")
    if b"EF" in head:
        found.add(Trace.EMBEDDED, words=_string(objects.get(head.get(b"UF", head.get(b"F", b"")))))
    if head.get(b"Subtype") in _REMARKS and b"Rect" in head:
        words, by = _string(objects.get(head.get(b"Contents", b""))), _string(objects.get(head.get(b"T", b"")))
        if words or by:
            found.add(Trace.COMMENTS, where=by, words=words)
    address = objects.get(head.get(b"URI"))
    if isinstance(address, bytes) and address.lower().startswith((b"file:", b"\\\\")):
        found.add(Trace.OUTSIDE, words=_string(address))


def _string(value: Any) -> str:
    if not isinstance(value, bytes):
        return ""
    if value.startswith(b"\xfe\xff"):
        return value[2:].decode("utf-16-be", errors="replace")
    for encoding in ("utf-8", "gb18030"):
        try:
            return value.decode(encoding)
        except UnicodeDecodeError:
            continue
    return value.decode("latin-1")
