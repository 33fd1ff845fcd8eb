"""The way into the draft box: images, cover, draft, and a check of what the platform kept. Nothing here is public.

Each call has its intent or result in the notes, so that a crash costs an orphan at worst and never a second draft.
"""

import asyncio
import html
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from channels import contract, fingerprint
from channels.wechat import article, body, client, cover, errors, event, picture
from channels.wechat.settings import WeChatSettings
from schemas.delivery import Reaction
from schemas.parcel import Parcel

PAGE = 20
#: Drafts and covers are looked for among this many pages; a bureau's draft box is far smaller.
MAX_DRAFT_PAGES = 50
MAX_COVER_PAGES = 3
SCANS_BEFORE_ADDING = 2


class DraftBox:
    """The account's drafts and material."""

    def __init__(
        self, account: WeChatSettings, calls: client.Client, blobs: contract.Blobs, clock: Callable[[], datetime]
    ) -> None:
        self._account = account
        self._calls = calls
        self._blobs = blobs
        self._clock = clock

    async def fill(self, parcel: Parcel, notes: contract.Notes, bureau: str) -> None:
        """Bring the parcel into the draft box, once, and verify it. Safe to run again after a crash anywhere."""
        articles = article.articles(parcel, self._account.author)
        images = await self._images(articles, notes)
        media_id = notes.get("draft.media_id")
        if media_id is None:
            thumb = await self._cover(parcel, notes, bureau)
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
        try:
            original = await self._blobs.read(sha256)
        except KeyError:
            raise contract.ChannelError(Reaction.CONTENT, "image", "正文图片已不存在，请重新插入") from None
        data, media = await asyncio.to_thread(picture.fitted, original)
        # A crash between the two lines uploads the image again: one unused address, which is not counted anywhere.
        reply = await self._calls.upload("media/uploadimg", f"{sha256[:16]}.{media[6:]}", data, media)
        address = _text(reply, "url")
        await notes.keep(f"image.{sha256}", address)
        return address

    async def _cover(self, parcel: Parcel, notes: contract.Notes, bureau: str) -> str:
        known = notes.get("cover.media_id")
        if isinstance(known, str):
            return known
        name = f"{parcel.key}.jpg"
        found = await self._find_cover(name) if notes.get("cover.intent") else None
        if found is None:
            await notes.keep("cover.intent", name)
            # If the process dies after this call, the next run finds the cover by its name.
            found = await self._upload_cover(parcel, name, bureau)
        await notes.keep("cover.media_id", found)
        return found

    async def _upload_cover(self, parcel: Parcel, name: str, bureau: str) -> str:
        title, font = parcel.edition.metadata.title, cover.installed_font()
        data = await asyncio.to_thread(cover.jpeg, parcel.edition.digest, title, bureau, font)
        return _text(await self._calls.upload("material/add_material", name, data, "image/jpeg"), "media_id")

    async def _find_cover(self, name: str) -> str | None:
        for page in range(MAX_COVER_PAGES):
            question = {"type": "image", "offset": page * PAGE, "count": PAGE}
            items = _items(await self._calls.read("material/batchget_material", question))
            for item in items:
                if item.get("name") == name:
                    return _text(item, "media_id")
            if len(items) < PAGE:
                break
        return None

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
                await self._renew_cover(notes)
            raise
        return _text(answer.fields, "media_id")

    async def _renew_cover(self, notes: contract.Notes) -> None:
        """Forget a cover that the platform does not know (deleted by hand), once; then it is a person's."""
        if notes.get("cover.renewed"):
            raise contract.ChannelError(Reaction.CONTENT, errors.GONE, "微信不接受草稿的封面，请联系系统管理员")
        await notes.keep("cover.renewed", True)
        await notes.keep("cover.intent", None)
        await notes.keep("cover.media_id", None)
        raise contract.ChannelError(Reaction.RETRY, errors.GONE, "封面素材已被删除，将重新上传", retry_after_seconds=0)

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
            items = _items(await self._calls.read("draft/batchget", question))
            found += [_text(item, "media_id") for item in items if _marks(item) == wanted]
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


def _items(reply: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [one for one in event.listed(reply.get("item")) if isinstance(one, Mapping)]


def _text(reply: Mapping[str, Any], name: str) -> str:
    value = reply.get(name)
    if not isinstance(value, str) or not value:
        raise contract.ChannelError(Reaction.RETRY, "odd_reply", f"微信的应答缺少 {name}")
    return value
