"""Bytes of a text file to characters.

What Chinese offices save. Never guesses beyond UTF-8, UTF-16 with its mark, and GB 18030.
"""

import codecs

from hub.intake import errors

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


def decode(data: bytes) -> str:
    """Return the text with plain line ends. Raises IntakeError (`encoding`) when no encoding reads all of it."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _lines(_strict(data[len(mark) :], encoding))
    if b"\0" in data:
        raise errors.IntakeError(errors.Code.ENCODING)
    try:
        return _lines(data.decode("utf-8"))
    except UnicodeDecodeError:
        return _lines(_strict(data, "gb18030"))


def _strict(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise errors.IntakeError(errors.Code.ENCODING) from None


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0c", "\n")
