"""Brings every list page up to date: before the first release, after new software, after a tree was lost.

What it costs grows with the archive, so it happens once for each state of software and site, which a stamp beside the
tree tells. In between, publishing keeps the pages right by itself.
"""

import asyncio
import hashlib
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from pathlib import Path

from channels.contract import Shelf, Site
from channels.stamp import Stamp
from channels.tree import Tree
from channels.turn import Turn
from channels.website import pages
from channels.website.lists import keeper, numbers
from channels.website.lists.keeper import Lists
from channels.website.lists.numbers import Sheet
from schemas import columns

#: Sheets, and releases, of one turn: a publication that wants its own turn waits this long.
BATCH = 20
#: Whose bytes decide what a page looks like.
SOURCES = ("*.py", "*.html", "*.xml", "*.css")


class Tending:
    """The tending of one channel's lists."""

    def __init__(self, channel: str, shelf: Shelf, site: Site, lists: Lists, tree: Tree, folder: Path) -> None:
        self._channel = channel
        self._shelf = shelf
        self._site = site
        self._lists = lists
        self._tree = tree
        self._stamp = Stamp(folder / "website.tended")
        self._turn = Turn(folder / "website.tend.lock")

    async def run(self, writing: Turn) -> None:
        """Do it, unless it is done. `writing` is the turn of all who write lists, taken for one batch at a time.

        Dies anywhere: the stamp is not written, and the next worker begins again; every batch may be repeated.
        """
        async with self._turn.taken():
            wanted = await asyncio.to_thread(stamp, self._site)
            if self._is_stamped(wanted):
                return
            # Places first: until an older site has them all, its old pages are better than new ones without lines.
            await self._enrol(writing)
            # Then what every visitor asks for, then what an archive has besides.
            await self._write([Sheet(one.code) for one in keeper.LISTING], writing.taken(), anew=True)
            for batch in _batches(await self._shelf.sizes(self._channel)):
                await self._write(batch, writing.taken(), anew=False)
            self._stamp.put(wanted)

    def _is_stamped(self, wanted: str) -> bool:
        return self._stamp.read() == wanted and self._tree.has("/index.html")

    async def _write(self, batch: list[Sheet], turn: AbstractAsyncContextManager[None], *, anew: bool) -> None:
        async with turn:
            await self._lists.write(batch, await self._shelf.sizes(self._channel), anew=anew)

    async def _enrol(self, writing: Turn) -> None:
        """Give places to what was published before there were any, in the order in which it was."""
        after = 0
        while found := await self._shelf.published(self._channel, after=after, limit=BATCH):
            async with writing.taken():
                await self._lists.enrol({release for _, release in found})
            after = found[-1][0]


def stamp(site: Site) -> str:
    """What stands for the software's and the site's state, as far as pages show it."""
    digest = hashlib.sha256(repr((site, columns.COLUMNS)).encode())
    for pattern in SOURCES:
        for path in sorted(pages.HERE.rglob(pattern)):
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def _batches(sizes: Mapping[str, int]) -> list[list[Sheet]]:
    every = [
        Sheet(name, number) for name, size in sorted(sizes.items()) for number in range(numbers.number(name, size) + 1)
    ]
    return [every[at : at + BATCH] for at in range(0, len(every), BATCH)]
