"""The way into the draft box: images, cover, draft, and a check of what the platform kept. Nothing here is public.

Each call has its intent or result in the notes, so that a crash costs an orphan at worst and never a second draft.
"""

import asyncio
import html
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from channels import contract, fingerprint
from channels.wechat import article, body, client, covers, errors, event, picture
from channels.wechat.settings import WeChatSettings
from channels.wechat.uploaded import Uploaded
from schemas.delivery import Reaction
from schemas.parcel import Parcel

PAGE = 20
#: Drafts are looked for among this many pages; a bureau's draft box is far smaller.
MAX_DRAFT_PAGES = 50
SCANS_BEFORE_ADDING = 2


class DraftBox:
    """The account's drafts and material."""

    def __init__(
        self,
        account: WeChatSettings,
        calls: client.Client,
        blobs: contract.Blobs,
        uploaded: Uploaded,
        clock: Callable[[], datetime],
    ) -> None:
        self._account = account
        self._calls = calls
        self._blobs = blobs
        self._uploaded = uploaded
        self.covers = covers.Covers(calls, blobs)
        self._clock = clock

    async def fill(self, parcel: Parcel, notes: contract.Notes, bureau: str) -> None:
        """Bring the parcel into the draft box, once, and verify it. Safe to run again after a crash anywhere."""
        articles = article.articles(parcel, self._account.author)
        images = await self._images(articles, notes)
        media_id = notes.get("draft.media_id")
        if media_id is None:
            thumb = await self.covers.media_id(parcel, notes, bureau)
            ready = [article.fields(one, self._account.author, cover=thumb, images=images) for one in articles]
            media_id = await self._draft(ready, notes)
        if not notes.get("draft.verified"):
            await self._verify(media_id, articles)
            await notes.keep("draft.verified", True)

    async def holds(self, media_id: str) -> bool:
        """Whether the draft is still in the box. It leaves it when it is published."""
        try:
            await self._calls.read("draft/get", {"media_id": media_id})
        except contract.ChannelError as error:
            if error.trouble.code == errors.GONE:
                return False
            raise
        return True

    async def _images(self, articles: tuple[article.Article, ...], notes: contract.Notes) -> dict[str, str]:
        addresses: dict[str, str] = {}
        for sha256 in dict.fromkeys(found for one in articles for found in body.images(one.content)):
            known = notes.get(f"image.{sha256}")
            addresses[sha256] = known if isinstance(known, str) else await self._image(sha256, notes)
        return addresses

    async def _image(self, sha256: str, notes: contract.Notes) -> str:
        data, media = await asyncio.to_thread(picture.fitted, await covers.original(self._blobs, sha256))
        address = await asyncio.to_thread(self._uploaded.address, data)
        if address is None:
            # A crash before it is kept uploads the image again: one unused address, which is not counted anywhere.
            reply = await self._calls.upload("media/uploadimg", f"{sha256[:16]}.{media[6:]}", data, media)
            address = event.text(reply, "url")
            await asyncio.to_thread(self._uploaded.keep, data, address)
        await notes.keep(f"image.{sha256}", address)
        return address

    async def _draft(self, ready: list[dict[str, Any]], notes: contract.Notes) -> str:
        if notes.get("draft.intent"):
            # Somebody was here before and did not come to keep the result: draft/add has no idempotency key.
            found = await self._find_draft(ready)
            if found is not None:
                await notes.keep("draft.media_id", found)
                return found
            await self._count_scan(notes)
        await notes.keep("draft.intent", True)
        media_id = await self._add(ready, notes)
        await notes.keep("draft.media_id", media_id)
        return media_id

    async def _add(self, ready: list[dict[str, Any]], notes: contract.Notes) -> str:
        try:
            answer = await self._calls.write("draft/add", {"articles": ready})
        except contract.ChannelError as error:
            if error.trouble.reaction is not Reaction.ASK or error.trouble.code == errors.GONE:
                # A refusal: nothing was added, so the next run need not search.
                await notes.keep("draft.intent", None)
            if error.trouble.code == errors.GONE:
                await self.covers.renew(notes)
            raise
        return event.text(answer.fields, "media_id")

    async def _count_scan(self, notes: contract.Notes) -> None:
        """Return when the box may be believed not to have the draft; raise NotYetError while it may still appear."""
        now = self._clock()
        scans = notes.get("draft.scans") or []
        wait = timedelta(seconds=self._account.rescan_seconds)
        # A scan in the future was timed by a clock that was set back since: it counts from here.
        if scans and datetime.fromisoformat(scans[-1]) > now:
            scans = [*scans[:-1], now.isoformat()]
            await notes.keep("draft.scans", scans)
        due = datetime.fromisoformat(scans[-1]) + wait if scans else now
        if now < due:
            raise contract.NotYetError((due - now).total_seconds())
        scans = [*scans, now.isoformat()]
        if len(scans) < SCANS_BEFORE_ADDING:
            await notes.keep("draft.scans", scans)
            raise contract.NotYetError(self._account.rescan_seconds)
        await notes.keep("draft.scans", None)

    async def _find_draft(self, ready: list[dict[str, Any]]) -> str | None:
        """Return the draft with our marker, deleting its doubles; None when the box has none."""
        wanted = [(one["content_source_url"], one["title"]) for one in ready]
        found: list[str] = []
        for page in range(MAX_DRAFT_PAGES):
            question = {"offset": page * PAGE, "count": PAGE, "no_content": 0}
            items = event.items(await self._calls.read("draft/batchget", question))
            found += [event.text(item, "media_id") for item in items if _marks(item) == wanted]
            if len(items) < PAGE:
                break
        for double in found[1:]:
            await self._calls.write("draft/delete", {"media_id": double})
        return found[0] if found else None

    async def _verify(self, media_id: str, articles: tuple[article.Article, ...]) -> None:
        """Compare what the platform kept: it rewrites markup, so titles, text and number of images, not bytes."""
        reply = await self._calls.read("draft/get", {"media_id": media_id})
        kept = [one for one in event.listed(reply.get("news_item")) if isinstance(one, Mapping)]
        if [_seen(one) for one in kept] != [_sent(one) for one in articles]:
            detail = "微信保存的草稿与送审内容不一致（标题、文字或图片数量），请检查正文中的特殊格式"
            raise contract.ChannelError(Reaction.CONTENT, "draft_differs", detail)


def _seen(item: Mapping[str, Any]) -> tuple[str, str, int]:
    content = str(item.get("content", ""))
    return html.unescape(str(item.get("title", ""))), fingerprint.fragment(content), content.count("<img")


def _sent(one: article.Article) -> tuple[str, str, int]:
    return one.title, fingerprint.fragment(one.content), one.content.count("<img")


def _marks(item: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(str(one.get("content_source_url")), html.unescape(str(one.get("title")))) for one in news(item)]


def news(item: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the articles of one item of a batchget reply."""
    content = item.get("content")
    found = event.listed(content.get("news_item")) if isinstance(content, Mapping) else []
    return [one for one in found if isinstance(one, Mapping)]
