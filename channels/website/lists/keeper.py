"""Keeps the lists on the disk as they are in the store. Whoever calls it holds the turn of all who write lists.

A publication costs the pages that it stands on, never the archive. Places are given first and durably; then pages are
written, and whoever dies in between is asked again for the same release and finds the same places.
"""

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from channels.contract import Site, Tools
from channels.tree import Tree
from channels.turn import Turn
from channels.website import pages
from channels.website.lists import numbers, sheets
from channels.website.lists.numbers import SITEMAP, Sheet
from schemas import addresses, columns
from schemas.columns import ARCHIVE, COLUMNS, DISCLOSURE
from schemas.entry import BEIJING
from schemas.listing import Place, Span
from schemas.office import Reachable
from schemas.parcel import Listed

#: The columns with a list of their own; the archive's lists are those of its years.
LISTING = tuple(one for one in COLUMNS.values() if one.kinds and one is not ARCHIVE)
#: The page of the guides says how the units are reached (条例 第十二条).
GUIDES = Sheet("zfxxgkzn")
#: Indexes of which other pages show lines.
_QUOTED = tuple({one.code for one in (*sheets.HOME, *columns.below(DISCLOSURE))})


class Lists:
    """The lists of one channel, in the tree that it writes."""

    def __init__(self, channel: str, tools: Tools, tree: Tree) -> None:
        self._channel = channel
        self._shelf = tools.shelf
        self._site: Site = tools.site
        self._tree = tree
        self._offices: tuple[Reachable, ...] | None = None  #: as this process showed them last

    async def put(self, releases: Collection[int]) -> None:
        """Enter these releases and write every page that shows them, and what the site still lacks. Durable on return.

        May run twice. The pages of the releases' documents must be there: a list names only what can be opened.
        """
        places = await self.enrol(releases)
        sizes = await self._shelf.sizes(self._channel)
        begins_year = any(one.ordinal == 1 and sheets.year_of(one.list) for one in places)
        await self.write(numbers.touched(places, sizes), sizes, anew=begins_year)

    async def enrol(self, releases: Collection[int]) -> list[Place]:
        """Give the releases their places, those that have none; return all that they have. Durable, may run twice."""
        listed = await self._shelf.outlines(self._channel, releases)
        places = await self._shelf.places(self._channel, releases)
        wanted = _wanted(listed.values(), places)
        if not wanted:
            return places
        await self._shelf.enrol(self._channel, wanted)
        return await self._shelf.places(self._channel, releases)

    async def heed(self, turn: Turn) -> None:
        """Write the page of the guides anew once units are reached otherwise. `turn` is that of all who write lists.

        Durable on return; may run twice.
        """
        offices = await self._shelf.offices()
        if offices == self._offices:
            return
        async with turn.taken():
            await self.write([GUIDES], await self._shelf.sizes(self._channel), anew=False)
        # Dies before: who starts next shows them once more.
        self._offices = offices

    async def write(self, wanted: Iterable[Sheet], sizes: Mapping[str, int], *, anew: bool) -> None:
        """Write these sheets and the pages that quote the newest lines; `anew` those too that only name the lists."""
        stale = {*wanted, *(sheet for sheet in _fixed(sizes) if not self._tree.has(sheet.path))}
        quoted = {Sheet(code) for code in _QUOTED}
        shown = await self._shown(stale | quoted, sizes)
        offices = await self._shelf.offices() if GUIDES in stale else ()
        # No page is public without its style, and none leads to a page that is not there yet.
        files = {pages.STYLE_PATH: pages.STYLE} if self._tree.read(pages.STYLE_PATH) != pages.STYLE else {}
        for sheet in sorted(stale, key=lambda one: (one.number == 0, one)):
            files[sheet.path] = self._render(sheet, shown.get(sheet, ()), sizes, offices)
            await asyncio.sleep(0)  # the loop has deliveries to attend to
        files |= self._standing(_years(sizes), anew=anew) | self._quoting({one.list: shown[one] for one in quoted})
        await self._tree.write_many(files)

    def _render(
        self, sheet: Sheet, listed: Sequence[Listed], sizes: Mapping[str, int], offices: Sequence[Reachable]
    ) -> bytes:
        if sheet.list != SITEMAP:
            there = offices if sheet == GUIDES else ()
            return sheets.roster(sheet, listed, sizes.get(sheet.list, 0), self._site, there)
        if sheet.number:
            return sheets.addresses_of(listed, self._site)
        return sheets.sitemap_index(sizes.get(SITEMAP, 0), self._site)

    def _standing(self, years: Sequence[int], *, anew: bool) -> dict[str, bytes]:
        """What changes with a new year or new software, and else only when it is missing."""
        made: dict[str, Callable[[], bytes]] = {
            pages.MISSING_PATH: lambda: pages.missing(self._site),
            Sheet(ARCHIVE.code).path: lambda: sheets.archive(years, self._site),
            sheets.PLACES_PATH: lambda: sheets.places(years, self._site),
            sheets.MAP_PATH: lambda: sheets.site_map(years, self._site),
        }
        return {path: make() for path, make in made.items() if anew or not self._tree.has(path)}

    def _quoting(self, shown: sheets.Shown) -> dict[str, bytes]:
        """The pages that show lines of many lists, as far as they are not already so on the disk."""
        files = {
            Sheet(DISCLOSURE.code).path: sheets.disclosure(shown, self._site),
            "/index.html": sheets.home(shown, self._site),
        }
        return {path: body for path, body in files.items() if self._tree.read(path) != body}

    async def _shown(self, wanted: Collection[Sheet], sizes: Mapping[str, int]) -> dict[Sheet, list[Listed]]:
        """Sheet → its lines, newest first, as they are in the store this moment."""
        spans = {sheet: numbers.span(sheet, sizes.get(sheet.list, 0)) for sheet in wanted if _has_lines(sheet)}
        places = await self._shelf.within(self._channel, list(spans.values()))
        listed = await self._shelf.outlines(self._channel, {one.release for one in places})
        there = {release: opened for release, line in listed.items() if (opened := self._opened(line))}
        return {
            sheet: [there[one.release] for one in places if _in(one, span) and one.release in there]
            for sheet, span in spans.items()
        }

    def _opened(self, line: Listed) -> Listed | None:
        """The line without what cannot be opened: an interpretation may still be on its way with a correction."""
        edition = line.edition
        open_ = tuple(one for one in edition.documents if self._tree.has(addresses.path(edition.release, one.name)))
        if len(open_) == len(edition.documents):
            return line
        if edition.policy not in open_:
            return None
        return line.model_copy(update={"edition": edition.shown(open_)})


def _wanted(listed: Iterable[Listed], places: Iterable[Place]) -> list[tuple[int, str]]:
    """(release, list) that are missing. A release stays in the year in which it was entered first."""
    has = {(one.release, one.list) for one in places}
    dated = {release for release, name in has if sheets.year_of(name)}
    wanted = []
    for line in sorted(listed, key=lambda one: (one.official_at or one.planned_at, one.edition.release)):
        if line.notice is not None and line.notice.is_withdrawal:
            continue  # no list names it; what was entered before keeps its place
        release, year = line.edition.release, (line.official_at or line.planned_at).astimezone(BEIJING).year
        roles = [one.role for one in line.edition.documents]
        standing = columns.listing(line.edition.metadata.kind, roles)
        named = [sheets.list_of(one, year) for one in standing if one is not ARCHIVE or release not in dated]
        wanted += [(release, name) for name in (*named, SITEMAP)]
    return [one for one in wanted if one not in has]


def _fixed(sizes: Mapping[str, int]) -> set[Sheet]:
    """The sheets that a site has before its first release, and the indexes of its years."""
    return {Sheet(SITEMAP), *(Sheet(one.code) for one in LISTING), *(Sheet(name) for name in sizes)}


def _has_lines(sheet: Sheet) -> bool:
    return sheet.list != SITEMAP or sheet.number > 0


def _in(place: Place, span: Span) -> bool:
    return place.list == span.list and span.first <= place.ordinal <= span.last


def _years(sizes: Mapping[str, int]) -> list[int]:
    return [int(year) for name in sizes if (year := sheets.year_of(name))]
