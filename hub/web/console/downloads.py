"""Attachments and pictures as people get them: shown where a browser can do that safely, saved to disk otherwise."""

import re

from hub.store.blobs import Blobs
from hub.web.console.room import Visit
from hub.web.route import Raw
from schemas.errors import ErrorCode, HubError
from schemas.release import Attachment

#: What a browser may show in its page.
SHOWN = frozenset({"image/png", "image/jpeg"})
SAFE = {"Content-Security-Policy": "sandbox; default-src 'none'", "Cache-Control": "private, max-age=3600"}


async def given(visit: Visit, held: Attachment | None) -> Raw:
    """The bytes of what was found. Raises HubError(NOT_FOUND) where nothing was."""
    if held is None:
        raise HubError(ErrorCode.NOT_FOUND, what="这个附件或图片")
    data = await Blobs(visit.hub.engine).read(held.sha256)
    if held.media in SHOWN:
        return Raw(data, held.media, headers=SAFE)
    return Raw(data, "application/octet-stream", headers=saved(held.name, held.sha256))


def saved(name: str, sha256: str) -> dict[str, str]:
    """The headers of what is only ever saved to disk, under its digest and with an ending of plain letters."""
    ending = re.sub(r"[^A-Za-z0-9.]", "", name[name.rfind(".") :])[:10]
    return SAFE | {"Content-Disposition": f'attachment; filename="{sha256[:12]}{ending}"'}
