"""Whether the column still shows, long after, what it showed: platforms are moved, cleared out and mended by hand."""

from collections.abc import Callable, Mapping

import aiohttp

from channels import look
from channels.contract import Watch
from schemas.budget import Budget
from schemas.parcel import Parcel
from schemas.publication import Loss
from schemas.release import Document

HOUR = 3600.0
#: Soon after the publication, when somebody is still at the desk; then every day.
WATCH = Watch(
    pauses=(HOUR, 6 * HOUR, 24 * HOUR),
    looks=Budget(endpoint="watch", limit=2_000, name="到专栏核对是否仍在公开"),
)
GONE = "该网址已没有网页，可能被专栏撤下或迁移"
OTHER = "该网址的网页上已看不到正文"


async def losses(
    http: aiohttp.ClientSession,
    parcel: Parcel,
    addresses: Mapping[str, str],
    *,
    holds: Callable[[bytes, Document], bool],
    timeout_seconds: float,
) -> tuple[Loss, ...]:
    """Return what is gone. `holds`: whether a page still shows the text. Raises what `look.find` raises."""
    lost = []
    for one in parcel.edition.documents:
        address = addresses.get(one.name)
        if address is None:
            continue
        page = await look.find(http, address, timeout_seconds=timeout_seconds)
        if page is None or not holds(page, one):
            lost.append(Loss(document=one.name, address=address, words=GONE if page is None else OTHER))
    return tuple(lost)
