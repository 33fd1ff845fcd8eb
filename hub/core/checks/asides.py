"""What an edition says outside its texts: titles, summaries, pictures' words, files' names, addresses of links.

Readers see these as well as the text, and search engines before it.
"""

import re
from collections.abc import Iterator, Sequence
from html import unescape
from typing import NamedTuple
from urllib.parse import unquote

from hub.core.checks import links, markings, personal
from hub.core.checks.finding import Finding, found
from hub.core.checks.reading import Reading
from hub.core.checks.running import Piece, Running
from schemas.edition import Edition
from schemas.release import Document
from schemas.rulebook import USUAL, Rulebook

_ALT = re.compile(r' alt="([^"]*)"')
_ADVICE = "请改正后再发布。"


class Aside(NamedTuple):
    """One such text."""

    place: str  #: a field of the metadata, or a document's name
    called: str  #: as the person knows it
    text: str


def asides(edition: Edition) -> Iterator[Aside]:
    meta = edition.metadata
    yield Aside("title", "标题", meta.title)
    for keyword in meta.keywords:
        yield Aside("keywords", "关键词", keyword)
    for name, called in (("note", "附注"), ("addressees", "主送机关"), ("issuer", "发文机关")):
        yield Aside(name, called, getattr(meta, name))
    for document in edition.documents:
        yield from _of(document, is_titled=document.title != meta.title)


def _of(document: Document, *, is_titled: bool) -> Iterator[Aside]:
    name = document.name
    if is_titled:
        yield Aside(name, f"“{document.title[:20]}”的标题", document.title)
    yield Aside(name, "摘要", document.summary)
    for alt in _ALT.finditer(document.body):
        yield Aside(name, "图片的替代文字", unescape(alt[1]))
    for link in links.LINK.finditer(document.body):
        yield Aside(name, "链接地址", unquote(unescape(link[1])))
    for file in document.attachments:
        yield Aside(name, f"附件名“{_short(file.name)}”", file.name.rpartition(".")[0].replace("_", " "))


def graves(edition: Edition, _readings: Sequence[Reading]) -> Iterator[Finding]:
    """What stops it."""
    yield from _persons(edition, USUAL, grave=True)
    for aside in asides(edition):
        words = markings.mark(aside.text, is_head=True, in_table=False)
        if words and aside.place != "note":
            yield found("mark_in_text", aside.place, f"{aside.called}中有密级或内部标志“{words}”。{markings.ADVICE}")


def others(edition: Edition, _readings: Sequence[Reading], rules: Rulebook) -> Iterator[Finding]:
    """What somebody decides on."""
    yield from _persons(edition, rules, grave=False)


def _persons(edition: Edition, rules: Rulebook, *, grave: bool) -> Iterator[Finding]:
    for aside in asides(edition):
        for hit in personal.hits(Running([Piece(aside.text)]), rules, grave=grave):
            # What is called by its own words must not say the number again.
            called = "附件名" if aside.called.startswith("附件名") else aside.called
            called = "解读的标题" if "的标题" in called else called
            yield found(hit.trait.code, aside.place, f"{called}中有{hit.told}。{_ADVICE}", fixable=False)


def _short(name: str) -> str:
    return name if len(name) <= 30 else name[:28] + "…"  # noqa: PLR2004 - a line's worth
