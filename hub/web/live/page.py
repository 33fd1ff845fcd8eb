"""From values to a live page: its own `<main>`, in the frame that the website channel prepared. All is escaped."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jinja2
from aiohttp import web

from hub.web import frame
from hub.web.keys import SITE
from schemas.words import WORDS

_TEMPLATES = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)
_TEMPLATES.filters["word"] = WORDS.__getitem__
#: Nobody keeps what was worked out for one question, unless its handler knows how long it holds.
FRESH = {"Cache-Control": "no-store"}


def show(
    request: web.Request,
    template: str,
    title: str,
    *,
    status: int = 200,
    headers: Mapping[str, str] = FRESH,
    **fields: Any,
) -> web.Response:
    """Answer with the page that the template (`search.html`) makes of the fields."""
    main = _TEMPLATES.get_template(template).render(title=title, **fields)
    body = frame.page(request.app[SITE], title, main)
    return web.Response(status=status, body=body, headers={"Content-Type": "text/html; charset=utf-8", **headers})
