"""The last stage of every reader.

A rough soup becomes a manuscript. The sanitiser runs last, after every edit of the soup.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from bs4 import BeautifulSoup
from bs4.element import NavigableString, Tag

from hub.intake import errors, images, manuscript, numbered, recognise, sanitise
from hub.intake.elements import Part
from hub.intake.notices import Notice, NoticeCode, notice
from schemas.text import one_line

_CLASSES = {
    Part.MASTHEAD: "align-center",
    Part.ADDRESSEES: "no-indent",
    Part.SIGNATURE: "signature",
    Part.ANNEX_TITLE: "doc-title",
}
#: What the page shows by itself, out of the metadata.
_DROPPED = frozenset((Part.TITLE, Part.DOC_NO))
_HEADINGS = {Part.FIRST: "h2", Part.SECOND: "h3"}
_BLOCKS = ("p", "h1", "h2", "h3", "h4", "h5", "h6")
#: A paragraph in one of these belongs to it and is no line of the document.
_ENCLOSING = frozenset(("table", "ul", "ol", "blockquote", "figure"))
_ABSOLUTE = re.compile(r"(?:https?://|mailto:)\S", re.IGNORECASE)


def assemble(
    soup: BeautifulSoup, gallery: images.Gallery, *, title: str = "", notices: Iterable[Notice] = ()
) -> manuscript.Manuscript:
    """Finish a document; `title` when the format knows it. Changes the soup.

    Raises IntakeError: `empty` without text and pictures, `too_long` beyond what a document holds.
    """
    told = [*notices, *_links(soup)]
    title = _heading_title(soup) or title
    _drop_empty(soup)
    blocks = [block for block in soup.find_all(_BLOCKS) if _is_free(block)]
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
        hints=found.hints,
        notices=(*told, *gallery.notices, *found.notices),
    )


def fragment(soup: BeautifulSoup, gallery: images.Gallery, *, notices: Iterable[Notice] = ()) -> manuscript.Manuscript:
    """Finish a piece of a document: every word stays, numbered lines become headings. Raises as `assemble` does."""
    told = [*notices, *_links(soup)]
    _demote(soup)
    _drop_empty(soup)
    blocks = [block for block in soup.find_all("p") if _is_free(block)]
    for index, part in numbered.headings([_text(block) for block in blocks]).items():
        _mark(blocks[index], part)
    body = sanitise.sanitise(str(soup)).strip()
    _check(soup, body)
    return manuscript.Manuscript(title="", body=body, images=gallery.images, notices=(*told, *gallery.notices))


def _check(soup: BeautifulSoup, body: str) -> None:
    if len(body) > manuscript.MAX_BODY:
        raise errors.IntakeError(errors.Code.TOO_LONG)
    if not soup.get_text(strip=True) and "<img" not in body:
        raise errors.IntakeError(errors.Code.EMPTY)


def _is_free(block: Tag) -> bool:
    return not any(parent.name in _ENCLOSING for parent in block.parents)


def _text(block: Tag) -> str:
    return "".join(_written(block)).strip()


def _written(block: Tag) -> Iterator[str]:
    for node in block.descendants:
        if isinstance(node, NavigableString):
            yield str(node).replace("\n", " ")
        elif isinstance(node, Tag) and node.name == "br":
            yield "\n"


def _links(soup: BeautifulSoup) -> list[Notice]:
    lost = []
    for link in soup.find_all("a"):
        target = str(link.get("href") or "").strip()
        if not _ABSOLUTE.match(target):
            lost += [link.get_text()] * (bool(target) and not target.startswith("#"))
            link.unwrap()
    words = f"有{len(lost)}处链接不是完整网址，已改为普通文字。需要保留的请补全网址。"
    return [notice(NoticeCode.LOST_LINKS, words, count=len(lost), sample=lost[0])] if lost else []


def _heading_title(soup: BeautifulSoup) -> str:
    """Take the title out of the text: a single first-level heading, or the paragraph in the style Title."""
    first = list(soup.find_all("h1"))
    if len(first) > 1:
        _demote(soup)
        first = []
    named = first or list(soup.find_all("p", class_="doc-title"))
    if not named:
        return ""
    return one_line("".join(_text(named[0].extract()).split("\n")))


def _demote(soup: BeautifulSoup) -> None:
    """Put every heading a level lower when there is one of the first: that is the page's title."""
    if soup.find("h1") is not None:
        for level in (5, 4, 3, 2, 1):
            for heading in soup.find_all(f"h{level}"):
                heading.name = f"h{level + 1}"


def _drop_empty(soup: BeautifulSoup) -> None:
    for block in soup.find_all(_BLOCKS):
        if not block.get_text(strip=True) and not block.find("img"):
            block.decompose()


def _mark(block: Tag, part: Part) -> None:
    if part in _DROPPED:
        block.decompose()
    elif part in _CLASSES:
        block["class"] = _CLASSES[part]
    elif part in _HEADINGS and block.name == "p":
        block.name = _HEADINGS[part]
        block.attrs.pop("class", None)
        for emphasis in block.find_all(["strong", "b", "u"]):
            emphasis.unwrap()
