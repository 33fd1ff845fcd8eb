"""Whether the bureau's own page shows what a message is about. Pure: bytes in, yes or no out."""

from lxml import etree  # type: ignore[import-untyped]

from channels import fingerprint, standing
from schemas.delivery import Action
from schemas.parcel import Parcel
from schemas.release import Document

EDITION, STANDING, TEXT = "gongbu:edition", "gongbu:standing", "gongbu-text"


def is_done(page: bytes | None, parcel: Parcel, one: Document) -> bool:
    """Tell whether the page shows the document as the message tells of it; of a withdrawal, that it no longer does."""
    if page is None:
        return parcel.action is Action.WITHDRAW
    told = max(map(standing.serial, _said(page, STANDING)), default=0)
    is_marked = parcel.notice is None or told >= parcel.notice.serial
    if parcel.action is Action.WITHDRAW:
        return is_marked and fingerprint.element(page, TEXT) is None
    is_it = _said(page, EDITION) == [f"sha256:{parcel.edition.digest}"]
    return is_it and is_marked and fingerprint.element(page, TEXT) == fingerprint.fragment(one.body)


def _said(page: bytes, name: str) -> list[str]:
    try:
        tree = etree.fromstring(page, etree.HTMLParser(encoding="utf-8", no_network=True))
    except etree.XMLSyntaxError:
        return []
    return [] if tree is None else [str(one) for one in tree.xpath("//meta[@name=$name]/@content", name=name)]
