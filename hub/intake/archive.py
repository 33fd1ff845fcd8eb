"""Looks at a .docx or .xlsx as a ZIP before anyone unpacks it.

A bomb is refused by what its directory says, and XML by what it declares.
"""

import io
import re
import zipfile
import zlib

from hub.intake import errors

MAX_ENTRIES = 2_000
MAX_UNPACKED = 50_000_000
MAX_XML = 16_000_000
MAX_RATIO = 100
#: Small parts compress well and harm nobody; the ratio counts from here.
_RATIO_FROM = 1_000_000
_XML_ENDINGS = (".xml", ".rels")
#: What makes it what it says it is.
DOCUMENT = frozenset({"[Content_Types].xml", "word/document.xml"})
WORKBOOK = frozenset({"[Content_Types].xml", "xl/workbook.xml"})
_DECLARATION = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)", re.IGNORECASE)


def check(data: bytes, *, needed: frozenset[str] = DOCUMENT) -> None:
    """Raise IntakeError when the archive is broken, lacks what is needed, or is larger inside than it may be.

    `ZipInfo.file_size` may lie, but `zipfile` never reads past it and then misses the checksum, so the bound holds.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_directory(archive.infolist(), needed)
            for entry in archive.infolist():
                if entry.filename.lower().endswith(_XML_ENDINGS):
                    _check_xml(archive.read(entry))
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, ValueError) as error:
        raise errors.IntakeError(errors.Code.BROKEN) from error
    except RuntimeError as error:  # an encrypted entry
        raise errors.IntakeError(errors.Code.LOCKED) from error


def _check_directory(entries: list[zipfile.ZipInfo], needed: frozenset[str]) -> None:
    names = {entry.filename for entry in entries}
    if len(names) != len(entries) or not names >= needed:
        raise errors.IntakeError(errors.Code.BROKEN)
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise errors.IntakeError(errors.Code.TOO_LARGE)
    for entry in entries:
        is_xml = entry.filename.lower().endswith(_XML_ENDINGS)
        packed_tight = entry.file_size > _RATIO_FROM and entry.file_size > MAX_RATIO * entry.compress_size
        if packed_tight or (is_xml and entry.file_size > MAX_XML):
            raise errors.IntakeError(errors.Code.TOO_LARGE)


def _check_xml(part: bytes) -> None:
    """Office writes UTF-8 without a document type.

    Entities (billion laughs, files) need one, so it is refused unread.
    """
    declared = _DECLARATION.match(part.removeprefix(b"\xef\xbb\xbf"))
    if b"<!DOCTYPE" in part or b"<!ENTITY" in part or b"\0" in part or (declared and declared[1].upper() != b"UTF-8"):
        raise errors.IntakeError(errors.Code.BROKEN)
