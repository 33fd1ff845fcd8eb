"""Content codings: brotli and gzip of bytes that stay the same, made once, and which of them an asker takes."""

import gzip
from collections.abc import Mapping
from functools import lru_cache

import brotli
from aiohttp import web

#: Below this, an answer fits one packet and compressing saves nothing.
LEAST = 1024
#: Prepared once and sent often, but made while the first asker waits: 20 kB take a millisecond.
_BROTLI_QUALITY = 5
_GZIP_LEVEL = 6
#: In the order in which we like to send them.
CODINGS = ("br", "gzip")
#: Written on every answer whose coding was chosen.
VARY = "Accept-Encoding"


@lru_cache(maxsize=256)
def accepted(header: str) -> str:
    """Return the coding to send (RFC 9110, 12.5.3): `br`, `gzip`, or "" for the bytes as they are."""
    wanted: dict[str, float] = {}
    for part in header.split(","):
        name, _, parameters = part.partition(";")
        wanted[name.strip().lower()] = _quality(parameters)
    for coding in CODINGS:
        if wanted.get(coding, wanted.get("*", 0.0)) > 0.0:
            return coding
    return ""


def _quality(parameters: str) -> float:
    """The `q` of one part of a header; 1 where none is given, 0 for what is no number."""
    name, equals, value = parameters.strip().partition("=")
    if not equals or name.strip().lower() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0


def pressed(body: bytes, coding: str) -> bytes:
    """Return the body in the coding. The same body always gives the same bytes."""
    if coding == "br":
        packed: bytes = brotli.compress(body, mode=brotli.MODE_TEXT, quality=_BROTLI_QUALITY)
        return packed
    return gzip.compress(body, _GZIP_LEVEL, mtime=0)


def answer(request: web.BaseRequest, body: bytes, *, status: int = 200, headers: Mapping[str, str]) -> web.Response:
    """Answer with text that was made for this request, in the coding that its asker likes. Nothing is kept.

    No page of the public site holds a secret beside what its asker wrote, so compressing tells nobody anything.
    """
    coding = accepted(request.headers.get(VARY, "")) if len(body) >= LEAST else ""
    said = {**headers, "Vary": ", ".join(filter(None, (headers.get("Vary"), VARY)))}
    if coding:
        body, said["Content-Encoding"] = pressed(body, coding), coding
    return web.Response(status=status, body=body, headers=said)
