"""A document's body as it stands on the bureau's own pages and in its feeds: every image and link has its place.

Bodies come out of `hub.intake` clean. This module refuses one that is not, and never repairs one.
"""

import re
from functools import lru_cache
from urllib.parse import urljoin

from channels.contract import ChannelError
from schemas import addresses
from schemas.delivery import Reaction
from schemas.release import Disclosure, Document, Metadata, Secrecy

#: What no clean body holds. A `<` in text is always escaped, so these can only be real tags.
UNCLEAN = re.compile(
    r"<\s*/?\s*(?:script|style|iframe|frame|object|embed|form|input|button|link|meta|base|svg|math|template|html|body)\b"
    r"|<[^<>]*[\s/\"'](?:on[a-z]+|style|srcdoc)\s*="
    r"|<[^<>]*\b(?:href|src)\s*=\s*[\"']?\s*(?:javascript|vbscript|data)\s*:"
    r"|gongbu-text|<!|<\?",
    re.IGNORECASE,
)
IMAGE = re.compile(r'(<img\b[^<>]*?\bsrc=")blob:([0-9a-f]{64})(")')
ADDRESS = re.compile(r'(<(?:a|img)\b[^<>]*?\b(?:href|src)=")([^"]*)(")')


def placed(document: Document, release: int, base: str = "", *, sized: bool = False) -> str:
    """Return the body with its images at their public addresses; all addresses absolute when `base` is given.

    `sized` says with each picture how wide and high it is, so that nothing moves when it comes. Only where a style
    keeps it within the page: readers of mail and feeds have none of ours.

    Raises ChannelError: BUG for markup that intake never lets through, CONTENT for an image that the document lacks.
    """
    if not _is_clean(document.body):
        raise ChannelError(Reaction.BUG, "unclean_body", "正文含有不允许的标记，未经清洗，不得发布")
    images = {image.sha256: image for image in document.images}

    def place(found: re.Match[str]) -> str:
        image = images.get(found[2])
        if image is None:
            raise ChannelError(Reaction.CONTENT, "image_missing", "正文引用的图片不在文件中")
        size = ' width="{}" height="{}"'.format(*image.extent) if sized and image.extent else ""
        return found[1] + addresses.image(release, found[2], image.media) + found[3] + size

    body = IMAGE.sub(place, document.body)
    if not base:
        return body
    page = base + addresses.path(release, document.name)
    return ADDRESS.sub(lambda found: found[1] + urljoin(page, found[2]) + found[3], body)


def refuse_closed(metadata: Metadata) -> None:
    """Stop what must never be public, the last of many doors that do. Raises ChannelError(BUG): no door before held."""
    if metadata.disclosure is not Disclosure.OPEN or metadata.secrecy is not Secrecy.NONE:
        raise ChannelError(Reaction.BUG, "not_open", "公开属性或密级不允许对外发布")


@lru_cache(maxsize=16)  # a text is rendered when it is submitted, when it is published, and with its official time
def _is_clean(body: str) -> bool:
    return not UNCLEAN.search(body)
