"""Lets pages say by themselves that what they announce is over: once a day, those whose last day has passed.

A mark beside the tree, named after the last day and the release, says which page to look at: what this costs grows with
what is open, never with the archive. A mark is made before its page and goes after the page was turned.
"""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import date
from pathlib import Path

from channels.tree import Tree
from channels.website import closing
from schemas import addresses
from schemas.parcel import Rendering

#: The turn of whoever writes the pages of this release.
PageTurn = Callable[[int], AbstractAsyncContextManager[None]]


class Closings:
    """What is open on the pages of one tree."""

    def __init__(self, folder: Path, tree: Tree) -> None:
        self._folder = folder
        self._tree = tree

    def note(self, release: int, rendering: Rendering) -> None:
        """Mark the release if its page is about to say that something lasts. May run twice."""
        last = next((day for page in rendering.files if (day := closing.open_until(page.body))), None)
        if last is not None:
            self._folder.mkdir(exist_ok=True)
            (self._folder / f"{last}.{release}").touch()

    async def run(self, turn: PageTurn, today: date) -> None:
        """Turn the pages that are due. Dies anywhere: the mark is still there, and the next round does it again."""
        for mark in await asyncio.to_thread(self._due, today):
            release = int(mark.suffix[1:])
            path = addresses.path(release, "policy")
            async with turn(release):
                page = self._tree.read(path)
                turned = closing.turned(page, today) if page else None
                if turned is not None:
                    await self._tree.write(path, turned)
                mark.unlink(missing_ok=True)

    def _due(self, today: date) -> list[Path]:
        try:
            # ISO days sort as days do.
            return sorted(one for one in self._folder.iterdir() if one.stem < today.isoformat())
        except FileNotFoundError:
            return []
