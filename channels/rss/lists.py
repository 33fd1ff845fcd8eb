"""Keeps the feeds on the disk as they are in the store. Whoever calls it holds the turn of all who write feeds.

A release has one place in each feed that tells of it, for ever. A publication costs the newest places of those feeds
and the archives that hold the release, however many others there are. Places are given first and durably; whoever dies
before the files are written is asked again for the same release and finds the same places.
"""

import asyncio
from collections.abc import Collection, Iterable, Mapping

from channels.contract import Tools
from channels.rss import catalogue, material, sheets
from channels.rss.entries import Entry
from channels.rss.material import Material, Named
from channels.rss.sheets import Feed, Sheet
from channels.rss.stock import Stock
from channels.tree import Tree
from schemas import addresses, feeds
from schemas.listing import Place
from schemas.parcel import Listed


class Lists:
    """The feeds of one channel, in the tree that it writes."""

    def __init__(self, channel: str, tools: Tools, tree: Tree, *, hub: str) -> None:
        self._channel = channel
        self._shelf = tools.shelf
        self._site = tools.site
        self._tree = tree
        self._hub = hub
        self.stock = Stock(tools.site, tools.shelf)

    def own(self, line: Listed) -> dict[str, bytes]:
        """The feed of this release alone, which never pushes an entry out; subscribers of one policy use it."""
        return self._own(line, self.stock.of(line))

    async def put(self, new: Collection[Listed]) -> None:
        """Enter these releases and write every sheet that tells of them. Durable on return; may run twice."""
        wanted = [(line.edition.release, name) for line in new for name in _names(self.stock.of(line))]
        releases = {release for release, _ in wanted}
        places = await self._shelf.places(self._channel, releases)
        if set(wanted) - {(one.release, one.list) for one in places}:
            await self._shelf.enrol(self._channel, wanted)
            places = await self._shelf.places(self._channel, releases)
        sizes = await self._shelf.sizes(self._channel)
        await self.write(self._touched(places, sizes), sizes, new)

    async def enrol(self, releases: Collection[int]) -> None:
        """Give what was published before there were places its own, in this order, and its own feed. May run twice."""
        outlines = await self._shelf.outlines(self._channel, releases)
        entries = await self.stock.of_all(outlines.values())
        wanted = [(one, name) for one in releases for name in _names(entries.get(one, ()))]
        await self._shelf.enrol(self._channel, wanted)
        files = {path: body for one, made in entries.items() for path, body in self._own(outlines[one], made).items()}
        await self._tree.write_many(await asyncio.to_thread(self.differing, files))

    async def write(self, wanted: Iterable[Named], sizes: Mapping[str, int], new: Collection[Listed] = ()) -> None:
        """Write these sheets, and the indexes when a feed is new. Durable on return.

        What is the same is left alone, so that it keeps its time. It was synced before it got its name; should a power
        cut take that name back, the next publication or tending writes it again.
        """
        # Archives first: nothing leads to one that is not there.
        every = sorted(set(wanted), key=lambda one: (one[1] == 0, one))
        found = await material.gather(self._shelf, self._channel, self.stock, every, sizes, new)
        before = self._known()
        known = dict(before)
        files: dict[str, bytes] = {}
        for one in every:
            files |= self._sheet(one, found, sizes, known)
            await asyncio.sleep(0)  # feedgen may not leave the loop's thread, so others get their turn in between
        if known != before:
            files |= catalogue.indexes(known, self._site, hub=self._hub)
        await self._tree.write_many(await asyncio.to_thread(self.differing, files))

    async def index(self) -> None:
        """Write the indexes of the feeds that there are. Durable on return."""
        files = catalogue.indexes(self._known(), self._site, hub=self._hub)
        await self._tree.write_many(self.differing(files))

    def differing(self, files: Mapping[str, bytes]) -> dict[str, bytes]:
        """Those that are not on the disk as they should be."""
        return {path: body for path, body in files.items() if self._tree.read(path) != body}

    def _own(self, line: Listed, entries: Iterable[Entry]) -> dict[str, bytes]:
        release = line.edition.release
        title = f"{line.edition.policy.title} - {self._site.name}"
        page = addresses.path(release, "policy")
        feed = Feed(feeds.of_release(release), title, page, most=sheets.MAX_ONCE_BYTES)
        return sheets.build(Sheet(feed), entries, self._site, hub=self._hub)

    def _known(self) -> dict[str, str]:
        """Name → words, of the feeds in the index."""
        return catalogue.read(self._tree.read(catalogue.JSON))

    def _sheet(self, one: Named, found: Material, sizes: Mapping[str, int], known: dict[str, str]) -> dict[str, bytes]:
        """The files of one sheet; a feed that nobody knows the words of tells of nobody any more and has none."""
        name, number = one
        said = catalogue.words(name, found.editions(one)) or known.get(name)
        if said is None:
            return {}
        known[name] = said
        feed = catalogue.feed(name, said, self._site)
        sheet = sheets.archive(feed, number) if number else sheets.current(feed, sizes.get(name, 0))
        return sheets.build(sheet, found.told(one), self._site, hub=self._hub)

    def _touched(self, places: Iterable[Place], sizes: Mapping[str, int]) -> set[Named]:
        """The sheets that show these places, and the newest archives if whoever should have written them died."""
        touched: set[Named] = set()
        for place in places:
            whole = sizes[place.list] // sheets.SPAN
            number = sheets.number(place.ordinal)
            touched |= {(place.list, 0)} | ({(place.list, number)} if number <= whole else set())
            if whole and not self._tree.has(feeds.path(f"{place.list}/{whole}", "json")):
                touched.add((place.list, whole))
        return touched


def _names(entries: Iterable[Entry]) -> list[str]:
    """The feeds that tell of them, each once, in a fixed order."""
    return sorted({name for entry in entries for name in entry.feeds})
