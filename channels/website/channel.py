"""The channel of kind `website`: writes prepared files, and looks at them from outside as the public does.

Everything here may run twice: the same parcel gives the same bytes at the same addresses.
"""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from channels import contract, knocking
from channels.contract import Ability, Call, Heard, Notes, Tools, Traits
from channels.tree import Tree
from channels.turn import Rebuild, Turn
from channels.website import beside, dates, looking, pages, watching
from channels.website.copies.shelf import Copies, available
from channels.website.keeper import Pages
from channels.website.lists import Lists, tending
from channels.website.lists.tending import Tending
from channels.website.renderer import Renderer
from channels.website.renewing import Renewing
from channels.website.settings import WebsiteSettings
from schemas import addresses
from schemas.delivery import Action
from schemas.edition import Edition
from schemas.parcel import Parcel, RenderedFile, Rendering
from schemas.publication import Loss, Receipt, Sighting
from schemas.release import Disclosure, Secrecy
from schemas.standing import Can

ANNOTATES = "原网址不变：标题加注效力状态，正文上方说明理由、依据和替代文件，“有效性”一栏和列表同步更新。"
WITHDRAWS = (
    "原网址改为撤回说明，不再显示正文；附件和图片删除，列表和网站地图不再列出。搜索引擎和他人保存的副本不在此列。"
)


class Website:
    """Implements `channels.contract.Channel`."""

    traits = Traits(
        editable=True,
        concurrency=8,
        prepare_seconds=60,
        commit_seconds=60,
        sight_seconds=15,
        annotate=Ability(Can.YES, ANNOTATES),
        withdraw=Ability(Can.YES, WITHDRAWS),
        shows_at_once=True,
    )

    def __init__(self, settings: WebsiteSettings, tools: Tools) -> None:
        self.settings = settings
        self._tools = tools
        self._tree = Tree(Path(tools.data_dir) / "site")
        folder = Path(tools.data_dir)
        self._copies = Copies(available(settings.copies), folder / "copies", tools.blobs, tools.site)
        self._pages = Pages(self._tree, tools.blobs, self._copies, folder)
        self._keeper = Lists(settings.name, tools, self._tree)
        self._lists = Rebuild(Turn(folder / "website.lock"), self._rebuild)
        self._changed: set[int] = set()  #: releases that the next rebuild of the lists is for
        self._tending = Tending(settings.name, tools.shelf, tools.site, self._keeper, self._tree, folder)
        self._renewing = Renewing(settings.name, tools.shelf, tools.site, self._tree, folder)
        self._is_tended = False  #: until lists stand, their pages are left to whoever writes them all
        self._renderer = Renderer(tools.site, self._copies)

    def render(self, parcel: Parcel) -> Rendering:
        """One page per document. Attachments and images are not in it: the edition's digest names their digests."""
        return self._renderer.kept(parcel)

    def scenery(self, parcel: Parcel) -> tuple[RenderedFile, ...]:  # noqa: ARG002 - all pages wear the same
        return (RenderedFile(name=pages.STYLE_PATH, media="text/css", body=pages.STYLE),)

    async def prepare(self, parcel: Parcel, notes: Notes) -> None:  # noqa: ARG002 - nothing to remember
        """Make sure that nothing will be missing at the commit. Writes nothing: all of the tree is public."""
        if parcel.action is not Action.WITHDRAW:
            await self._pages.make_ready(parcel)
        self._renderer.try_out(parcel, self.render(parcel))

    def is_ready(self, parcel: Parcel) -> bool:
        """Whether `prepare` found all there once, or `ahead` did: the commit itself brings what the tree lacks."""
        return self._renderer.has_tried(parcel)

    async def commit(self, parcel: Parcel, notes: Notes) -> Receipt:  # noqa: ARG002 - the files themselves say what is done
        """Write attachments, then pages, then lists: whatever the public can reach is complete. Durable on return.

        The lists are left to the annotation where one follows.
        """
        rendering = self.render(parcel)
        if parcel.action is Action.WITHDRAW:
            return await self._withdraw(parcel, rendering)
        self._pages.refuse_older(parcel, rendering)
        await self._pages.write_beside(parcel)
        # Dies here: attachments that no page names yet. Asked later, `look_up` says no, and the commit is made again.
        await self._pages.write(parcel, rendering)
        # Dies here: the pages are public, the lists do not name them. `look_up` says yes and puts the lists right.
        if not self._is_annotated_next(parcel):
            await self._list(parcel)
        return self._receipt(parcel, rendering)

    async def look_up(self, parcel: Parcel, notes: Notes) -> Receipt | None:
        """Certain, because pages are files. A commit that reached its pages is finished before it is reported."""
        rendering = self.render(parcel)
        if any(self._tree.read(page.name) != page.body for page in rendering.files):
            return None
        # A process that died may have left pages that are not durable and lists that are old: same bytes again.
        return await self.commit(parcel, notes)

    async def sight(self, parcel: Parcel, receipt: Receipt, notes: Notes) -> tuple[Sighting, ...]:  # noqa: ARG002 - addresses never change
        brought = (*(file.path for file in beside.files(parcel)), *self._copies.paths(parcel.edition))
        gone = brought if parcel.action is Action.WITHDRAW else ()
        known = self._renderer.known(parcel)
        return await looking.sightings(self._tools.http, self._tools.site.url, parcel, gone=gone, known=known)

    watch = watching.WATCH

    async def still_there(self, parcel: Parcel, receipt: Receipt, addresses: Mapping[str, str]) -> tuple[Loss, ...]:  # noqa: ARG002 - the addresses say where
        return await watching.losses(self._tools.http, parcel, addresses)

    async def hear(self, call: Call) -> Heard | None:  # noqa: ARG002 - a website calls nobody
        return None

    async def tend(self) -> None:
        """Turn the pages whose day is over; write those before the first release; all anew after new software."""
        today = dates.of(contract.now_utc())
        await self._pages.turn_over(today)
        await self._tending.run(self._lists.turn)
        self._is_tended = True
        stamp = await asyncio.to_thread(tending.stamp, self._tools.site)
        # Behind everything else: documents' own pages, slowly, so that they wear what the lists wear.
        await self._renewing.run(stamp, self._renderer.fresh, self._pages.write, today)

    async def heed(self) -> None:
        """Bring how the public reaches the units to the page of the guides."""
        if self._is_tended:
            await self._keeper.heed(self._lists.turn)

    async def ahead(self, edition: Edition) -> None:
        """Make the copies of an edition that somebody has submitted, and render it once: the button need not wait."""
        if edition.metadata.disclosure is Disclosure.OPEN and edition.metadata.secrecy is Secrecy.NONE:
            parcel = Parcel(
                key="",
                action=Action.PUBLISH,
                edition=edition,
                planned_at=contract.now_utc(),
                official_at=None,
                addresses={},
            )
            await self._pages.make_ready(parcel)
            await asyncio.to_thread(lambda: self._renderer.try_out(parcel, self._renderer.fresh(parcel)))

    def lacks(self) -> list[str]:
        return self.settings.lacks()

    async def knock(self) -> None:
        await knocking.knock(self._tree, self._tools)

    async def close(self) -> None:
        """Nothing is held open here."""

    async def _withdraw(self, parcel: Parcel, rendering: Rendering) -> Receipt:
        """Put the notices where the text was, then remove what the text brought along, then the lists' lines.

        Dies anywhere: asked later, `look_up` either finds the notices and does the rest again, or does it all.
        """
        await self._pages.write(parcel, rendering)
        await self._pages.clear(parcel)
        await self._list(parcel)
        return self._receipt(parcel, rendering)

    def _is_annotated_next(self, parcel: Parcel) -> bool:
        """Whether an annotation will write the lists anyway, so that the public need not wait for them here.

        The sighting of this commit makes an official time, and with it, in its transaction, the delivery that brings
        that time to these pages: whoever dies, the store knows that it is due.
        """
        return self.settings.authoritative and parcel.action is Action.PUBLISH and parcel.official_at is None

    async def _list(self, parcel: Parcel) -> None:
        """Return once the lists show the release as it is in the store. Durable; may run twice."""
        self._changed.add(parcel.edition.release)
        await self._lists.done()

    async def _rebuild(self) -> None:
        """For all that waited for their turn together. If it fails, each of them is told, and asks again."""
        changed, self._changed = self._changed, set()
        await self._keeper.put(changed)

    def _receipt(self, parcel: Parcel, rendering: Rendering) -> Receipt:
        release, url = parcel.edition.release, self._tools.site.url
        there = {one.name: url + addresses.path(release, one.name) for one in parcel.edition.documents}
        return Receipt(id=addresses.path(release, "policy"), addresses=there, reply_sha256=rendering.sha256)


def build(settings: Mapping[str, Any], tools: Tools) -> Website:
    """Make the channel from its `[[channels]]` table. Raises pydantic.ValidationError for keys it does not know."""
    return Website(WebsiteSettings.model_validate(settings), tools)
