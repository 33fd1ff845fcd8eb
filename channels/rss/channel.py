"""The channel of kind `rss`: rebuilds the feeds from the shelf, writes them into the site's tree, and reads them back.

A feed is a list, so a commit is a rebuild; it may run any number of times and gives the same bytes.
"""

import asyncio
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from channels import body, contract, look
from channels.contract import Ability, Call, ChannelError, ChannelSettings, Heard, Notes, NotYetError, Tools, Traits
from channels.rss import entries, feeds, sight
from channels.rss.entries import Entry
from channels.rss.feeds import Feed
from channels.tree import Tree
from channels.turn import Rebuild, Turn
from schemas import addresses
from schemas.delivery import Action, Reaction
from schemas.parcel import Listed, Parcel, RenderedFile, Rendering
from schemas.publication import Receipt, Sighting
from schemas.standing import Can

#: Editions whose entries are kept rendered.
KEPT = 200


ANNOTATES = "订阅源中的条目更新标题和摘要，加注效力状态；正文不变。"
WITHDRAWS = "条目换成简短的撤回说明，并通知阅读器删除（RFC 6721）。读者已经下载的内容无法收回。"


class RssSettings(ChannelSettings):
    """A `[[channels]]` table of kind `rss`."""

    kind: Literal["rss"] = "rss"
    hub: str = ""  #: the public address of the WebSub hub that the feeds name; empty for none


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
    )

    def __init__(self, settings: RssSettings, tools: Tools) -> None:
        self.settings = settings
        self._tools = tools
        self._tree = Tree(Path(tools.data_dir) / "site")
        self._feeds = Rebuild(Turn(Path(tools.data_dir) / "feeds.lock"), self._rebuild)
        self._arriving: dict[int, Listed] = {}
        self._kept: dict[tuple[object, ...], tuple[Entry, ...]] = {}

    def render(self, parcel: Parcel) -> Rendering:
        """This parcel's entries alone; every feed holds exactly these bytes."""
        if parcel.action is not Action.WITHDRAW:
            body.refuse_closed(parcel.edition.metadata)
        return Rendering(
            files=tuple(
                RenderedFile(name=f"{entry.document}.{kind}", media=media, body=getattr(entry, kind))
                for entry in self._entries(_listed(parcel))
                for kind, media in feeds.MEDIA.items()
            ),
        )

    async def prepare(self, parcel: Parcel, notes: Notes) -> None:  # noqa: ARG002 - nothing to remember
        self.render(parcel)

    async def commit(self, parcel: Parcel, notes: Notes) -> Receipt:  # noqa: ARG002 - the files say what is done
        """Write the release's own feed, then the standing ones. Durable on return."""
        rendering = self.render(parcel)
        await self._tree.write_many(self._own(parcel))
        # Dies here: asked later, `look_up` finds the release's own feed and has the standing ones rebuilt.
        self._arriving[parcel.edition.release] = _listed(parcel)
        await self._feeds.done()
        return Receipt(
            id=feeds.path(_name(parcel), "atom"),
            addresses=dict.fromkeys((d.name for d in parcel.edition.documents), self._address("all", "atom")),
            reply_sha256=rendering.sha256,
        )

    async def look_up(self, parcel: Parcel, notes: Notes) -> Receipt | None:
        if any(self._tree.read(path) != data for path, data in self._own(parcel).items()):
            return None
        return await self.commit(parcel, notes)

    async def sight(self, parcel: Parcel, receipt: Receipt, notes: Notes) -> tuple[Sighting, ...]:  # noqa: ARG002
        """Look into the feed of everything, in both formats.

        An entry that newer ones have already pushed out of it is looked for in the release's own feed, which stays.
        """
        for name in ("all", _name(parcel)):
            found = [await self._fetch(self._address(name, kind)) for kind in feeds.MEDIA]
            if all([await asyncio.to_thread(sight.shows, feed, parcel, self._tools.site) for feed in found]):
                return self._sightings(parcel, self._address(name, "atom"), found[0])
        raise NotYetError(look.AGAIN_SECONDS)

    async def hear(self, call: Call) -> Heard | None:  # noqa: ARG002 - a feed calls nobody
        return None

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

    async def _fetch(self, address: str) -> bytes:
        return await look.fetch(self._tools.http, address, timeout_seconds=10)

    def _sightings(self, parcel: Parcel, address: str, feed: bytes) -> tuple[Sighting, ...]:
        at, sha256 = contract.now_utc(), hashlib.sha256(feed).hexdigest()
        return tuple(
            Sighting(document=one.name, address=address, sha256=sha256, fetched_at=at)
            for one in parcel.edition.documents
        )

    async def _rebuild(self) -> None:
        """Runs under the turn. What is arriving counts too, in case that the shelf does not list it yet."""
        arriving = dict(self._arriving)
        name, most, shelf = self.settings.name, feeds.MAX_ENTRIES, self._tools.shelf
        listed = {
            line.edition.release: line
            for lines in (await shelf.changed(name, most), await shelf.recent(name, most))
            for line in lines
        }
        for release, line in arriving.items():
            if release not in listed or _newer(line, listed[release]):
                listed[release] = line
        found = [entry for line in listed.values() for entry in self._entries(line)]
        files: dict[str, bytes] = {}
        for feed in feeds.standing(self._tools.site):
            files |= feeds.build(feed, found, self._tools.site, hub=self.settings.hub)
            await asyncio.sleep(0)  # feedgen may not leave the loop's thread, so others get their turn in between
        await self._tree.write_many(files)
        for release, line in arriving.items():
            if self._arriving.get(release) is line:
                del self._arriving[release]

    def _own(self, parcel: Parcel) -> Mapping[str, bytes]:
        """The feed of this release alone: subscribers of one policy use it, and it never pushes an entry out."""
        page = addresses.path(parcel.edition.release, "policy")
        feed = Feed(_name(parcel), f"{parcel.edition.policy.title} - {self._tools.site.name}", page)
        return feeds.build(feed, self._entries(_listed(parcel)), self._tools.site, hub=self.settings.hub)

    def _entries(self, line: Listed) -> tuple[Entry, ...]:
        key = (line.edition.digest, line.planned_at, line.official_at, line.notice)
        if key not in self._kept:
            if len(self._kept) >= KEPT:
                del self._kept[next(iter(self._kept))]
            self._kept[key] = entries.of_line(line, self._tools.site)
        return self._kept[key]

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


def _newer(arriving: Listed, listed: Listed) -> bool:
    """Tell whether the shelf lags behind: an older edition, an older word on it, or no official time yet."""
    return _rank(arriving) > _rank(listed)


def _rank(line: Listed) -> tuple[int, int, bool]:
    return line.edition.number, line.notice.serial if line.notice else 0, line.official_at is not None


def _name(parcel: Parcel) -> str:
    return f"release-{parcel.edition.release}"


def build(settings: Mapping[str, Any], tools: Tools) -> Rss:
    """Make the channel from its `[[channels]]` table. Raises pydantic.ValidationError for keys it does not know."""
    return Rss(RssSettings.model_validate(settings), tools)
