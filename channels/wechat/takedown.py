"""Taking a published article down: which one it is, the one call that cannot be undone, and our own look afterwards."""

import asyncio
from collections.abc import Mapping
from typing import Any

from channels import contract
from channels.wechat import article, client, draft, errors, event, fate, page, publication
from channels.wechat.settings import WeChatSettings
from schemas import canonical
from schemas.delivery import Reaction
from schemas.parcel import Parcel, RenderedFile, Rendering
from schemas.publication import Receipt, Sighting

DELETE = "freepublish/delete"
#: The receipt of a withdrawal that found nothing to delete: it was never published, or is gone already.
NOTHING = "nothing"


def rendering(parcel: Parcel) -> Rendering:
    """What is asked of the platform. The article's own id is its answer of then, which `published` leads to."""
    asked = {
        "release": parcel.edition.release,
        "edition": parcel.edition.number,
        "published": parcel.published.id if parcel.published else None,
        "index": 0,
    }
    return Rendering(
        files=(RenderedFile(name="withdrawal.json", media="application/json", body=canonical.encode(asked)),)
    )


class Takedown:
    """What leaves the account's published list.

    Deleting twice is as deleting once, so one whose outcome is unknown may be repeated as soon as the platform says
    that the article is still there.
    """

    def __init__(
        self,
        account: WeChatSettings,
        calls: client.Client,
        press: publication.Press,
        sends: fate.Fate,
        tools: contract.Tools,
    ) -> None:
        self._account = account
        self._calls = calls
        self._press = press
        self._fate = sends
        self._tools = tools

    async def prepare(self, parcel: Parcel, notes: contract.Notes) -> None:
        """Find the article.

        Raises NotYetError while it is still being published, ChannelError for one that a person must look for.
        """
        if notes.get("article") is None:
            await notes.keep("article", await self._known(parcel, notes))

    async def delete(self, notes: contract.Notes) -> Receipt:
        """Make the irreversible call for all articles of the draft at once."""
        known = notes.get("article")
        if known.get("mass"):
            reply = await self._fate.delete(known["mass"])
            return Receipt(id=_id(known), addresses=known["urls"], reply_sha256=canonical.digest(reply))
        if not known["id"]:
            return Receipt(id=NOTHING, addresses=known["urls"])
        answer = await self._calls.write(DELETE, {"article_id": known["id"], "index": 0})
        return Receipt(id=known["id"], addresses=known["urls"], reply_sha256=canonical.digest(answer.raw))

    async def look_up(self, notes: contract.Notes) -> Receipt | None:
        """Ask for the article itself: certain either way."""
        known = notes.get("article")
        if known is None:
            return None
        if not await self._is_gone(known):
            return None
        return Receipt(id=_id(known), addresses=known["urls"])

    async def sight(self, parcel: Parcel, notes: contract.Notes) -> tuple[Sighting, ...]:
        """Look at every page. Raises NotYetError while one shows its text.

        A page of the platform that merely does not show it, such as a riddle for robots, is no proof: the platform must
        say that it is deleted, too, and is asked so once.
        """
        known = notes.get("article")
        if not notes.get("deleted"):
            if not await self._is_gone(known):
                raise contract.NotYetError(self._account.look_seconds)
            await notes.keep("deleted", True)
        found = await self._absences(parcel, known["urls"])
        if None in found:
            raise contract.NotYetError(self._account.page_seconds)
        return tuple(one for one in found if one is not None)

    async def _known(self, parcel: Parcel, notes: contract.Notes) -> dict[str, Any]:
        """The article's id and addresses; an empty id when there is nothing to delete."""
        published = parcel.published
        if published is None:
            return {"id": "", "urls": {}}
        if published.id.startswith(fate.PREFIX):
            return await self._sent(parcel, published)
        if published.id.startswith(publication.ADOPTED):
            return {"id": published.id.removeprefix(publication.ADOPTED), "urls": published.addresses}
        if published.addresses:
            # A person said where it is.
            return await self._listed(parcel, published.addresses)
        told = await self._press.outcome(published.id, notes)
        if told.status != event.DONE:
            return {"id": "", "urls": {}}
        return {"id": told.article_id, "urls": publication.placed(parcel, told.urls)}

    async def _sent(self, parcel: Parcel, published: Receipt) -> dict[str, Any]:
        """The mass send; nothing when it came to nothing. NotYetError while it is still on its way."""
        number = published.id.removeprefix(fate.PREFIX)
        status = await self._fate.status(number)
        if status == fate.FAILED:
            return {"id": "", "urls": {}}
        if status not in {fate.SUCCESS, fate.DELETED}:
            raise contract.NotYetError(self._account.look_seconds)
        told = await self._fate.told(number)
        urls = published.addresses or (publication.placed(parcel, told.urls) if told else {})
        return {"id": "", "mass": number, "urls": urls}

    async def _listed(self, parcel: Parcel, urls: Mapping[str, str]) -> dict[str, Any]:
        """The article of the published list that stands at one of the addresses."""
        async for item in self._press.published():
            if set(urls.values()) & {str(one.get("url")) for one in draft.news(item)}:
                return {"id": str(item.get("article_id") or ""), "urls": dict(urls)}
        if None in await self._absences(parcel, urls):
            detail = "已发布列表中没有找到这篇文章，请到公众平台人工删除，然后重试"
            raise contract.ChannelError(Reaction.CONFIGURATION, "no_article", detail)
        return {"id": "", "urls": dict(urls)}

    async def _absences(self, parcel: Parcel, urls: Mapping[str, str]) -> list[Sighting | None]:
        articles = article.articles(parcel, self._account.author)
        looks = [
            page.absence(self._tools.http, one, urls[one.name], self._account.page_hosts)
            for one in articles
            if one.name in urls
        ]
        return list(await asyncio.gather(*looks))

    async def _is_gone(self, known: Mapping[str, Any]) -> bool:
        if known.get("mass"):
            return await self._fate.status(known["mass"]) == fate.DELETED
        return not known["id"] or await self._is_deleted(known["id"])

    async def _is_deleted(self, article_id: str) -> bool:
        try:
            reply = await self._calls.read("freepublish/getarticle", {"article_id": article_id})
        except contract.ChannelError as error:
            if error.trouble.code == errors.NO_ARTICLE:
                return True
            raise
        items = [one for one in event.listed(reply.get("news_item")) if isinstance(one, Mapping)]
        return bool(items) and all(one.get("is_deleted") is True for one in items)


def _id(known: Mapping[str, Any]) -> str:
    return f"{fate.PREFIX}{known['mass']}" if known.get("mass") else known["id"] or NOTHING
