"""Whether a public page shows a document that a person put there. Pure: a page is text that somebody else wrote.

The person may have pasted the page or brought in the Word file, and the platform dresses it as it likes. So the page
need not be ours: it must hold the title and the whole text, word for word, numbered by the browser or in writing.
"""

import re

from lxml import etree  # type: ignore[import-untyped]

from channels import fingerprint, standing
from channels.website.copies import text
from channels.website.copies.blocks import Block, Paragraph, Table
from schemas.parcel import Parcel
from schemas.release import Document, Role
from schemas.words import word

#: A paragraph so long is this text's own: where it still stands, the text is not gone.
TELLING = 12
#: What opens an item of a list in the Word file.
LEAD = re.compile(r"^(?:[0-9]{1,4}\. |[A-Za-z]{1,6}\. |• )")
_UNSEEN = ("script", "style", "template", "noscript", "head")


def holds(page: bytes, document: Document) -> bool:
    """Tell whether the page still holds the whole text."""
    seen = _visible(page)
    return any(one in seen for one in _forms(document.body))


def shows(page: bytes, parcel: Parcel, document: Document) -> bool:
    """Tell whether the page holds the document as the parcel has it, with its mark if it bears one."""
    seen = _visible(page)
    if fingerprint.normal(document.title) not in seen or not any(one in seen for one in _forms(document.body)):
        return False
    notice = parcel.notice
    if notice is None or document.role is not Role.POLICY:
        return True
    marks = {word(kind) for kind in standing.MARKED}
    title = fingerprint.normal(document.title)
    borne = {mark for mark in marks if any(f"{title}{left}{mark}" in seen for left in "(（[〔【")}
    wanted = {word(notice.kind)} if notice.kind in standing.MARKED else set()
    return borne == wanted


def lacks(page: bytes, document: Document) -> str:
    """Return the beginning of what is missed first, for the person who put it there; empty where nothing is."""
    seen = _visible(page)
    said = [document.title, *_telling(document.body)]
    return next((one[:30] for one in said if fingerprint.normal(one) not in seen), "")


def is_gone(page: bytes | None, document: Document) -> bool:
    """Tell whether nothing of the text is left at the address: not even one of its longer paragraphs."""
    if page is None:
        return True
    seen = _visible(page)
    said = [fingerprint.normal(one) for one in _telling(document.body)]
    own = [one for one in said if len(one) >= TELLING and one != fingerprint.normal(document.title)]
    return not any(one in seen for one in own or ["".join(said)])


def _visible(page: bytes) -> str:
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(page, parser)
    except etree.XMLSyntaxError:
        return ""
    if root is None:
        return ""
    etree.strip_elements(root, *_UNSEEN, with_tail=False)
    return fingerprint.normal("".join(root.itertext()))


def _forms(body: str) -> tuple[str, str]:
    """The text as a browser shows it, and as the Word file has it, whose numbers are written out."""
    shown = _visible(f"<!doctype html><html><body><div>{body}</div></body></html>".encode())
    return shown, fingerprint.normal("".join(_paragraphs(text.blocks(body))))


def _telling(body: str) -> list[str]:
    """Its paragraphs without the numbers that nobody wrote."""
    return [LEAD.sub("", one) for one in _paragraphs(text.blocks(body))]


def _paragraphs(blocks: tuple[Block, ...]) -> list[str]:
    said: list[str] = []
    for one in blocks:
        if isinstance(one, Table):
            said += [words for row in one.rows for _, cell in row for words in _paragraphs(cell.blocks)]
        elif isinstance(one, Paragraph):
            said.append(one.text)
    return said
