"""Which place stands on which page. Pure arithmetic: no page depends on how much was published after it.

A numbered page holds a fixed range of places, so it changes only when one of its own lines does: when a place is given,
when something is said of a release, when it is withdrawn (its line goes, its place stays). The index of a list shows
the newest places, a page and what has begun of the next one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from schemas.listing import Place, Span

#: Places on a numbered page; the index shows as many or up to twice as many but one.
PAGE = 20
#: Releases in one part of the site map: with a hundred documents each, as many as a release can have, 10,000 addresses.
PART = 100
#: The list of everything, for search engines.
SITEMAP = "sitemap"


@dataclass(frozen=True, order=True)
class Sheet:
    """One page of a list: its index (number 0), or one of its numbered pages."""

    list: str
    number: int = 0

    @property
    def path(self) -> str:
        """Where it is: `/zcwj/index.html`, `/zcwj/list-3.html`, `/sitemap.xml`, `/sitemap-3.xml`."""
        if self.list == SITEMAP:
            return f"/{SITEMAP}-{self.number}.xml" if self.number else f"/{SITEMAP}.xml"
        return f"/{self.list}/list-{self.number}.html" if self.number else f"/{self.list}/index.html"


def per(name: str) -> int:
    """How many places a numbered page of the list holds."""
    return PART if name == SITEMAP else PAGE


def number(name: str, ordinal: int) -> int:
    """The number, from 1, of the page that holds the place; of the last page, given a list's size; 0 for none."""
    return -(-ordinal // per(name))


def span(sheet: Sheet, size: int) -> Span:
    """The places that the sheet shows of a list of this size."""
    if sheet.number == 0:
        return newest(sheet.list, size)
    last = sheet.number * per(sheet.list)
    return Span(list=sheet.list, first=last - per(sheet.list) + 1, last=min(last, size))


def newest(name: str, size: int) -> Span:
    """The places of the index."""
    return Span(list=name, first=max(1, (size // PAGE - 1) * PAGE + 1), last=size)


def touched(places: Iterable[Place], sizes: Mapping[str, int]) -> set[Sheet]:
    """The sheets on which these places are to be seen.

    A page's first place also touches the page before it, whose way to newer ones begins then, and the index of a site
    map, which names its parts. Whoever died on the way here is asked again for the same places.
    """
    found = set()
    for one in places:
        page = number(one.list, one.ordinal)
        found.add(Sheet(one.list, page))
        is_first = one.ordinal % per(one.list) == 1
        if one.list == SITEMAP:
            found |= {Sheet(SITEMAP)} if is_first else set()
            continue
        if is_first and page > 1:
            found.add(Sheet(one.list, page - 1))
        if one.ordinal >= newest(one.list, sizes[one.list]).first:
            found.add(Sheet(one.list))
    return found


@dataclass(frozen=True)
class Turning:
    """Where a reader of a sheet can turn to, by paths; empty for nowhere."""

    number: int
    newest: str = ""
    newer: str = ""
    older: str = ""
    oldest: str = ""
    others: tuple[tuple[int, str], ...] = ()  #: of the index: the numbers of the pages behind it, the newest first


#: Pages that an index names by their numbers.
NAMED = 5


def turning(sheet: Sheet, size: int) -> Turning:
    """The ways from the sheet. From a numbered page they change once, when the next one begins."""
    index = f"/{sheet.list}/"
    if sheet.number == 0:
        older = number(sheet.list, newest(sheet.list, size).first) - 1
        others = [(n, Sheet(sheet.list, n).path) for n in range(older, max(older - NAMED, 0), -1)]
        return Turning(0, older=others[0][1] if others else "", oldest=_oldest(sheet, older), others=tuple(others))
    has_newer = sheet.number < number(sheet.list, size)
    return Turning(
        sheet.number,
        newest=index,
        newer=Sheet(sheet.list, sheet.number + 1).path if has_newer else "",
        older=Sheet(sheet.list, sheet.number - 1).path if sheet.number > 1 else "",
        oldest=_oldest(sheet, sheet.number - 1),
    )


def _oldest(sheet: Sheet, before: int) -> str:
    return Sheet(sheet.list, 1).path if before > 1 else ""
