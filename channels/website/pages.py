"""From views to bytes: the only place that touches templates. Pure after import: same input, same bytes."""

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup, escape

from channels.contract import Site
from channels.website import links, tags, view
from channels.website.words import WORDS
from schemas import columns, feeds, footer
from schemas.delivery import Action
from schemas.parcel import Parcel
from schemas.release import Document

HERE = Path(__file__).parent
STYLE = (HERE / "static" / "site.css").read_bytes()
#: The name carries the content's digest, so browsers may keep it for ever and a page never meets another style.
STYLE_PATH = f"/assets/site-{hashlib.sha256(STYLE).hexdigest()[:8]}.css"
#: The page for what is not there; a web server in front is pointed at it, and the hub puts its own messages into it.
MISSING_PATH = "/404.html"

#: A title breaks between words (GB/T 9704-2012, 7.3.1 词意完整): these stay whole, the browser balances the rest.
WHOLE = re.compile(
    r"\d+年度?(?:\d+月(?:\d+日)?)?|第[\d一二三四五六七八九十]+[号批次条]|关于|印发|进一步"
    r"|\([已撤][^()]{1,3}\)"
    r"|(?:实施|管理|工作|若干|指导|暂行)?(?:的通知|的意见|的决定|的公告|的通告|的批复|的解读|办法|规定|细则|方案|要点|意见)"
)

#: What a title says at its end of what holds now: never parted from itself in a list.
MARK = re.compile(r"\([已撤][^()]{1,3}\)$")


def _unbroken(title: str, whole: re.Pattern[str] = WHOLE) -> Markup:
    return Markup(whole.sub(r'<span class="whole">\g<0></span>', str(escape(title))))  # noqa: S704 - escaped before


_TEMPLATES = jinja2.Environment(
    loader=jinja2.FileSystemLoader(HERE / "templates"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)
_TEMPLATES.globals.update(w=WORDS, columns=columns.MAIN, archive=columns.ARCHIVE, style=STYLE_PATH, formats=feeds.MEDIA)
# A value of the footer that is an address becomes a link: 党政机关网站标识, 我为政府网站找错.
_TEMPLATES.tests["elsewhere"] = lambda value: value.startswith(("https://", "http://"))
_TEMPLATES.filters["unbroken"] = _unbroken
_TEMPLATES.filters["marked"] = lambda title: _unbroken(title, MARK)
_TEMPLATES.filters["trail"] = columns.trail
_TEMPLATES.filters["below"] = columns.below
_TEMPLATES.filters["feed"] = lambda column, kind: feeds.path(feeds.of_column(column), kind)
_TEMPLATES.filters["feed_path"] = feeds.path
_TEMPLATES.filters["register"] = footer.address
_TEMPLATES.filters["reached"] = links.reached
_DOCUMENT = _TEMPLATES.get_template("document.html")
_WITHDRAWN = _TEMPLATES.get_template("withdrawn.html")
_ERROR = _TEMPLATES.get_template("error.html")


def document(parcel: Parcel, one: Document, site: Site, copies: Sequence[str] = ()) -> bytes:
    """The page of one document; it leads to copies of these kinds. Raises ChannelError as `body.placed` does."""
    page = view.document(parcel, one, site, copies)
    template = _WITHDRAWN if parcel.action is Action.WITHDRAW else _DOCUMENT
    return _encode(
        template, site=site, page=page, meta=page.meta, here=columns.trail(page.column)[0].code, kind="document"
    )


def missing(site: Site) -> bytes:
    """The page for what is not there, which is also the frame of the hub's own pages."""
    return _encode(_ERROR, site=site, meta=tags.of_site(site), here="", kind="error")


def sheet(template: str, site: Site, /, **fields: Any) -> bytes:
    """A page of lists, or a file of the site map, from its template (`column.html`)."""
    return _encode(_TEMPLATES.get_template(template), site=site, **fields)


def _encode(template: jinja2.Template, **fields: Any) -> bytes:
    return template.render(fields).encode()
