"""Brings all feeds up to date: before the first release, after new software or settings, after a tree was lost.

What it costs grows with the archive, so it happens once for each state of software and site, which a stamp beside the
tree tells. In between, publishing keeps the feeds right by itself.
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path

from channels.contract import Shelf, Site
from channels.rss import catalogue, sheets
from channels.rss.lists import Lists
from channels.rss.material import Named
from channels.stamp import Stamp
from channels.tree import Tree
from channels.turn import Turn
from schemas import columns, feeds

#: Sheets, and releases, of one turn: a publication that wants its own turn waits this long.
BATCH = 8


class Tending:
    """The tending of one channel's feeds."""

    def __init__(self, channel: str, shelf: Shelf, lists: Lists, tree: Tree, folder: Path, *, state: str) -> None:
        self._channel = channel
        self._shelf = shelf
        self._lists = lists
        self._tree = tree
        self._state = state
        self._stamp = Stamp(folder / "feeds.tended")
        self._turn = Turn(folder / "feeds.tend.lock")

    async def run(self, writing: Turn) -> None:
        """Do it, unless it is done. `writing` is the turn of all who write feeds, taken for one batch at a time.

        Dies anywhere: the stamp is not written, and the next worker begins again; every batch may be repeated.
        """
        async with self._turn.taken():
            if self._is_stamped():
                return
            # First the feeds that everybody may subscribe to, then what an archive has besides.
            await self._write([(name, 0) for name in catalogue.FIXED], writing)
            await self._enrol(writing)
            await self._write(_every(await self._shelf.sizes(self._channel)), writing)
            async with writing.taken():
                await self._lists.index()
            self._stamp.put(self._state)

    def _is_stamped(self) -> bool:
        return self._stamp.read() == self._state and self._tree.has(catalogue.JSON)

    async def _write(self, every: list[Named], writing: Turn) -> None:
        for at in range(0, len(every), BATCH):
            async with writing.taken():
                await self._lists.write(every[at : at + BATCH], await self._shelf.sizes(self._channel))

    async def _enrol(self, writing: Turn) -> None:
        """Give places to what was published before there were any, in the order in which it was."""
        after = 0
        while found := await self._shelf.published(self._channel, after=after, limit=BATCH):
            async with writing.taken():
                await self._lists.enrol(list(dict.fromkeys(release for _, release in found)))
            after = found[-1][0]


def state(site: Site, hub: str) -> str:
    """What stands for the software's and the settings' state, as far as feeds show it."""
    digest = hashlib.sha256(repr((site, hub, columns.COLUMNS)).encode())
    for path in (*sorted(Path(__file__).parent.glob("*.py")), Path(feeds.__file__)):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def _every(sizes: Mapping[str, int]) -> list[Named]:
    return [(name, number) for name, size in sorted(sizes.items()) for number in range(size // sheets.SPAN + 1)]
