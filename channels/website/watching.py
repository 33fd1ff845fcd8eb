"""Whether a page that was seen is still there and says what was approved: somebody may have touched the server."""

import asyncio
from collections.abc import Mapping

import aiohttp

from channels import fingerprint, look
from channels.contract import Watch
from schemas.budget import Budget
from schemas.parcel import Parcel
from schemas.publication import Loss

DAY = 86_400.0
#: Our own pages cost little to look at; a page that was changed by a stranger must not stand for long.
WATCH = Watch(
    pauses=(3_600.0, DAY, DAY, 7 * DAY, 30 * DAY),
    looks=Budget(endpoint="watch", limit=5_000, name="复查"),
)
MISSING = "网页打不开了（网站答复没有这个网页）"
CHANGED = "网页上的正文与发布的不一致，可能被改动"


async def losses(http: aiohttp.ClientSession, parcel: Parcel, addresses: Mapping[str, str]) -> tuple[Loss, ...]:
    """Return the documents whose page is missing or shows another text. Raises ChannelError as `channels.look`."""
    named = [one for one in parcel.edition.documents if one.name in addresses]
    pages = await asyncio.gather(*(look.find(http, addresses[one.name], timeout_seconds=10) for one in named))
    found = []
    for one, page in zip(named, pages, strict=True):
        is_right = page and fingerprint.element(page, "gongbu-text") == fingerprint.fragment(one.body)
        if not is_right:
            words = MISSING if page is None else CHANGED
            found.append(Loss(document=one.name, address=addresses[one.name], words=words))
    return tuple(found)
