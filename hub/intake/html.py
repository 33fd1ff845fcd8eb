"""Reads a saved web page: its title and its main text. Fetches nothing; what only shows on its own site is left out."""

import base64
import binascii
import re

from bs4 import BeautifulSoup
from bs4.element import Tag

from hub.intake import assemble, errors, images, manuscript
from hub.intake.notices import Notice, NoticeCode, notice
from schemas import hypertext, markup
from schemas.text import one_line

#: Where government sites keep the text, the commonest first (TRS, UCAP and their descendants).
_PLACES = "#zoom, #UCAP-CONTENT, .TRS_Editor, .trs_editor_view, .trs_paper_default, .pages_content, article, main"
_NOISE = [
    "script",
    "style",
    "noscript",
    "template",
    "nav",
    "header",
    "footer",
    "aside",
    "form",
    "iframe",
    "object",
    "svg",
]
_CONTAINERS = ["article", "main", "section", "div", "td", "body"]
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_ALIGNED = re.compile(r"text-align\s*:\s*(center|right)", re.IGNORECASE)
_DATA = re.compile(r"data:image/[a-z]+;base64,", re.IGNORECASE)
_SITE = re.compile(r"\s*[-_|–—]\s*[^-_|–—]+$")
_ENOUGH = 20
#: Whole pages leave many elements open; the parser slows down with the square.
_MAX_DEPTH = 2_000


def read(text: str) -> manuscript.Manuscript:
    """Read the page. Relative links, foreign pictures and hidden text are left out, each with a warning."""
    if len(text) > 2 * manuscript.MAX_BODY:
        raise errors.IntakeError(errors.Code.TOO_LONG)
    if markup.is_too_deep(text, most=_MAX_DEPTH):
        raise errors.IntakeError(errors.Code.TOO_SLOW)
    page = hypertext.parse(text)
    title = _title(page)
    for noise in page.find_all(_NOISE):
        noise.decompose()
    notices = _drop_hidden(page)
    soup = hypertext.parse("")
    soup.append(_main(page).extract())
    gallery = images.Gallery()
    notices += pictures(soup, gallery)
    align(soup)
    _lines(soup)
    return assemble.assemble(soup, gallery, title=title, notices=notices)


def _title(page: BeautifulSoup) -> str:
    """Prefer `ArticleTitle` (国办发〔2017〕47号), then a heading, then the window's title without the site's name."""
    for meta in page.find_all("meta"):
        if str(meta.get("name", "")).lower() == "articletitle":
            return one_line(str(meta.get("content", "")))
    headings = page.find_all("h1")
    if len(headings) == 1:
        # The heading is the title; `assemble` would look for it only inside the main text.
        return one_line(headings[0].extract().get_text())
    window = page.find("title")
    return _SITE.sub("", one_line(window.get_text())) if window else ""


def _main(page: BeautifulSoup) -> Tag:
    # A page of our own site comes back with all that stands around its text; only the text is the document.
    for place in (*page.select("#gongbu-text"), *page.select(_PLACES)):
        if len(place.get_text(strip=True)) >= _ENOUGH:
            return place
    containers = page.find_all(_CONTAINERS)
    best = max(containers, key=_weight, default=None)
    return best if best is not None and _weight(best) else page.find("body") or page


def _weight(container: Tag) -> int:
    return sum(len(block.get_text(strip=True)) for block in container.find_all("p", recursive=False))


def _drop_hidden(page: BeautifulSoup) -> list[Notice]:
    hidden = [*page.find_all(style=_HIDDEN), *page.find_all(hidden=True)]
    texts = [tag.get_text() for tag in hidden if not tag.decomposed and tag.get_text(strip=True)]
    for tag in hidden:
        if not tag.decomposed:
            tag.decompose()
    words = f"网页中有{len(texts)}处不显示的文字，已删除，请核对正文。"
    return [notice(NoticeCode.HIDDEN_TEXT, words, count=len(texts), sample=texts[0])] if texts else []


def pictures(soup: BeautifulSoup, gallery: images.Gallery) -> list[Notice]:
    """Keep the pictures that came along as data, drop those that are elsewhere, and say so."""
    foreign = 0
    for picture in soup.find_all("img"):
        source = str(picture.get("src", ""))
        if match := _DATA.match(source):
            picture["src"] = gallery.add(_bytes(source[match.end() :])) or ""
        else:
            foreign += 1
            picture.decompose()
    words = f"有{foreign}幅图片引自其他网址，已略去。请改用.docx文件，或在编辑页插入。"
    return [notice(NoticeCode.FOREIGN_PICTURES, words, count=foreign)] if foreign else []


def _bytes(encoded: str) -> bytes:
    try:
        return base64.b64decode(encoded)
    except (binascii.Error, ValueError):
        return b""


def align(soup: BeautifulSoup) -> None:
    """Turn alignment by style or attribute into our classes."""
    for block in soup.find_all(["p", "div", "td", "th", "h1", "h2", "h3", "h4"]):
        styled = _ALIGNED.search(str(block.get("style", "")))
        side = styled[1].lower() if styled else str(block.get("align", "")).lower()
        if side in {"center", "right"}:
            block["class"] = f"align-{side}"


def _lines(soup: BeautifulSoup) -> None:
    """Make paragraphs of `div`s that hold nothing but text, as old editors wrote them."""
    for division in soup.find_all("div"):
        if not division.find(["div", "p", "table", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote"]):
            division.name = "p"
