"""Which reader a file goes to: by its ending and by its first bytes, which must agree. Reads nothing else of it."""

from enum import StrEnum
from pathlib import PurePath

from hub.intake import errors


class Format(StrEnum):
    """The formats that have a reader, each a module of this name."""

    DOCX = "docx"
    HTML = "html"
    MARKDOWN = "markdown"
    PLAIN = "plain"
    PASTE = "paste"  #: HTML from a clipboard: has no file and no ending
    CELLS = "cells"  #: a spreadsheet: rows, never a document
    INSIDE = "inside"  #: a file beside a document: what is in it, never its text as a document
    CLEANING = "cleaning"  #: the same, its makers taken out


ENDINGS = {
    ".docx": Format.DOCX,
    ".html": Format.HTML,
    ".htm": Format.HTML,
    ".md": Format.MARKDOWN,
    ".markdown": Format.MARKDOWN,
    ".txt": Format.PLAIN,
}
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
#: PDF, RTF and pictures under a text's name.
_OTHERS = (b"%PDF-", b"{\\rtf", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"Rar!", b"7z\xbc\xaf")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_HEAD = 4096
_REASONS = {
    ".doc": "不支持旧版Word（.doc）格式。请用Word或WPS打开后另存为.docx格式再上传。",
    ".wps": "不支持WPS文字（.wps）格式。请用WPS打开后另存为.docx格式再上传。",
    ".ofd": "不支持从OFD版式文件提取正文。请上传定稿的.docx文件；OFD文件可作为附件上传。",
    ".pdf": "不支持从PDF版式文件提取正文。请上传定稿的.docx文件；PDF文件可作为附件上传。",
    ".docm": "不支持带宏的文档（.docm）。请在Word中另存为不带宏的.docx格式再上传。",
}


def sniff(filename: str, data: bytes) -> Format:
    """Name the file's format. Raises IntakeError: `unsupported`, `locked` or `mismatch`."""
    ending = PurePath(filename).suffix.lower()
    form = ENDINGS.get(ending)
    if form is None:
        raise errors.IntakeError(errors.Code.UNSUPPORTED, _REASONS.get(ending, ""))
    if data.startswith(_OLE):
        # An encrypted .docx is an OLE container too.
        raise errors.IntakeError(errors.Code.LOCKED)
    if (form is Format.DOCX) != data.startswith(_ZIP) or data.startswith(_OTHERS):
        raise errors.IntakeError(errors.Code.MISMATCH)
    if form is not Format.DOCX and b"\0" in data[:_HEAD] and not data.startswith(_UTF16):
        raise errors.IntakeError(errors.Code.MISMATCH)
    return form
