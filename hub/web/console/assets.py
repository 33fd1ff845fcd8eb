"""Styles and scripts, served by us under names that carry their digest; htmx as its package was installed.

A missing package is no error: every act works without scripts, only less comfortably.
"""

import hashlib
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from aiohttp import web

HERE = Path(__file__).parent / "static"
#: Our scripts, each a module of its own, in the order in which they are loaded; htmx stands first.
SCRIPTS = ("htmx.js", "sse.js", *sorted(path.name for path in HERE.glob("*.js")))
PACKAGE = "django-htmx"
PACKED = {
    "htmx.js": "django_htmx/static/django_htmx/htmx-2.min.js",
    "sse.js": "django_htmx/static/django_htmx/ext/hx-sse-2.min.js",
}
MEDIA = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
#: A name never stands for other bytes.
KEEP = {"Cache-Control": "private, max-age=31536000, immutable", "Cross-Origin-Resource-Policy": "same-origin"}


def _packed(path: str) -> bytes:
    try:
        return Path(str(distribution(PACKAGE).locate_file(path))).read_bytes()
    except (PackageNotFoundError, OSError):
        return b""


def _load() -> dict[str, bytes]:
    # One style sheet: the frame's, then each room's own.
    styles = sorted(HERE.glob("*.css"), key=lambda path: (path.name != "frame.css", path.name))
    loaded = {"console.css": b"\n".join(path.read_bytes() for path in styles)}
    loaded |= {path.name: path.read_bytes() for path in HERE.glob("*.js")}
    loaded |= {path.name: path.read_bytes() for path in HERE.glob("*.svg")}
    return loaded | {name: _packed(path) for name, path in PACKED.items()}


_BYTES = _load()


def path(name: str) -> str:
    """The address of an asset. Raises KeyError when there is none of this name."""
    stem, _, ending = name.rpartition(".")
    return f"/assets/{stem}-{hashlib.sha256(_BYTES[name]).hexdigest()[:10]}.{ending}"


_BY_PATH = {path(name): (name, data) for name, data in _BYTES.items()}


async def serve(request: web.Request) -> web.Response:
    """Answer with an asset. Open to everybody: there is nothing in them that is not in our repository."""
    found = _BY_PATH.get(request.path)
    if found is None:
        raise web.HTTPNotFound
    name, data = found
    return web.Response(body=data, content_type=MEDIA["." + name.rpartition(".")[2]], headers=KEEP)
