"""A .doc, .xls, .ppt and WPS's own: no reader, so only the runs of text in it are seen, and that is said."""

import re

from hub.intake.inside.gather import Gathering
from schemas.inspection import Trace

_WIDE = re.compile(rb"(?:[\x20-\x7e]\x00|[\x00-\xff][\x4e-\x9f]|[\x00-\xff]\x30|[\x00-\xef]\xff){6,400}")
_NARROW = re.compile(rb"[\x20-\x7e]{11,200}")


def look(_ending: str, data: bytes, found: Gathering) -> None:
    found.add(Trace.UNREAD, words="旧版格式")
    for run in _WIDE.finditer(data):
        found.line(run[0].decode("utf-16-le", errors="replace"), "按字节读出")
    for run in _NARROW.finditer(data):
        found.line(run[0].decode("ascii"), "按字节读出")
    found.is_whole = False
