"""Whether what was published is still there: asked of the platform, and looked at on the public page."""

import asyncio
from collections.abc import Mapping
from typing import Any

from channels import contract
from channels.wechat import client, errors, event, fate, page, publication
from channels.wechat.settings import WeChatSettings
from schemas.parcel import Parcel
from schemas.publication import Loss, Receipt

#: `publish_status` of what was published and is gone: by its operator's hand, by the platform's.
GONE = frozenset({5, 6})


class Watcher:
    """Looks seldom: each look costs two of the hundred queries a day that the platform allows."""

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

    async def losses(self, parcel: Parcel, receipt: Receipt, addresses: Mapping[str, str]) -> tuple[Loss, ...]:
        """Return what certainly is gone. Raises ChannelError when the platform cannot be asked."""
        told = await self._told(parcel, receipt)
        looks = [page.removed(self._tools.http, one, self._account.page_hosts) for one in addresses.values()]
        seen = dict(zip(addresses, await asyncio.gather(*looks), strict=True))
        words = {name: told.get(name) or seen[name] for name in addresses}
        return tuple(Loss(document=name, address=addresses[name], words=said) for name, said in words.items() if said)

    async def _told(self, parcel: Parcel, receipt: Receipt) -> dict[str, str]:
        """Document → what the platform says of its loss."""
        names = [one.name for one in parcel.edition.documents]
        if receipt.id.startswith(fate.PREFIX):
            status = await self._fate.status(receipt.id.removeprefix(fate.PREFIX))
            return dict.fromkeys(names, errors.STATUS[5]) if status == fate.DELETED else {}
        if receipt.id.startswith(publication.ADOPTED):
            return await self._deleted(names, receipt.id.removeprefix(publication.ADOPTED))
        # What a person settled has no number to ask by: its page alone can tell.
        told = await self._press.asked(receipt.id) if receipt.id.isdecimal() else None
        if told is None:
            return {}
        if told.status in GONE:
            return dict.fromkeys(names, errors.STATUS[told.status])
        return await self._deleted(names, told.article_id) if told.article_id else {}

    async def _deleted(self, names: list[str], article_id: str) -> dict[str, str]:
        """Those of the draft's articles that were deleted by themselves."""
        words = errors.STATUS[5]
        try:
            reply = await self._calls.read("freepublish/getarticle", {"article_id": article_id})
        except contract.ChannelError as error:
            if error.trouble.code == errors.NO_ARTICLE:
                return dict.fromkeys(names, words)
            raise
        items = event.listed(reply.get("news_item"))
        return {name: words for name, item in zip(names, items, strict=False) if _is_deleted(item)}


def _is_deleted(item: Any) -> bool:
    return isinstance(item, Mapping) and item.get("is_deleted") is True
