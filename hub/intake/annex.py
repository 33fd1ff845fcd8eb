"""Which files may stand beside a document: by their first bytes and what an archive's directory names, never by trust.

Nothing is opened or unpacked: the bytes go to the public as they came, so what could act on a reader's machine stays
out.
"""

from pathlib import PurePath
from typing import NamedTuple

from hub.intake import errors
from schemas.text import one_line

MAX_NAME = 120
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MACROS = (b"vbaProject.bin", "_VBA_PROJECT".encode("utf-16-le"))
_ODD = str.maketrans({"/": "／", "\\": "＼", '"': "”"})


class _Kind(NamedTuple):
    media: str
    begins: bytes
    names: bytes = b""  #: a part that the archive must name


_OFFICE = "application/vnd.openxmlformats-officedocument"
KINDS = {
    ".pdf": _Kind("application/pdf", b"%PDF-"),
    ".ofd": _Kind("application/ofd", _ZIP, b"OFD.xml"),
    ".docx": _Kind(f"{_OFFICE}.wordprocessingml.document", _ZIP, b"word/document.xml"),
    ".xlsx": _Kind(f"{_OFFICE}.spreadsheetml.sheet", _ZIP, b"xl/workbook.xml"),
    ".pptx": _Kind(f"{_OFFICE}.presentationml.presentation", _ZIP, b"ppt/presentation.xml"),
    ".doc": _Kind("application/msword", _OLE),
    ".wps": _Kind("application/msword", _OLE),
    ".xls": _Kind("application/vnd.ms-excel", _OLE),
    ".et": _Kind("application/vnd.ms-excel", _OLE),
    ".ppt": _Kind("application/vnd.ms-powerpoint", _OLE),
    ".png": _Kind("image/png", b"\x89PNG\r\n\x1a\n"),
    ".jpg": _Kind("image/jpeg", b"\xff\xd8\xff"),
    ".jpeg": _Kind("image/jpeg", b"\xff\xd8\xff"),
    ".zip": _Kind("application/zip", _ZIP),
    ".csv": _Kind("text/csv", b""),
    ".txt": _Kind("text/plain", b""),
}


def is_one(filename: str) -> bool:
    """Whether the name is that of a kind that may be attached."""
    return PurePath(filename).suffix.lower() in KINDS


def media(filename: str, data: bytes) -> str:
    """Return what the file is. Raises IntakeError: `unsupported`, `mismatch`, `empty`."""
    ending = PurePath(filename).suffix.lower()
    kind = KINDS.get(ending)
    if kind is None:
        allowed = " ".join(KINDS)
        raise errors.IntakeError(
            errors.Code.UNSUPPORTED, f"“{one_line(filename)[:80]}”不能作为附件。可用的格式：{allowed}。"
        )
    if not data:
        raise errors.IntakeError(errors.Code.EMPTY, f"“{one_line(filename)[:80]}”是空文件。")
    is_text = not kind.begins
    if not data.startswith(kind.begins) or kind.names not in data or (is_text and b"\0" in data):
        raise errors.IntakeError(
            errors.Code.MISMATCH, f"“{one_line(filename)[:80]}”的内容与扩展名不符，请核对后重新选择。"
        )
    if any(mark in data for mark in _MACROS):
        words = f"“{one_line(filename)[:80]}”含有宏，不得作为附件公开。请另存为不带宏的格式后再上传。"
        raise errors.IntakeError(errors.Code.UNSUPPORTED, words)
    return kind.media


def named(filename: str) -> str:
    """The name under which the file is shown: one line, no path, the ending kept."""
    path = PurePath(one_line(filename).translate(_ODD))
    stem = path.stem.strip(". ") or "附件"
    return stem[: MAX_NAME - len(path.suffix)] + path.suffix


def renamed(old: str, new: str) -> str:
    """The new name with the old ending, whatever was typed."""
    ending = PurePath(old).suffix
    typed = one_line(new)
    stem = typed[: -len(ending)] if ending and typed.lower().endswith(ending.lower()) else typed
    return named((stem.strip() or "附件") + ending)
