"""Conditional and partial requests, judged as RFC 9110 says (sections 13.2.2 and 14). Pure but for reading headers."""

import re
from email.utils import parsedate_to_datetime
from typing import NamedTuple

from multidict import CIMultiDictProxy

_TAG = re.compile(r'(W/)?"([^"]*)"')
_RANGE = re.compile(r"bytes=\s*([0-9]{0,18})\s*-\s*([0-9]{0,18})\s*")

Headers = CIMultiDictProxy[str]


class Span(NamedTuple):
    """Which bytes are sent: from `start` up to, but not with, `stop`."""

    start: int
    stop: int


class UnsatisfiableError(Exception):
    """The bytes that are asked for are none of this file's."""


def judged(headers: Headers, etag: str, modified: float) -> int:
    """Return 200 to send the file, 304 where the asker has it, 412 where it is not what the asker counts on.

    `etag` is what stands between the quotes, `modified` seconds since 1970.
    """
    if "If-Match" in headers:
        if not _names(headers["If-Match"], etag, strong=True):
            return 412
    elif "If-Unmodified-Since" in headers:
        until = _date(headers["If-Unmodified-Since"])
        if until is not None and int(modified) > until:
            return 412
    if "If-None-Match" in headers:
        return 304 if _names(headers["If-None-Match"], etag, strong=False) else 200
    if "If-Modified-Since" in headers:
        since = _date(headers["If-Modified-Since"])
        return 304 if since is not None and int(modified) <= since else 200
    return 200


def span(headers: Headers, etag: str, modified: float, size: int) -> Span | None:
    """Return the one range that is asked for, None where the whole is sent: several ranges are answered with it too.

    Raises UnsatisfiableError for a range that begins behind the end, or is none.
    """
    asked = headers.get("Range")
    if asked is None or not asked.startswith("bytes=") or "," in asked or not _is_same(headers, etag, modified):
        return None
    found = _RANGE.fullmatch(asked)
    if found is None or not (found[1] or found[2]):
        raise UnsatisfiableError
    if not found[1]:  # the last so many bytes
        start, stop = max(0, size - int(found[2])), size
    else:
        start, stop = int(found[1]), min(size, int(found[2]) + 1) if found[2] else size
    if start >= stop:
        raise UnsatisfiableError
    return Span(start, stop)


def _is_same(headers: Headers, etag: str, modified: float) -> bool:
    """Whether what the asker has a part of is still this file; a weak tag says nothing about bytes."""
    condition = headers.get("If-Range")
    if condition is None:
        return True
    if '"' in condition:
        return _names(condition, etag, strong=True)
    return _date(condition) == int(modified)


def _names(header: str, etag: str, *, strong: bool) -> bool:
    if header.strip() == "*":
        return True
    return any(tag[2] == etag and not (strong and tag[1]) for tag in _TAG.finditer(header))


def _date(header: str | None) -> int | None:
    """Seconds since 1970; None for what is no date, which is passed over."""
    try:
        return int(parsedate_to_datetime(header).timestamp()) if header else None
    except (ValueError, OverflowError):
        return None
