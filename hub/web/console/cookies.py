"""The console's cookies. None is readable by a script, none leaves for another site."""

from collections.abc import Mapping
from urllib.parse import quote, unquote

from aiohttp import web

#: The session's token. With TLS the `__Host-` prefix keeps other hosts and paths from setting it.
SESSION = "gongbu"
#: What the page before had to say, shown once.
SAID = "gongbu-said"
#: Between password and second factor.
TICKET = "gongbu-ticket"
#: While the person is at the bureau's identity provider.
ERRAND = "gongbu-errand"
#: Those that rooms read.
READ = (SESSION, TICKET, ERRAND)
MAX_SAID = 300
SAID_SECONDS = 60


def name(base: str, *, is_tls: bool) -> str:
    return f"__Host-{base}" if is_tls else base


def read(request: web.Request, base: str, *, is_tls: bool) -> str:
    return request.cookies.get(name(base, is_tls=is_tls), "")


def said(request: web.Request, *, is_tls: bool) -> str:
    return unquote(read(request, SAID, is_tls=is_tls))[:MAX_SAID]


def put(response: web.StreamResponse, cookies: Mapping[str, str | None], *, is_tls: bool) -> None:
    """Set each cookie until the browser closes, or forget it where the value is None."""
    for base, value in cookies.items():
        if value is None:
            response.del_cookie(name(base, is_tls=is_tls), path="/", secure=is_tls, httponly=True, samesite="Lax")
            continue
        age = SAID_SECONDS if base == SAID else None
        response.set_cookie(
            name(base, is_tls=is_tls), value, path="/", secure=is_tls, httponly=True, samesite="Lax", max_age=age
        )


def saying(words: str) -> str:
    """The words as a cookie's value."""
    return quote(words[:MAX_SAID], safe="")
