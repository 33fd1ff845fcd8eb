"""The channel of kind `website`: writes prepared files, and looks at them from outside as the public does.

Everything here may run twice: the same parcel gives the same bytes at the same addresses.
"""

import asyncio
import hashlib
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any, Literal

from channels import body, contract, look
from channels.contract import (
    Ability,
    Call,
    ChannelError,
    ChannelSettings,
    Heard,
    Notes,
    NotYetError,
    Tools,
    Traits,
)
from channels.tree import Tree
from channels.turn import Rebuild, Turn
from channels.website import beside, dates, pages, sight, watching
from channels.website.closings import Closings
from channels.website.copies import pdf
from channels.website.copies.shelf import Copies, available
from channels.website.lists import Lists, tending
from channels.website.lists.tending import Tending
from channels.website.renewing import Renewing
from schemas import addresses
from schemas.delivery import Action, Reaction
from schemas.edition import Edition
from schemas.parcel import Parcel, RenderedFile, Rendering
from schemas.publication import Loss, Receipt, Sighting
from schemas.release import Attachment, Disclosure, Document, Secrecy
from schemas.standing import Can

#: Releases whose pages are written one after another; more would only be more lock files.
SHARDS = 16


ANNOTATES = "原网址不变：标题加注效力状态，正文上方说明理由、依据和替代文件，“有效性”一栏和列表同步更新。"
WITHDRAWS = (
    "原网址改为撤回说明，不再显示正文；附件和图片删除，列表和网站地图不再列出。搜索引擎和他人保存的副本不在此列。"
)


NO_PDF = (
    "设置了 PDF 文本（copies），但本机缺少 {names}，页面只提供其他文本。请安装 Pango 和中文字体"
    "（Debian：libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-noto-cjk），各台机器一致。"
)


class WebsiteSettings(ChannelSettings):
    """A `[[channels]]` table of kind `website`. The site itself is described once, for all."""

    kind: Literal["website"] = "website"
    #: The files of each text that stand beside its page, `docx` and `pdf`; a PDF needs Pango and a Chinese font.
    copies: tuple[Literal["docx", "pdf"], ...] = ("docx",)


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
        self._keeper = Lists(settings.name, tools, self._tree)
        self._lists = Rebuild(Turn(folder / "website.lock"), self._rebuild)
        self._changed: set[int] = set()  #: releases that the next rebuild of the lists is for
        self._tending = Tending(settings.name, tools.shelf, tools.site, self._keeper, self._tree, folder)
        self._renewing = Renewing(settings.name, tools.shelf, tools.site, self._tree, folder)
        self._pages = [Turn(folder / f"website.{n}.lock") for n in range(SHARDS)]
        self._closings = Closings(folder / "closing", self._tree)
        self._last: tuple[object, Rendering] | None = None

    def render(self, parcel: Parcel) -> Rendering:
        """One page per document. Attachments and images are not in it: the edition's digest names their digests."""
        wanted = (parcel.edition.digest, parcel.planned_at, parcel.official_at, parcel.action, parcel.notice)
        last = self._last  # another thread may put another's there meanwhile
        if last is None or last[0] != wanted:
            # The hub asks for it to log its digest, and again within milliseconds by way of the steps.
            last = self._last = (wanted, self._render(parcel))
        return last[1]

    def scenery(self, parcel: Parcel) -> tuple[RenderedFile, ...]:  # noqa: ARG002 - all pages wear the same
        return (RenderedFile(name=pages.STYLE_PATH, media="text/css", body=pages.STYLE),)

    async def prepare(self, parcel: Parcel, notes: Notes) -> None:  # noqa: ARG002 - nothing to remember
        """Make sure that nothing will be missing at the commit. Writes nothing: all of the tree is public."""
        for file in beside.files(parcel) if parcel.action is not Action.WITHDRAW else ():
            if not self._tree.holds(file.path, file.attachment.sha256):
                await self._read(file.attachment)
        if parcel.action is not Action.WITHDRAW:
            await self._copies.ensure(parcel.edition)
        self.render(parcel)

    async def commit(self, parcel: Parcel, notes: Notes) -> Receipt:  # noqa: ARG002 - the files themselves say what is done
        """Write attachments, then pages, then lists: whatever the public can reach is complete. Durable on return.

        The lists are left to the annotation where one follows.
        """
        rendering = self.render(parcel)
        if parcel.action is Action.WITHDRAW:
            return await self._withdraw(parcel, rendering)
        self._refuse_older(parcel, rendering)
        for file in beside.files(parcel):
            if not await asyncio.to_thread(self._tree.holds, file.path, file.attachment.sha256):
                await self._tree.write(file.path, await self._read(file.attachment))
        # Dies here: attachments that no page names yet. Asked later, `look_up` says no, and the commit is made again.
        await self._write(parcel, rendering)
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
        if parcel.action is Action.WITHDRAW:
            gone = [*(file.path for file in beside.files(parcel)), *self._copies.paths(parcel.edition)]
            await asyncio.gather(*map(self._miss, gone))
        return tuple(await asyncio.gather(*(self._sight(parcel, one) for one in parcel.edition.documents)))

    watch = watching.WATCH

    async def still_there(self, parcel: Parcel, receipt: Receipt, addresses: Mapping[str, str]) -> tuple[Loss, ...]:  # noqa: ARG002 - the addresses say where
        return await watching.losses(self._tools.http, parcel, addresses)

    async def hear(self, call: Call) -> Heard | None:  # noqa: ARG002 - a website calls nobody
        return None

    async def tend(self) -> None:
        """Turn the pages whose day is over; write those before the first release; all anew after new software."""
        today = dates.of(contract.now_utc())
        await self._closings.run(self._turn, today)
        await self._tending.run(self._lists.turn)
        stamp = await asyncio.to_thread(tending.stamp, self._tools.site)
        # Behind everything else: documents' own pages, slowly, so that they wear what the lists wear.
        await self._renewing.run(stamp, self._render, self._write, today)

    async def ahead(self, edition: Edition) -> None:
        """Make the copies of an edition that somebody has submitted, so that the button need not wait for them."""
        if edition.metadata.disclosure is Disclosure.OPEN and edition.metadata.secrecy is Secrecy.NONE:
            await self._copies.ensure(edition)

    def lacks(self) -> list[str]:
        missing = pdf.missing() if "pdf" in self.settings.copies else ()
        return [NO_PDF.format(names="、".join(missing))] if missing else []

    async def knock(self) -> None:
        """Write a file that nobody serves beside the pages, and fetch the home page as a stranger would."""
        try:
            await self._tree.try_writing()
        except OSError as error:
            detail = f"网站目录不能写入（{error.strerror}）"
            raise ChannelError(Reaction.CONFIGURATION, "unwritable", detail) from error
        await look.find(self._tools.http, f"{self._tools.site.url}/", timeout_seconds=10)

    async def close(self) -> None:
        """Nothing is held open here."""

    def _render(self, parcel: Parcel) -> Rendering:
        if parcel.action is not Action.WITHDRAW:
            body.refuse_closed(parcel.edition.metadata)
        return Rendering(
            files=tuple(
                RenderedFile(
                    name=addresses.path(parcel.edition.release, one.name),
                    media="text/html; charset=utf-8",
                    body=pages.document(parcel, one, self._tools.site, self._copies.kinds),
                )
                for one in parcel.edition.documents
            ),
        )

    async def _sight(self, parcel: Parcel, one: Document) -> Sighting:
        address = self._tools.site.url + addresses.path(parcel.edition.release, one.name)
        page = await look.find(self._tools.http, address, timeout_seconds=10)
        is_gone = parcel.action is Action.WITHDRAW
        if not (sight.is_gone(page, parcel, one) if is_gone else page and sight.shows(page, parcel, one)):
            raise NotYetError(look.AGAIN_SECONDS)
        return Sighting(
            document=one.name,
            address=address,
            sha256=hashlib.sha256(page or b"").hexdigest(),
            fetched_at=contract.now_utc(),
        )

    async def _withdraw(self, parcel: Parcel, rendering: Rendering) -> Receipt:
        """Put the notices where the text was, then remove what the text brought along, then the lists' lines.

        Dies anywhere: asked later, `look_up` either finds the notices and does the rest again, or does it all.
        """
        await self._write(parcel, rendering)
        await self._tree.remove_many(beside.remains(parcel))
        await self._copies.forget(parcel.edition)
        await self._list(parcel)
        return self._receipt(parcel, rendering)

    async def _miss(self, path: str) -> None:
        """Raise NotYetError while the public still finds the file."""
        if await look.find(self._tools.http, self._tools.site.url + path, timeout_seconds=10) is not None:
            raise NotYetError(look.AGAIN_SECONDS)

    async def _write(self, parcel: Parcel, rendering: Rendering) -> None:
        """Put the pages in place, unless a later one is there: a process may have been stopped since its last look."""
        withdrawn = parcel.action is Action.WITHDRAW
        copies = {} if withdrawn else await self._copies.missing(parcel.edition, self._tree)
        async with self._turn(parcel.edition.release):
            self._refuse_older(parcel, rendering)
            self._closings.note(parcel.edition.release, rendering)
            # In this order: what a page leads to is there before it.
            shown = {page.name: page.body for page in rendering.files}
            await self._tree.write_many({**self._style(), **copies, **shown})

    def _turn(self, release: int) -> AbstractAsyncContextManager[None]:
        """The turn of whoever writes the pages of this release."""
        return self._pages[release % len(self._pages)].taken()

    def _is_annotated_next(self, parcel: Parcel) -> bool:
        """Whether an annotation will write the lists anyway, so that the public need not wait for them here.

        The sighting of this commit makes an official time, and with it, in its transaction, the delivery that brings
        that time to these pages: whoever dies, the store knows that it is due.
        """
        return self.settings.authoritative and parcel.action is Action.PUBLISH and parcel.official_at is None

    def _refuse_older(self, parcel: Parcel, rendering: Rendering) -> None:
        there = [self._tree.read(page.name) or b"" for page in rendering.files]
        if any(sight.is_newer(page, parcel) for page in there):
            raise ChannelError(Reaction.BUG, "overtaken", "网站上已是更新的版本，没有改动")

    async def _list(self, parcel: Parcel) -> None:
        """Return once the lists show the release as it is in the store. Durable; may run twice."""
        self._changed.add(parcel.edition.release)
        await self._lists.done()

    async def _rebuild(self) -> None:
        """For all that waited for their turn together. If it fails, each of them is told, and asks again."""
        changed, self._changed = self._changed, set()
        await self._keeper.put(changed)

    def _style(self) -> dict[str, bytes]:
        """The style, where it is not there yet: no page is public without it."""
        return {} if self._tree.read(pages.STYLE_PATH) == pages.STYLE else {pages.STYLE_PATH: pages.STYLE}

    async def _read(self, attachment: Attachment) -> bytes:
        try:
            data = await self._tools.blobs.read(attachment.sha256)
        except KeyError:
            raise ChannelError(Reaction.BUG, "blob_missing", f"附件“{attachment.name}”不在库中") from None
        if hashlib.sha256(data).hexdigest() != attachment.sha256:
            raise ChannelError(Reaction.BUG, "blob_altered", f"附件“{attachment.name}”与审核时不一致")
        return data

    def _receipt(self, parcel: Parcel, rendering: Rendering) -> Receipt:
        release = parcel.edition.release
        return Receipt(
            id=addresses.path(release, "policy"),
            addresses={
                d.name: self._tools.site.url + addresses.path(release, d.name) for d in parcel.edition.documents
            },
            reply_sha256=rendering.sha256,
        )


def build(settings: Mapping[str, Any], tools: Tools) -> Website:
    """Make the channel from its `[[channels]]` table. Raises pydantic.ValidationError for keys it does not know."""
    return Website(WebsiteSettings.model_validate(settings), tools)
