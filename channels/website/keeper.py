"""Keeps the pages of documents, and what stands beside them, in the tree that the public sees.

What a page leads to is there before it and goes after it; no page is ever replaced by an older one. All may run twice.
"""

import asyncio
import hashlib
from contextlib import AbstractAsyncContextManager
from datetime import date
from pathlib import Path

from channels.contract import Blobs, ChannelError
from channels.tree import Tree
from channels.turn import Turn
from channels.website import beside, pages, sight
from channels.website.closings import Closings
from channels.website.copies.shelf import Copies
from schemas.delivery import Action, Reaction
from schemas.parcel import Parcel, Rendering
from schemas.release import Attachment

#: Releases whose pages are written one after another; more would only be more lock files.
SHARDS = 16


class Pages:
    """The pages of one channel, in the tree that it writes. `folder` is beside the tree and holds what nobody reads."""

    def __init__(self, tree: Tree, blobs: Blobs, copies: Copies, folder: Path) -> None:
        self._tree = tree
        self._blobs = blobs
        self._copies = copies
        self._turns = [Turn(folder / f"website.{n}.lock") for n in range(SHARDS)]
        self._closings = Closings(folder / "closing", tree)

    async def make_ready(self, parcel: Parcel) -> None:
        """Make sure that nothing will be missing. Writes nothing: all of the tree is public. Raises ChannelError."""
        for file in beside.files(parcel):
            if not self._tree.holds(file.path, file.attachment.sha256):
                await self._read(file.attachment)
        await self._copies.ensure(parcel.edition)

    async def write_beside(self, parcel: Parcel) -> None:
        """Write the attachments and images that are not there yet. Raises ChannelError(BUG) for one that is lost."""
        for file in beside.files(parcel):
            if not await asyncio.to_thread(self._tree.holds, file.path, file.attachment.sha256):
                await self._tree.write(file.path, await self._read(file.attachment))

    async def write(self, parcel: Parcel, rendering: Rendering) -> None:
        """Put the pages in place, unless a later one is there: a process may have been stopped since its last look.

        Raises ChannelError(BUG) as `refuse_older`. Durable on return; may run twice.
        """
        withdrawn = parcel.action is Action.WITHDRAW
        copies = {} if withdrawn else await self._copies.missing(parcel.edition, self._tree)
        async with self._turn(parcel.edition.release):
            self.refuse_older(parcel, rendering)
            self._closings.note(parcel.edition.release, rendering)
            # In this order: what a page leads to is there before it.
            shown = {page.name: page.body for page in rendering.files}
            await self._tree.write_many({**self._style(), **copies, **shown})

    async def clear(self, parcel: Parcel) -> None:
        """Remove what the text brought along. Durable on return."""
        await self._tree.remove_many(beside.remains(parcel))
        await self._copies.forget(parcel.edition)

    async def turn_over(self, today: date) -> None:
        """Turn the pages whose day is over (`closings`)."""
        await self._closings.run(self._turn, today)

    def refuse_older(self, parcel: Parcel, rendering: Rendering) -> None:
        """Raise ChannelError(BUG) when the tree already shows more than these pages would."""
        there = [self._tree.read(page.name) or b"" for page in rendering.files]
        if any(sight.is_newer(page, parcel) for page in there):
            raise ChannelError(Reaction.BUG, "overtaken", "网站上已是更新的版本，没有改动")

    def _turn(self, release: int) -> AbstractAsyncContextManager[None]:
        """The turn of whoever writes the pages of this release."""
        return self._turns[release % len(self._turns)].taken()

    def _style(self) -> dict[str, bytes]:
        """The style, where it is not there yet: no page is public without it."""
        return {} if self._tree.read(pages.STYLE_PATH) == pages.STYLE else {pages.STYLE_PATH: pages.STYLE}

    async def _read(self, attachment: Attachment) -> bytes:
        try:
            data = await self._blobs.read(attachment.sha256)
        except KeyError:
            raise ChannelError(Reaction.BUG, "blob_missing", f"附件“{attachment.name}”不在库中") from None
        if hashlib.sha256(data).hexdigest() != attachment.sha256:
            raise ChannelError(Reaction.BUG, "blob_altered", f"附件“{attachment.name}”与审核时不一致")
        return data
