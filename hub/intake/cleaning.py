"""Takes out of a file who made it and where, and nothing else. Runs in the bounded child alone.

Tracked changes, comments and hidden text stay: whether they are settled a person decides.
"""

import io
import re
import zipfile

from PIL import Image, PngImagePlugin
from PIL.ExifTags import Base

from hub.intake import archive, errors
from hub.intake.inside.pdf import XMP

_OWNER = rb"(?:dc:creator|cp:lastModifiedBy|Company|Manager)"
_EMPTY = re.compile(rb"(<" + _OWNER + rb"(?: [^>]*)?>)[^<]*(</" + _OWNER + rb">)")
_VALUE = re.compile(rb"(<vt:(?:lpwstr|lpstr|bstr)>)[^<]*(</vt:)")
_OWNED = ("docProps/core.xml", "docProps/app.xml")
_CUSTOM = "docProps/custom.xml"
_AUTHOR = re.compile(rb"(/Author\s*)(\((?:\\.|[^()\\])*\)|<[0-9A-Fa-f\s]*>)", re.DOTALL)


def clean(ending: str, data: bytes) -> bytes:
    """Return the file without its makers. Raises IntakeError (`unsupported`) for a kind that cannot be cleaned."""
    match ending:
        case ".docx" | ".xlsx" | ".pptx":
            return _office(data)
        case ".jpg" | ".jpeg" | ".png":
            return _picture(data)
        case ".pdf":
            return _pdf(data)
        case _:
            raise errors.IntakeError(errors.Code.UNSUPPORTED, "这种格式不能自动清理，请用原来的软件另存后重新上传。")


def _office(data: bytes) -> bytes:
    archive.check(data, needed=frozenset({"[Content_Types].xml"}))
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            part = source.read(entry)
            if entry.filename in _OWNED:
                part = _EMPTY.sub(rb"\1\2", part)
            elif entry.filename == _CUSTOM:
                part = _VALUE.sub(rb"\1\2", part)
            elif "/media/" in entry.filename and entry.filename.lower().endswith((".jpg", ".jpeg", ".png")):
                part = _if_picture(part)
            kept = zipfile.ZipInfo(entry.filename, (1980, 1, 1, 0, 0, 0))
            kept.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(kept, part)
    return written.getvalue()


def _if_picture(data: bytes) -> bytes:
    try:
        return _picture(data)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return data


def _picture(data: bytes) -> bytes:
    """Write the same pixels, the way up and the colours kept; a JPEG keeps its own tables, so it loses hardly any."""
    with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as source:
        kept = Image.Exif()
        if upright := source.getexif().get(Base.Orientation):
            kept[Base.Orientation] = upright
        colours = source.info.get("icc_profile")
        written = io.BytesIO()
        if source.format == "JPEG":
            source.info.pop("comment", None)
            source.save(written, "JPEG", quality="keep", exif=kept, icc_profile=colours)
        else:
            source.save(written, "PNG", exif=kept, icc_profile=colours, pnginfo=PngImagePlugin.PngInfo())
    return written.getvalue()


def _pdf(data: bytes) -> bytes:
    """Write blanks over the names: every other byte stays where it is, and so do the places that the file counts by."""
    cleaned = _AUTHOR.sub(_blank, data)
    for name in list(XMP.finditer(cleaned)):
        start, end = name.span(1) if name[1] else name.span(2)
        cleaned = cleaned[:start] + b" " * (end - start) + cleaned[end:]
    return cleaned


def _blank(author: re.Match[bytes]) -> bytes:
    value = author[2]
    filling = b" " if value.startswith(b"(") else b"20"
    size = len(value) - 2
    inner = (filling * size)[: size - size % len(filling)] + b" " * (size % len(filling))
    return author[1] + value[:1] + inner + value[-1:]
