"""From values to a live page: its own `<main>`, in the frame that the website channel prepared. All is escaped."""

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import jinja2
from aiohttp import web

from hub.web import coding, frame
from hub.web.keys import SITE, URL
from schemas import addresses, filled
from schemas.card import Card
from schemas.entry import BEIJING, stamp
from schemas.review import Level
from schemas.words import WORDS

_TEMPLATES = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)
_TEMPLATES.filters.update(
    word=WORDS.__getitem__,
    ending=lambda card: _ending(card, datetime.now(BEIJING).date()),
    level=lambda value: WORDS.get(Level(value), value),
    stamp=stamp,
    day=lambda on: f"{on.year}年{on.month}月{on.day}日",
    policy=lambda release: addresses.path(release, "policy"),
    moment=lambda at: _day(at) + f"{at.astimezone(BEIJING):%H:%M:%S}.{at.microsecond // 1000:03}",
    second=lambda at: _day(at) + f"{at.astimezone(BEIJING):%H:%M:%S}",
)
#: Nobody keeps what was worked out for one question, unless its handler knows how long it holds.
FRESH = {"Cache-Control": "no-store"}


def _day(at: datetime) -> str:
    """`2026年11月26日 `, in Beijing."""
    there = at.astimezone(BEIJING)
    return f"{there.year}年{there.month}月{there.day}日 "


def _ending(card: Card, today: date) -> tuple[str, bool, str] | None:
    """Whether what the document announces still lasts: its mark, whether it does, and until when."""
    last = filled.last_day(card.kind, card.particulars)
    if card.number or last is None:
        return None
    return filled.mark(card.kind, is_over=today > last), today <= last, f"至{filled.read(last)}"


def show(
    request: web.Request,
    template: str,
    title: str,
    *,
    status: int = 200,
    headers: Mapping[str, str] = FRESH,
    canonical: str = "",
    **fields: Any,
) -> web.Response:
    """Answer with the page that the template (`search.html`) makes of the fields.

    `canonical` is the path (`/register`) under which searchers may name the page. Without one it says noindex, as
    what was worked out for one person's question should.
    """
    main = _TEMPLATES.get_template(template).render(title=title, **fields)
    body = frame.page(request.app[SITE], title, main, canonical=canonical and request.app[URL] + canonical)
    return coding.answer(request, body, status=status, headers={"Content-Type": "text/html; charset=utf-8", **headers})
