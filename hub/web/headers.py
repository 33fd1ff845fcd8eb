"""Security headers of every answer, the same from nginx, and no banner that tells what runs here."""

from aiohttp import web

#: Pages hold no script and load nothing from elsewhere. `connect-src` is for those who examine the site from within a
#: page, as Lighthouse does with robots.txt.
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
#: Whoever says this has said all of them: prepared answers are not looked through again.
_LAST = "Cross-Origin-Opener-Policy"


async def add(_request: web.Request, response: web.StreamResponse) -> None:
    """Signal handler for `Application.on_response_prepare`; what a handler has set itself stays."""
    said = response.headers
    if _LAST not in said:
        for name, value in HEADERS.items():
            said.setdefault(name, value)
    said.popall("Server", None)
