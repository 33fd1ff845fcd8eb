"""From the submitted draft to the public page: the one irreversible call, what became of it, and our own look."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from channels import contract
from channels.wechat import article, client, draft, errors, event, page, polls
from channels.wechat.settings import WeChatSettings
from schemas import canonical
from schemas.delivery import Reaction
from schemas.parcel import Parcel
from schemas.publication import Receipt, Sighting

#: freepublish/batchget has 100 calls a day by default.
MAX_PAGES = 3
#: Questions before a draft that is still in the box is believed never to have been submitted.
LOOKS_BEFORE_ABSENT = 2
#: A receipt found by the marker has no publish_id, only the article's own.
ADOPTED = "article:"


class Press:
    """What the account publishes."""

    def __init__(
        self,
        account: WeChatSettings,
        calls: client.Client,
        box: draft.DraftBox,
        tools: contract.Tools,
        clock: Callable[[], datetime],
    ) -> None:
        self._account = account
        self._calls = calls
        self._box = box
        self._tools = tools
        self._polls = polls.Polls(account, clock)

    async def submit(self, notes: contract.Notes) -> Receipt:
        """Make the irreversible call. The platform offers no key that would make a second one harmless."""
        media_id = notes.get("draft.media_id")
        if not isinstance(media_id, str):
            raise contract.ChannelError(Reaction.BUG, "no_draft", "没有已准备的草稿")
        await notes.keep("ask", None)
        answer = await self._calls.write("freepublish/submit", {"media_id": media_id})
        publish_id = str(answer.fields.get("publish_id") or "")
        if not publish_id:
            raise contract.ChannelError(Reaction.ASK, "odd_reply", "微信接受了提交，但没有给出 publish_id")
        receipt = Receipt(id=publish_id, reply_sha256=canonical.digest(answer.raw))
        # If the process dies before this line, `look_up` has to search the published list; after it, it knows.
        await notes.keep("publish", receipt.model_dump(mode="json"))
        return receipt

    async def look_up(self, parcel: Parcel, notes: contract.Notes) -> Receipt | None:
        """Ask what became of a submission: our notes, then the published list, then the draft itself.

        None is said only of a draft that is still in the box after several looks and enough time; a draft that has
        left it without appearing in the list is for a person to judge.
        """
        kept = notes.get("publish")
        if kept:
            return Receipt.model_validate(kept)
        media_id = notes.get("draft.media_id")
        if not isinstance(media_id, str):
            return None
        found = await self._find(parcel)
        if found is not None:
            await notes.keep("publish", found.model_dump(mode="json"))
            return found
        present = await self._box.holds(media_id)
        if not await self._asked_enough(notes):
            raise contract.NotYetError(self._account.look_seconds)
        if present:
            return None
        detail = "草稿已离开草稿箱，但已发布列表中没有找到，请到公众平台核实是否已发布"
        raise contract.ChannelError(Reaction.ASK, "draft_gone", detail)

    async def sight(self, parcel: Parcel, addresses: Mapping[str, str]) -> tuple[Sighting, ...]:
        """Fetch every article's public page and compare its text. Raises NotYetError until all of them are there."""
        articles = article.articles(parcel, self._account.author)
        looks = (
            page.sighting(self._tools.http, one, addresses.get(one.name, ""), self._account.page_hosts)
            for one in articles
        )
        found = await asyncio.gather(*looks)
        if None in found:
            raise contract.NotYetError(self._account.page_seconds)
        return tuple(one for one in found if one is not None)

    async def outcome(self, publish_id: str, notes: contract.Notes) -> event.Outcome:
        """Return what became of a submission; NotYetError while the platform is at it."""
        told = await self.told(publish_id)
        if told is None or told.status != event.DONE:
            # Bad news is confirmed by asking: a plain callback's signature does not cover its body.
            told = await self._polled(publish_id, notes, hurry=told is not None)
        return told

    async def finished(self, parcel: Parcel, receipt: Receipt, notes: contract.Notes) -> dict[str, str]:
        """Return document name → public address once the platform says it is done; NotYetError until then."""
        told = await self.outcome(receipt.id, notes)
        if told.status != event.DONE:
            raise errors.unpublished(told.status, told.failed)
        addresses = placed(parcel, told.urls)
        if len(addresses) < len(parcel.edition.documents):
            raise contract.ChannelError(
                Reaction.RETRY, "odd_reply", "微信没有给出全部文章的网址", retry_after_seconds=600
            )
        await notes.keep("article.urls", addresses)
        return addresses

    async def told(self, publish_id: str) -> event.Outcome | None:
        """Return the end of it that the platform called back."""
        letter = await self._tools.letterbox.find(self._account.name, f"publish:{publish_id}")
        try:
            told = event.Outcome.model_validate(letter) if letter else None
        except ValidationError:
            return None
        return None if told is None or told.status == event.IN_PROGRESS else told

    async def _polled(self, publish_id: str, notes: contract.Notes, *, hurry: bool) -> event.Outcome:
        await self._polls.turn(notes, hurry=hurry)
        told = await self.asked(publish_id)
        if told is None or told.status == event.IN_PROGRESS:
            raise contract.NotYetError(self._polls.rest(notes))
        return told

    async def asked(self, publish_id: str) -> event.Outcome | None:
        """Ask the platform itself: one call of a small quota."""
        return event.outcome(await self._calls.read("freepublish/get", {"publish_id": publish_id}))

    async def _find(self, parcel: Parcel) -> Receipt | None:
        wanted = [one.source for one in article.articles(parcel, self._account.author)]
        async for item in self.published():
            if [one.get("content_source_url") for one in draft.news(item)] == wanted:
                return _adopted(parcel, item)
        return None

    async def published(self) -> AsyncIterator[Mapping[str, Any]]:
        """Yield the account's published drafts, as many as the quota of asking makes reasonable."""
        for number in range(MAX_PAGES):
            question = {"offset": number * draft.PAGE, "count": draft.PAGE, "no_content": 0}
            reply = await self._calls.read("freepublish/batchget", question)
            items = [one for one in event.listed(reply.get("item")) if isinstance(one, Mapping)]
            for item in items:
                yield item
            if len(items) < draft.PAGE:
                break

    async def _asked_enough(self, notes: contract.Notes) -> bool:
        """Count this look. Whether there were enough, over long enough, to believe that nothing was submitted.

        By the store's clock: one that is stepped forward on this machine would let a send be made again on hope.
        """
        now = await notes.now()
        asked = notes.get("ask") or {"first": now.isoformat(), "looks": 0}
        # A clock that was set back since counts from here: the time before is not known any more.
        first = min(asked["first"], now.isoformat(), key=datetime.fromisoformat)
        asked = {"first": first, "looks": asked["looks"] + 1}
        await notes.keep("ask", asked)
        waited = (now - datetime.fromisoformat(asked["first"])).total_seconds()
        return asked["looks"] >= LOOKS_BEFORE_ABSENT and waited >= self._account.settle_seconds


def placed(parcel: Parcel, urls: Mapping[int, str]) -> dict[str, str]:
    """Document name → the address of the article with its index, from 1."""
    names = [one.name for one in parcel.edition.documents]
    return {names[index - 1]: url for index, url in urls.items() if 0 < index <= len(names)}


def _adopted(parcel: Parcel, item: Mapping[str, Any]) -> Receipt:
    urls = [str(one.get("url") or "") for one in draft.news(item)]
    names = [one.name for one in parcel.edition.documents]
    return Receipt(id=f"{ADOPTED}{item.get('article_id')}", addresses=dict(zip(names, urls, strict=True)))
