"""Whether a public page of the column shows a document. Pure: a page is text that somebody else wrote."""

from datetime import datetime

from lxml import etree  # type: ignore[import-untyped]

from channels import fingerprint
from schemas.entry import stamp

#: The page's own meta name for the edition it shows, as on the bureau's site.
EDITION_META = "gongbu:edition"
#: And for what holds of it since.
STANDING_META = "gongbu:standing"


def shows(
    page: bytes, *, edition_sha256: str, text_sha256: str, body_id: str, official_at: datetime | None, tag: str = ""
) -> bool:
    """Tell whether the page carries this edition's digest and text, the tag, and the official time unless None."""
    try:
        tree = etree.fromstring(page, etree.HTMLParser(encoding="utf-8", no_network=True))
    except etree.XMLSyntaxError:
        return False
    if tree is None or f"sha256:{edition_sha256}" not in tree.xpath("//meta[@name=$name]/@content", name=EDITION_META):
        return False
    if official_at and stamp(official_at) not in tree.xpath("//time/@datetime"):
        return False
    if tree.xpath("//meta[@name=$name]/@content", name=STANDING_META) != ([tag] if tag else []):
        return False
    return fingerprint.element(page, body_id) == text_sha256


def is_gone(page: bytes | None, *, body_id: str, tag: str) -> bool:
    """Tell whether the address no longer shows the text: nothing is there, or the notice of this withdrawal is."""
    if page is None:
        return True
    try:
        tree = etree.fromstring(page, etree.HTMLParser(encoding="utf-8", no_network=True))
    except etree.XMLSyntaxError:
        return False
    if tree is None or tag not in tree.xpath("//meta[@name=$name]/@content", name=STANDING_META):
        return False
    return fingerprint.element(page, body_id) is None
