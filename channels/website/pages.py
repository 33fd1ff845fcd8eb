"""From views to bytes: the only place that touches templates. Pure after import: same input, same bytes."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import jinja2

from channels.contract import Site
from channels.website import view
from channels.website.words import COLUMNS, WORDS
from schemas import addresses
from schemas.entry import BEIJING
from schemas.parcel import Listed, Parcel
from schemas.release import Document, Role

HERE = Path(__file__).parent
STYLE = (HERE / "static" / "site.css").read_bytes()
#: The name carries the content's digest, so browsers may keep it for ever and a page never meets another style.
STYLE_PATH = f"/assets/site-{hashlib.sha256(STYLE).hexdigest()[:8]}.css"
#: Lines of a column page, and of each column on the home page.
COLUMN_LINES = 20
HOME_LINES = 8

_TEMPLATES = jinja2.Environment(
    loader=jinja2.FileSystemLoader(HERE / "templates"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)
_TEMPLATES.globals.update(w=WORDS, columns=tuple(COLUMNS.values()), style=STYLE_PATH)
_DOCUMENT = _TEMPLATES.get_template("document.html")
_COLUMN = _TEMPLATES.get_template("column.html")
_HOME = _TEMPLATES.get_template("home.html")
_SITEMAP = _TEMPLATES.get_template("sitemap.xml")


def document(parcel: Parcel, one: Document, site: Site) -> bytes:
    """The page of one document. Raises ChannelError as `body.placed` does."""
    page = view.document(parcel, one, site)
    return _encode(_DOCUMENT, site=site, page=page, meta=page.meta, here=page.column.code)


def lists(listed: Sequence[Listed], site: Site) -> Mapping[str, bytes]:
    """The column lists, the home page and the site map, by path; `listed` is newest first."""
    links = {role: view.links(listed, role) for role in COLUMNS}
    return {
        **{_index(role): _column(role, links[role], site) for role in COLUMNS},
        "/index.html": _home(links, site),
        "/sitemap.xml": _sitemap(listed, site),
    }


def _index(role: Role) -> str:
    return f"/{COLUMNS[role].code}/index.html"


def _column(role: Role, links: Sequence[view.Link], site: Site) -> bytes:
    column = COLUMNS[role]
    meta = view.site_tags(site) + view.column_tags(column)
    return _encode(_COLUMN, site=site, column=column, links=links[:COLUMN_LINES], meta=meta, here=column.code)


def _home(links: Mapping[Role, Sequence[view.Link]], site: Site) -> bytes:
    shown = [(column, links[role][:HOME_LINES]) for role, column in COLUMNS.items()]
    return _encode(_HOME, site=site, shown=shown, meta=view.site_tags(site), here="home")


def _sitemap(listed: Sequence[Listed], site: Site) -> bytes:
    """The newest pages, for search engines (sitemaps.org 0.9)."""
    places = [("/", None), *((f"/{column.code}/", None) for column in COLUMNS.values())]
    pages = [
        (addresses.path(line.edition.release, one.name), _changed(line.updated_at))
        for line in listed
        for one in line.edition.documents
    ]
    return _encode(_SITEMAP, site=site, places=[*places, *pages])


def _changed(at: datetime) -> str:
    return at.astimezone(BEIJING).isoformat(timespec="seconds")


def _encode(template: jinja2.Template, **fields: Any) -> bytes:
    return template.render(fields).encode()
