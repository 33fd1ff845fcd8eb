"""From lines to the bytes of pages: a column, a year, the home page, the site map. Pure: same lines, same bytes."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from channels.contract import Site
from channels.website import links, pages, tags
from channels.website.links import Link
from channels.website.lists import numbers
from channels.website.lists.numbers import SITEMAP, Sheet
from channels.website.words import WORDS
from schemas import addresses, columns, feeds
from schemas.columns import ARCHIVE, COLUMNS, DISCLOSURE, Column
from schemas.entry import BEIJING
from schemas.office import Reachable
from schemas.parcel import Listed

#: The columns that the home page shows lines of, and how many. One that may stay empty is named only when it has some.
HOME = tuple(COLUMNS[code] for code in ("zcwj", "zcjd", "tzgg", "hygk"))
HOME_LINES = 8
ALWAYS = 3
#: Lines of each part of the disclosure column on its own page.
PART_LINES = 6
MAP_PATH = "/map.html"
#: What the site map names beside documents.
PLACES_PATH = f"/{SITEMAP}-columns.xml"

#: Lines, newest first, by the column that they are of.
Shown = Mapping[str, Sequence[Listed]]


def list_of(column: Column, year: int) -> str:
    """The list in which the column places a release that was published in this year."""
    return f"{column.code}/{year}" if column is ARCHIVE else column.code


def column_of(name: str) -> Column:
    """The column of a list."""
    return COLUMNS[name.partition("/")[0]]


def year_of(name: str) -> str:
    """The year of a list of the archive, else nothing."""
    return name.partition("/")[2]


def roster(sheet: Sheet, listed: Sequence[Listed], size: int, site: Site, offices: Sequence[Reachable] = ()) -> bytes:
    """A list's index, or one of its numbered pages; with the units that an index says how to reach."""
    column, year = column_of(sheet.list), year_of(sheet.list)
    name = WORDS["of_year"].format(year=year) if year else column.name
    tagged = replace(column, name=name) if year else column
    return pages.sheet(
        "list.html" if sheet.number else "column.html",
        site,
        column=column,
        year=year,
        name=name,
        named=feeds.of_year(int(year)) if year else feeds.of_column(column),
        path=sheet.path.removesuffix("index.html"),
        links=_links(column, listed),
        offices=offices,
        turning=numbers.turning(sheet, size),
        meta=tags.of_site(site) + tags.of_column(tagged),
        here=_here(column),
        kind="column",
    )


def archive(years: Sequence[int], site: Site) -> bytes:
    """The years of the archive, the latest first. It changes once a year."""
    return _fixed("archive.html", ARCHIVE, site, years=sorted(years, reverse=True), kind="column")


def disclosure(shown: Shown, site: Site) -> bytes:
    """政府信息公开: its four parts, and the way to apply for what is not public."""
    parts = [(one, _links(one, shown.get(one.code, ()))[:PART_LINES]) for one in columns.below(DISCLOSURE)]
    return _fixed("xxgk.html", DISCLOSURE, site, parts=parts, kind="home")


def home(shown: Shown, site: Site) -> bytes:
    """The newest of each column, and the ways to the rest."""
    lines = [(one, _links(one, shown.get(one.code, ()))[:HOME_LINES]) for one in HOME]
    named = [*lines[:ALWAYS], *(one for one in lines[ALWAYS:] if one[1])]
    meta = tags.of_site(site)
    return pages.sheet(
        "home.html", site, shown=named, parts=columns.below(DISCLOSURE), meta=meta, here="home", kind="home"
    )


def site_map(years: Sequence[int], site: Site) -> bytes:
    """网站地图, for people: every column and every year."""
    meta = tags.of_site(site)
    return pages.sheet("map.html", site, years=sorted(years, reverse=True), meta=meta, here="", kind="home")


def addresses_of(listed: Sequence[Listed], site: Site) -> bytes:
    """A part of the site map for search engines (sitemaps.org 0.9), the oldest first."""
    places = [
        (addresses.path(line.edition.release, one.name), _changed(line.updated_at))
        for line in reversed(links.shown(listed))
        for one in line.edition.documents
    ]
    return pages.sheet("sitemap.xml", site, places=places)


def places(years: Sequence[int], site: Site) -> bytes:
    """The part of the site map that names the home page, the columns and the years."""
    paths = ["/", *(one.path for one in COLUMNS.values()), *(f"{ARCHIVE.path}{year}/" for year in sorted(years))]
    return pages.sheet("sitemap.xml", site, places=[(path, None) for path in paths])


def sitemap_index(size: int, site: Site) -> bytes:
    """The parts of the site map. It changes when a part begins, and then alone."""
    parts = [Sheet(SITEMAP, n).path for n in range(1, numbers.number(SITEMAP, size) + 1)]
    return pages.sheet("sitemap_index.xml", site, parts=[PLACES_PATH, *parts])


def _fixed(template: str, column: Column, site: Site, **fields: object) -> bytes:
    meta = tags.of_site(site) + tags.of_column(column)
    return pages.sheet(template, site, column=column, meta=meta, here=_here(column), **fields)


def _links(column: Column, listed: Sequence[Listed]) -> list[Link]:
    """The lines of a column. A correction may have moved a release to another one; its place here stays empty."""
    kept = [line for line in listed if column.lists(line.edition.metadata.kind, column.role)]
    return links.lines(kept, column.role)


def _here(column: Column) -> str:
    """The entry of the navigation that the column stands below."""
    return columns.trail(column)[0].code


def _changed(at: datetime) -> str:
    return at.astimezone(BEIJING).isoformat(timespec="seconds")
