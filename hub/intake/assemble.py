"""The last stage of every reader.

A rough soup becomes a manuscript. The sanitiser runs last, after every edit of the soup.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from bs4 import BeautifulSoup
from bs4.element import NavigableString, Tag

from hub.intake import errors, images, manuscript, recognise, sanitise
from hub.intake.recognise import Part
from schemas.text import one_line

_CLASSES = {
    Part.MASTHEAD: "align-center",
    Part.DOC_NO: "align-center",
    Part.ADDRESSEES: "no-indent",
    Part.SIGNATURE: "signature",
    Part.ANNEX_TITLE: "doc-title",
}
_HEADINGS = {Part.FIRST: "h2", Part.SECOND: "h3"}
_BLOCKS = ("p", "h1", "h2", "h3", "h4", "h5", "h6")
#: A paragraph in one of these belongs to it and is no line of the document.
_ENCLOSING = ("table", "ul", "ol", "blockquote", "figure")
_ABSOLUTE = re.compile(r"(?:https?://|mailto:)\S", re.IGNORECASE)


def assemble(
    soup: BeautifulSoup, gallery: images.Gallery, *, title: str = "", warnings: Iterable[str] = ()
) -> manuscript.Manuscript:
    """Finish a document; `title` when the format knows it. Changes the soup.

    Raises IntakeError: `empty` without text and pictures, `too_long` beyond what a document holds.
    """
    notes = [*warnings, *_links(soup)]
    title = _heading_title(soup) or title
    _drop_empty(soup)
    blocks = [block for block in soup.find_all(_BLOCKS) if block.find_parent(_ENCLOSING) is None]
    ranks = Counter(block.name for block in blocks)
    headings = {index for index, block in enumerate(blocks) if block.name != "p" and ranks[block.name] > 1}
    found = recognise.recognise([_text(block) for block in blocks], one_line(title), headings=headings)
    for index, part in found.parts.items():
        _mark(blocks[index], part)
    body = sanitise.sanitise(str(soup)).strip()
    _check(soup, body)
    return manuscript.Manuscript(
        title=found.title[: manuscript.MAX_TITLE],
        body=body,
        images=gallery.images,
        recognised=found.values,
        warnings=(*notes, *gallery.warnings, *found.warnings),
    )


def _check(soup: BeautifulSoup, body: str) -> None:
    if len(body) > manuscript.MAX_BODY:
        raise errors.IntakeError(errors.Code.TOO_LONG)
    if not soup.get_text(strip=True) and "<img" not in body:
        raise errors.IntakeError(errors.Code.EMPTY)


def _text(block: Tag) -> str:
    return "".join(_written(block)).strip()


def _written(block: Tag) -> Iterator[str]:
    for node in block.descendants:
        if isinstance(node, NavigableString):
            yield str(node).replace("\n", " ")
        elif isinstance(node, Tag) and node.name == "br":
            yield "\n"


def _links(soup: BeautifulSoup) -> list[str]:
    lost = 0
    for link in soup.find_all("a"):
        target = str(link.get("href") or "").strip()
        if not _ABSOLUTE.match(target):
            lost += bool(target) and not target.startswith("#")
            link.unwrap()
    return [f"有{lost}处链接不是完整网址，已改为普通文字。需要保留的请补全网址。"] if lost else []


def _heading_title(soup: BeautifulSoup) -> str:
    """Take the title out of the text: a single first-level heading, or the paragraph in the style Title."""
    first = list(soup.find_all("h1"))
    if len(first) > 1:
        for level in (5, 4, 3, 2, 1):
            for heading in soup.find_all(f"h{level}"):
                heading.name = f"h{level + 1}"
        first = []
    named = first or list(soup.find_all("p", class_="doc-title"))
    if not named:
        return ""
    return one_line("".join(_text(named[0].extract()).split("\n")))


def _drop_empty(soup: BeautifulSoup) -> None:
    for block in soup.find_all(_BLOCKS):
        if not block.find("img") and not block.get_text(strip=True):
            block.decompose()


def _mark(block: Tag, part: Part) -> None:
    if part is Part.TITLE:
        block.decompose()
    elif part in _CLASSES:
        block["class"] = _CLASSES[part]
    elif part in _HEADINGS and block.name == "p":
        block.name = _HEADINGS[part]
        block.attrs.pop("class", None)
        for emphasis in block.find_all(["strong", "b", "u"]):
            emphasis.unwrap()
