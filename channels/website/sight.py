"""Does this public page show this document? Pure: bytes in, yes or no out; the page is hostile."""

import html
import re
from collections.abc import Sequence

from channels import fingerprint, standing
from schemas.delivery import Action
from schemas.entry import stamp
from schemas.parcel import Parcel
from schemas.release import Document

META = re.compile(rb'<meta name="([^"<>]{1,64})" content="([^"<>]{0,4096})">')
OFFICIAL = re.compile(rb'<time id="gongbu-official" datetime="([^"<>]{1,64})">')


def shows_all(pages: Sequence[bytes | None], parcel: Parcel) -> bool:
    """Tell whether the pages, in the order of the edition's documents, are all as the parcel would have them."""
    return all(has_come(page, parcel, one) for page, one in zip(pages, parcel.edition.documents, strict=True))


def has_come(page: bytes | None, parcel: Parcel, one: Document) -> bool:
    """Tell whether what stands at the document's address is what the parcel brings there, or leaves of it."""
    if parcel.action is Action.WITHDRAW:
        return is_gone(page, parcel, one)
    return page is not None and shows(page, parcel, one)


def shows(page: bytes, parcel: Parcel, one: Document) -> bool:
    """Tell whether the page shows the document with the right digest, title and text, and what holds of it.

    After an annotation the official time must be there, too; before it, it may be there already.
    """
    tags = _tags(page)
    return (
        tags.get("gongbu:edition") == [f"sha256:{parcel.edition.digest}"]
        and tags.get("ArticleTitle") == [standing.title(one, parcel.notice)]
        and tags.get("gongbu:standing") == ([standing.tag(parcel.notice)] if parcel.notice else None)
        and fingerprint.element(page, "gongbu-text") == fingerprint.fragment(one.body)
        and (parcel.action is not Action.ANNOTATE or _official(page) == _expected(parcel))
    )


def is_gone(page: bytes | None, parcel: Parcel, one: Document) -> bool:
    """Tell whether the address no longer shows the text: nothing is there, or the notice of this withdrawal is."""
    if page is None:
        return True
    tags = _tags(page)
    wanted = [standing.tag(parcel.notice)] if parcel.notice else None
    # No text of any edition, nor this one under another roof: what somebody cached and changed is not gone.
    is_there = fingerprint.element(page, "gongbu-text") is not None or bool(one.body and one.body.encode() in page)
    return tags.get("gongbu:standing") == wanted and not is_there


def is_newer(page: bytes, parcel: Parcel) -> bool:
    """Tell whether a page of ours shows more than the parcel would.

    That is a later edition, a later word on its standing, or an official time already.
    """
    tags = _tags(page)
    number = "".join(tags.get("gongbu:number", ["0"]))
    said = standing.serial("".join(tags.get("gongbu:standing", [])))
    shown = (int(number) if number.isdigit() else 0, said, bool(_official(page)))
    ours = parcel.notice.serial if parcel.notice else 0
    return shown > (parcel.edition.number, ours, parcel.official_at is not None)


def _tags(page: bytes) -> dict[str, list[str]]:
    """Every meta tag of the head. All values of a name are kept: a page that says two things says neither."""
    tags: dict[str, list[str]] = {}
    for name, content in META.findall(page.partition(b"</head>")[0]):
        tags.setdefault(name.decode("utf-8", "replace"), []).append(html.unescape(content.decode("utf-8", "replace")))
    return tags


def _expected(parcel: Parcel) -> list[str]:
    return [stamp(parcel.official_at)] if parcel.official_at else []


def _official(page: bytes) -> list[str]:
    return [value.decode("utf-8", "replace") for value in OFFICIAL.findall(page)]
