"""The channel of kind `rss`: writes feeds from the shelf into the site's tree, and reads them back as the public does.

A feed is a list, so a commit is a rebuild of those that tell of the release; it may run any number of times and gives
the same bytes.
"""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from channels import body, contract, knocking, look
from channels.contract import Ability, Call, ChannelSettings, Heard, Notes, NotYetError, Tools, Traits
from channels.rss import sight, tending
from channels.rss.lists import Lists
from channels.rss.tending import Tending
from channels.tree import Tree
from channels.turn import Rebuild, Turn
from schemas import feeds
from schemas.delivery import Action
from schemas.parcel import Listed, Parcel, RenderedFile, Rendering
from schemas.publication import Receipt, Sighting
from schemas.standing import Can

ANNOTATES = "订阅源中的条目更新标题和摘要，加注效力状态；正文不变。"
WITHDRAWS = "条目换成简短的撤回说明，并通知阅读器删除（RFC 6721）。读者已经下载的内容无法收回。"


class RssSettings(ChannelSettings):
    """A `[[channels]]` table of kind `rss`."""

    kind: Literal["rss"] = "rss"
    #: The public address of the WebSub hub that the feeds name; our own when it is left out, none when it is empty.
    hub: str | None = None


class Rss:
    """Implements `channels.contract.Channel`."""

    traits = Traits(
        editable=True,
        concurrency=8,
        prepare_seconds=30,
        commit_seconds=30,
        sight_seconds=30,
        annotate=Ability(Can.YES, ANNOTATES),
        withdraw=Ability(Can.YES, WITHDRAWS),
        shows_at_once=True,
        loop_only=True,  # feedgen sets the locale of the process (`repair`)
    )

    def __init__(self, settings: RssSettings, tools: Tools) -> None:
        self.settings = settings
        self._tools = tools
        folder, hub = Path(tools.data_dir), f"{tools.site.url}/websub" if settings.hub is None else settings.hub
        self._tree = Tree(folder / "site")
        self._lists = Lists(settings.name, tools, self._tree, hub=hub)
        self._turn = Turn(folder / "feeds.lock")
        self._rebuild = Rebuild(self._turn, self._put)
        self._new: dict[int, Listed] = {}
        state = tending.state(tools.site, hub)
        self._tending = Tending(settings.name, tools.shelf, self._lists, self._tree, folder, state=state)

    def render(self, parcel: Parcel) -> Rendering:
        """This parcel's entries alone; every feed holds exactly these bytes."""
        if parcel.action is not Action.WITHDRAW:
            body.refuse_closed(parcel.edition.metadata)
        return Rendering(
            files=tuple(
                RenderedFile(name=f"{entry.document}.{kind}", media=media, body=entry.whole[kind])
                for entry in self._lists.stock.of(_listed(parcel))
                for kind, media in feeds.MEDIA.items()
            ),
        )

    async def prepare(self, parcel: Parcel, notes: Notes) -> None:  # noqa: ARG002 - nothing to remember
        self.render(parcel)

    async def commit(self, parcel: Parcel, notes: Notes) -> Receipt:  # noqa: ARG002 - the files say what is done
        """Write the release's own feed, then those that tell of it among others. Durable on return."""
        rendering = self.render(parcel)
        await self._tree.write_many(self._lists.own(_listed(parcel)))
        # Dies here: asked later, `look_up` finds the release's own feed and has the others rebuilt.
        self._new[parcel.edition.release] = _listed(parcel)
        await self._rebuild.done()
        return Receipt(
            id=feeds.path(_name(parcel), "atom"),
            addresses=dict.fromkeys((d.name for d in parcel.edition.documents), self._address("all", "atom")),
            reply_sha256=rendering.sha256,
        )

    async def look_up(self, parcel: Parcel, notes: Notes) -> Receipt | None:
        if any(self._tree.read(path) != data for path, data in self._lists.own(_listed(parcel)).items()):
            return None
        return await self.commit(parcel, notes)

    async def sight(self, parcel: Parcel, receipt: Receipt, notes: Notes) -> tuple[Sighting, ...]:  # noqa: ARG002
        """Look into the feed of everything, in every format.

        An entry that newer ones have already pushed out of it is looked for in the release's own feed, which stays.
        """
        for name in ("all", _name(parcel)):
            fetched = await asyncio.gather(*(self._fetch(self._address(name, kind)) for kind in feeds.MEDIA))
            found = dict(zip(feeds.MEDIA, fetched, strict=True))
            if await asyncio.to_thread(self._shown, fetched, parcel):
                return self._sightings(parcel, self._address(name, "atom"), found["atom"])
        raise NotYetError(look.AGAIN_SECONDS)

    async def hear(self, call: Call) -> Heard | None:  # noqa: ARG002 - a feed calls nobody
        return None

    async def knock(self) -> None:
        await knocking.knock(self._tree, self._tools)

    async def tend(self) -> None:
        """Have every feed stand, the empty ones and the archives included (`channels.contract.Tended`)."""
        await self._tending.run(self._turn)

    async def close(self) -> None:
        """Nothing is held open here."""

    def _shown(self, found: Sequence[bytes], parcel: Parcel) -> bool:
        return all(sight.shows(feed, parcel, self._tools.site) for feed in found)

    async def _fetch(self, address: str) -> bytes:
        return await look.fetch(self._tools.http, address, timeout_seconds=10)

    def _sightings(self, parcel: Parcel, address: str, feed: bytes) -> tuple[Sighting, ...]:
        at, sha256 = contract.now_utc(), hashlib.sha256(feed).hexdigest()
        return tuple(
            Sighting(document=one.name, address=address, sha256=sha256, fetched_at=at)
            for one in parcel.edition.documents
        )

    async def _put(self) -> None:
        """Runs under the turn. What is new counts, in case that the shelf does not list it yet."""
        new = dict(self._new)
        await self._lists.put(new.values())
        for release, line in new.items():
            if self._new.get(release) is line:
                del self._new[release]

    def _address(self, name: str, kind: str) -> str:
        return self._tools.site.url + feeds.path(name, kind)


def _listed(parcel: Parcel) -> Listed:
    """The parcel as the shelf will list it."""
    return Listed(
        edition=parcel.edition,
        official_at=parcel.official_at,
        planned_at=parcel.planned_at,
        updated_at=parcel.planned_at,
        notice=parcel.notice,
    )


def _name(parcel: Parcel) -> str:
    return feeds.of_release(parcel.edition.release)


def build(settings: Mapping[str, Any], tools: Tools) -> Rss:
    """Make the channel from its `[[channels]]` table. Raises pydantic.ValidationError for keys it does not know."""
    return Rss(RssSettings.model_validate(settings), tools)
