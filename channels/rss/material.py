"""What the sheets of feeds are made of, read from the shelf: who stands where, and the entries that tell of them."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from channels.contract import Shelf
from channels.rss import sheets
from channels.rss.entries import Entry
from channels.rss.stock import Stock
from schemas.edition import Edition
from schemas.listing import Place, Span
from schemas.parcel import Listed

#: Old releases that current documents name because something was said of them lately.
CHANGED = 20
#: A feed's name and the number of one of its sheets; 0 is the current one.
Named = tuple[str, int]


@dataclass(frozen=True)
class Material:
    """Read once for all sheets that are written together."""

    members: Mapping[Named, Sequence[int]]  #: the releases that have their places on each sheet
    changed: Sequence[int]  #: the releases that something was said of, the latest first
    lines: Mapping[int, Listed]
    entries: Mapping[int, tuple[Entry, ...]]

    def told(self, one: Named) -> list[Entry]:
        """The entries of a sheet. A release that a correction moved to another feed has nothing but its place here."""
        name, number = one
        releases = dict.fromkeys((*self.members[one], *(() if number else self.changed)))
        every = (entry for release in releases for entry in self.entries.get(release, ()))
        return [entry for entry in every if name in entry.feeds]

    def editions(self, one: Named) -> list[Edition]:
        """What the members of a sheet are, without their texts."""
        return [self.lines[release].edition for release in self.members[one] if release in self.lines]


async def gather(
    shelf: Shelf,
    channel: str,
    stock: Stock,
    named: Collection[Named],
    sizes: Mapping[str, int],
    new: Collection[Listed],
) -> Material:
    """Read it; `new` are lines that count although the shelf may not list them yet. Raises as `Stock.of`."""
    spans = {one: sheets.span(*one, sizes.get(one[0], 0)) for one in named}
    places, changed = await asyncio.gather(shelf.within(channel, list(spans.values())), shelf.changed(channel, CHANGED))
    lines = {line.edition.release: line for line in changed}
    lines |= await shelf.outlines(channel, {one.release for one in places})
    for line in (*changed, *new):
        release = line.edition.release
        if release not in lines or _rank(line) >= _rank(lines[release]):
            lines[release] = line
            stock.of(line)  # it has its texts with it
    return Material(
        members={one: [place.release for place in places if _in(place, span)] for one, span in spans.items()},
        changed=[line.edition.release for line in changed],
        lines=lines,
        entries=await stock.of_all(lines.values()),
    )


def _in(place: Place, span: Span) -> bool:
    return place.list == span.list and span.first <= place.ordinal <= span.last


def _rank(line: Listed) -> tuple[int, int, bool]:
    """The shelf may lag behind: an older edition, an older word on it, or no official time yet."""
    return line.edition.number, line.notice.serial if line.notice else 0, line.official_at is not None
