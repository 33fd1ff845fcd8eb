"""Does this public page show this document? Pure: bytes in, yes or no out; the page is hostile."""

import html
import re

from channels import fingerprint
from schemas.delivery import Action
from schemas.entry import stamp
from schemas.parcel import Parcel
from schemas.release import Document

META = re.compile(rb'<meta name="([^"<>]{1,64})" content="([^"<>]{0,4096})">')
OFFICIAL = re.compile(rb'<time id="gongbu-official" datetime="([^"<>]{1,64})">')


def shows(page: bytes, parcel: Parcel, one: Document) -> bool:
    """Tell whether the page shows the document with the right digest, title and text.

    After an annotation the official time must be there, too; before it, it may be there already.
    """
    tags = _tags(page)
    return (
        tags.get("gongbu:edition") == [f"sha256:{parcel.edition.digest}"]
        and tags.get("ArticleTitle") == [one.title]
        and fingerprint.element(page, "gongbu-text") == fingerprint.fragment(one.body)
        and (parcel.action is not Action.ANNOTATE or _official(page) == _expected(parcel))
    )


def is_newer(page: bytes, parcel: Parcel) -> bool:
    """Tell whether a page of ours shows more than the parcel would: a later edition, or an official time already."""
    number = "".join(_tags(page).get("gongbu:number", ["0"]))
    shown = (int(number) if number.isdigit() else 0, bool(_official(page)))
    return shown > (parcel.edition.number, parcel.official_at is not None)


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
