"""From views to bytes: the only place that touches templates. Pure after import: same input, same bytes."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup, escape

from channels.contract import Site
from channels.website import view
from channels.website.words import COLUMNS, WORDS
from schemas import addresses
from schemas.delivery import Action
from schemas.entry import BEIJING
from schemas.parcel import Listed, Parcel
from schemas.release import Document, Role

HERE = Path(__file__).parent
STYLE = (HERE / "static" / "site.css").read_bytes()
#: The name carries the content's digest, so browsers may keep it for ever and a page never meets another style.
STYLE_PATH = f"/assets/site-{hashlib.sha256(STYLE).hexdigest()[:8]}.css"
#: The page for what is not there; a web server in front is pointed at it, and the hub puts its own messages into it.
MISSING_PATH = "/404.html"
#: Lines of a column page, and of each column on the home page.
COLUMN_LINES = 20
HOME_LINES = 8

#: A title breaks between words (GB/T 9704-2012, 7.3.1 词意完整): these stay whole, the browser balances the rest.
WHOLE = re.compile(
    r"\d+年度?(?:\d+月(?:\d+日)?)?|第[\d一二三四五六七八九十]+[号批次条]|关于|印发|进一步"
    r"|(?:实施|管理|工作|若干|指导|暂行)?(?:的通知|的意见|的决定|的公告|的通告|的批复|的解读|办法|规定|细则|方案|要点|意见)"
)


def _unbroken(title: str) -> Markup:
    return Markup(WHOLE.sub(r'<span class="whole">\g<0></span>', str(escape(title))))  # noqa: S704 - escaped before


_TEMPLATES = jinja2.Environment(
    loader=jinja2.FileSystemLoader(HERE / "templates"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)
_TEMPLATES.globals.update(w=WORDS, columns=tuple(COLUMNS.values()), style=STYLE_PATH)
# A value of the footer that is an address becomes a link: 党政机关网站标识, 我为政府网站找错.
_TEMPLATES.tests["elsewhere"] = lambda value: value.startswith(("https://", "http://"))
_TEMPLATES.filters["unbroken"] = _unbroken
_DOCUMENT = _TEMPLATES.get_template("document.html")
_WITHDRAWN = _TEMPLATES.get_template("withdrawn.html")
_COLUMN = _TEMPLATES.get_template("column.html")
_HOME = _TEMPLATES.get_template("home.html")
_ERROR = _TEMPLATES.get_template("error.html")
_SITEMAP = _TEMPLATES.get_template("sitemap.xml")


def document(parcel: Parcel, one: Document, site: Site) -> bytes:
    """The page of one document. Raises ChannelError as `body.placed` does."""
    page = view.document(parcel, one, site)
    template = _WITHDRAWN if parcel.action is Action.WITHDRAW else _DOCUMENT
    return _encode(template, site=site, page=page, meta=page.meta, here=page.column.code, kind="document")


def lists(listed: Sequence[Listed], site: Site) -> Mapping[str, bytes]:
    """The column lists, the home page, the page for what is not there and the site map; `listed` is newest first."""
    links = {role: view.links(listed, role) for role in COLUMNS}
    return {
        **{_index(role): _column(role, links[role], site) for role in COLUMNS},
        "/index.html": _home(links, site),
        MISSING_PATH: _encode(_ERROR, site=site, meta=view.site_tags(site), here="", kind="error"),
        "/sitemap.xml": _sitemap(listed, site),
    }


def _index(role: Role) -> str:
    return f"/{COLUMNS[role].code}/index.html"


def _column(role: Role, links: Sequence[view.Link], site: Site) -> bytes:
    column = COLUMNS[role]
    meta = view.site_tags(site) + view.column_tags(column)
    return _encode(
        _COLUMN, site=site, column=column, links=links[:COLUMN_LINES], meta=meta, here=column.code, kind="column"
    )


def _home(links: Mapping[Role, Sequence[view.Link]], site: Site) -> bytes:
    shown = [(column, links[role][:HOME_LINES]) for role, column in COLUMNS.items()]
    return _encode(_HOME, site=site, shown=shown, meta=view.site_tags(site), here="home", kind="home")


def _sitemap(listed: Sequence[Listed], site: Site) -> bytes:
    """The newest pages, for search engines (sitemaps.org 0.9)."""
    places = [("/", None), *((f"/{column.code}/", None) for column in COLUMNS.values())]
    pages = [
        (addresses.path(line.edition.release, one.name), _changed(line.updated_at))
        for line in view.shown(listed)
        for one in line.edition.documents
    ]
    return _encode(_SITEMAP, site=site, places=[*places, *pages])


def _changed(at: datetime) -> str:
    return at.astimezone(BEIJING).isoformat(timespec="seconds")


def _encode(template: jinja2.Template, **fields: Any) -> bytes:
    return template.render(fields).encode()
