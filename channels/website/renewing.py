"""Renders the pages of documents anew after the site or the software has changed: its name, footer, navigation, style.

Only what stands around a text may change by this. A page is replaced where the old one and the new one both show the
same edition with its digest, title, text, standing and official time (`sight`); any other page is somebody's business:
a delivery's, or a watch's. See docs/decisions/0023-pages-that-are-renewed.md.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path

from channels.contract import ChannelError, Shelf, Site
from channels.stamp import Stamp
from channels.tree import Tree
from channels.turn import Turn
from channels.website import closing, sight
from schemas import addresses
from schemas.delivery import Action
from schemas.edition import Edition
from schemas.parcel import Listed, Parcel, Rendering
from schemas.release import Kind

Render = Callable[[Parcel], Rendering]
Write = Callable[[Parcel, Rendering], Awaitable[None]]

#: Publications of one step, and the rest after it: what publishes comes first, and an archive has weeks.
BATCH, REST_SECONDS = 10, 0.2
#: Steps of one run. The next one, an hour later, goes on from there; days that end meanwhile do not wait for more.
STEPS = 2_000
#: A page takes what others write with it from the store, and says nothing of this delivery.
_KEY = "0" * 32


class Renewing:
    """The renewal of one channel's pages."""

    def __init__(self, channel: str, shelf: Shelf, site: Site, tree: Tree, folder: Path) -> None:
        self._channel, self._shelf, self._site, self._tree = channel, shelf, site, tree
        self._progress = Stamp(folder / "website.renewed")
        self._turn = Turn(folder / "website.renew.lock")

    async def run(self, stamp: str, render: Render, write: Write, today: date) -> int:
        """Bring pages to the state that the stamp stands for; return how many were written.

        Dies anywhere: the next run begins behind the last step that ended, and every step may be repeated.
        """
        written = 0
        async with self._turn.taken():
            after = self._reached(stamp)
            for _ in range(STEPS):
                if after is None:
                    break
                found = await self._shelf.published(self._channel, after=after, limit=BATCH)
                if not found:
                    self._progress.put(f"{stamp} done")
                    break
                written += await self._step({release for _, release in found}, render, write, today)
                after = found[-1][0]
                self._progress.put(f"{stamp} {after}")
                await asyncio.sleep(REST_SECONDS)
        return written

    async def _step(self, releases: set[int], render: Render, write: Write, today: date) -> int:
        shown = await self._shelf.outlines(self._channel, releases)
        wanted = {(release, one.edition.number) for release, one in shown.items()}
        written = 0
        for edition in await self._shelf.whole(wanted):
            parcel = self._parcel(edition, shown[edition.release])
            written += await self._renew(parcel, render, write, today)
        return written

    async def _renew(self, parcel: Parcel, render: Render, write: Write, today: date) -> bool:
        paths = [addresses.path(parcel.edition.release, one.name) for one in parcel.edition.documents]
        there = [await asyncio.to_thread(self._tree.read, path) for path in paths]
        try:
            made = await asyncio.to_thread(render, parcel)
            pages = [closing.turned(file.body, today) or file.body for file in made.files]
            is_right = all(there) and sight.shows_all(there, parcel) and sight.shows_all(pages, parcel)
            if pages == there or not is_right:
                return False
            files = (file.model_copy(update={"body": page}) for file, page in zip(made.files, pages, strict=True))
            await write(parcel, Rendering(files=tuple(files)))
        except ChannelError:
            return False  # a later page is there by now, or the edition is one that would not go out today
        return True

    def _parcel(self, edition: Edition, listed: Listed) -> Parcel:
        path = addresses.path(edition.release, "policy")
        notice, official_at = listed.notice, listed.official_at
        action = Action.ANNOTATE if official_at else Action.PUBLISH
        if notice and notice.is_withdrawal:
            action = Action.WITHDRAW
        elif edition.metadata.kind is Kind.POWERS and self._is_compared(path, edition.release):
            action = Action.PUBLISH  # a later version of a list of powers leads to the one before it
        return Parcel(
            key=_KEY,
            action=action,
            edition=edition,
            planned_at=listed.planned_at,
            official_at=official_at,
            addresses={
                one.name: self._site.url + addresses.path(edition.release, one.name) for one in edition.documents
            },
            notice=notice,
        )

    def _is_compared(self, path: str, release: int) -> bool:
        return addresses.comparison(release).encode() in (self._tree.read(path) or b"")

    def _reached(self, stamp: str) -> int | None:
        """Behind which publication to go on; None where all is done."""
        known, _, place = self._progress.read().partition(" ")
        if known != stamp:
            return 0
        return None if place == "done" else int(place) if place.isdigit() else 0
