"""Reads what a clipboard holds: HTML as Word, WPS and browsers write it. Runs in the child.

Word's HTML says in styles what it means (`mso-list:Ignore`, `mso-hide:all`); it is read before the sanitiser, which
keeps no style, takes it away.
"""

import re

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PreformattedString, Tag

from hub.intake import assemble, errors, html, images, manuscript, markers
from hub.intake.notices import Notice, NoticeCode, notice
from schemas import hypertext, markup

#: Whole clipboards leave many elements open; the parser slows down with the square.
_MAX_DEPTH = 1_000
_FRAGMENT = re.compile(r"<!--\s*StartFragment\s*-->(.*)<!--\s*EndFragment\s*-->", re.DOTALL | re.IGNORECASE)
#: What stands between these is for other programs: <!--[if supportFields]>, <![if !vml]>, <?xml…>.
_CONDITION = re.compile(r"<!--\[if\b.*?<!\[endif\]-->", re.DOTALL | re.IGNORECASE)
_VISIBLE = re.compile(r"<!\[(?:if\b[^\]>]*|endif)\]>|<\?[^>]*>", re.IGNORECASE)
_NOISE = ["script", "style", "meta", "link", "xml", "title", "head", "object", "iframe", "form", "template", "svg"]
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE)
_REMARKS = re.compile(r"mso-element\s*:\s*comment", re.IGNORECASE)
_STRUCK = re.compile(r"text-decoration[^;]*line-through", re.IGNORECASE)
_BOLD = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE)
_BLOCKS = ["div", "p", "table", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "section", "article"]
_LINES = frozenset(("p", "td", "th", "li", *(f"h{level}" for level in range(1, 7))))
_CHINESE = re.compile(r"[\u2e80-\u9fff\uff00-\uffef“”]")
_SPACES = re.compile(r"[ \t\n\u00a0]+")
_INDENT = re.compile(r"^[\s\u00a0\u3000]+")


def read(text: str, *, whole: bool = False) -> manuscript.Manuscript:
    """Read the clipboard. A fragment keeps every word; `whole` is read like a file, title and hints taken out.

    Pictures come along as long as the clipboard holds them (data: addresses). Raises IntakeError.
    """
    if markup.is_too_deep(text, most=_MAX_DEPTH):
        raise errors.IntakeError(errors.Code.TOO_SLOW)
    fragment = _FRAGMENT.search(text)
    source = _VISIBLE.sub("", _CONDITION.sub("", fragment[1] if fragment else text))
    soup = hypertext.parse(source)
    for noise in soup.find_all(_NOISE):
        noise.decompose()
    gallery = images.Gallery()
    told = [*_settle(soup), *_hidden(soup), *html.pictures(soup, gallery)]
    markers.write(soup)
    _plain(soup)
    html.align(soup)
    if whole:
        return assemble.assemble(soup, gallery, notices=told)
    return assemble.fragment(soup, gallery, notices=told)


def _settle(soup: BeautifulSoup) -> list[Notice]:
    """Accept tracked changes and take comments out; say so."""
    struck = [tag for tag in soup.find_all(["del", "s", "strike"]) if tag.get_text(strip=True)]
    struck += [tag for tag in soup.find_all("span", style=_STRUCK) if tag.get_text(strip=True)]
    inserted = soup.find_all("ins")
    remarks = soup.find_all(class_=re.compile("^msocom", re.IGNORECASE)) + soup.find_all(style=_REMARKS)
    samples = [tag.get_text() for tag in struck]
    told = []
    if struck or inserted:
        words = f"粘贴的内容中有修订或删除线（删除{len(struck)}处、新增{len(inserted)}处），已按接受修订处理，请核对。"
        sample = next(iter(samples), "")
        told.append(notice(NoticeCode.TRACKED_CHANGES, words, count=len(struck) + len(inserted), sample=sample))
    if remarks:
        words = "粘贴的内容中有批注，已略去。批注可能是尚未处理的意见，请确认。"
        told.append(notice(NoticeCode.COMMENTS, words, sample=remarks[-1].get_text()))
    for tag in [*struck, *remarks]:
        if not tag.decomposed:
            tag.decompose()
    return told


def _hidden(soup: BeautifulSoup) -> list[Notice]:
    hidden = [*soup.find_all(style=_HIDDEN), *soup.find_all(hidden=True)]
    texts = [text for tag in hidden if not tag.decomposed and (text := tag.get_text(strip=True))]
    for tag in hidden:
        if not tag.decomposed:
            tag.decompose()
    words = f"粘贴的内容中有{len(texts)}处隐藏文字，已删除，请核对。"
    return [notice(NoticeCode.HIDDEN_TEXT, words, count=len(texts), sample=texts[0])] if texts else []


def _plain(soup: BeautifulSoup) -> None:
    """Leave paragraphs, tables, lists and emphasis; everything else gives its contents up."""
    for comment in soup.find_all(string=lambda text: isinstance(text, PreformattedString)):
        comment.extract()
    for span in soup.find_all("span", style=_BOLD):
        span.name = "strong"
    for tag in soup.find_all(["span", "font", "ins", "body", "html", "section", "article", "center"]):
        tag.unwrap()
    for tag in soup.find_all(re.compile("^[a-z0-9]+:")):  # o:p, v:shape, w:sdt
        tag.unwrap()
    for title in soup.find_all("p", class_="MsoTitle"):
        title["class"] = "doc-title"
    for division in soup.find_all("div"):
        if division.find(_BLOCKS):
            division.unwrap()
        else:
            division.name = "p"
    _spaces(soup)
    _paragraphs(soup)


def _spaces(soup: BeautifulSoup) -> None:
    soup.smooth()
    for text in [node for node in soup.descendants if isinstance(node, NavigableString)]:
        flat = _SPACES.sub(_space, str(text))
        parent = text.parent
        if parent is not None and parent.name in _LINES and text is next(parent.children, None):
            flat = _INDENT.sub("", flat)
        text.replace_with(flat)


def _space(run: re.Match[str]) -> str:
    """A line end in the source beside a Chinese character is no space: Word breaks its HTML anywhere."""
    beside = run.string[max(run.start() - 1, 0) : run.start()] + run.string[run.end() : run.end() + 1]
    return "" if "\n" in run[0] and _CHINESE.search(beside) else " "


def _paragraphs(soup: BeautifulSoup) -> None:
    """Give text that stands in no block a paragraph, a new one after each line break."""
    paragraph: Tag | None = None
    for node in list(soup.children):
        name = node.name if isinstance(node, Tag) else ""
        if name in {*_BLOCKS, "hr", "figure"}:
            paragraph = None
        elif name == "br":
            node.extract()
            paragraph = None
        elif paragraph is not None:
            paragraph.append(node.extract())
        elif name or str(node).strip():
            paragraph = soup.new_tag("p")
            node.insert_before(paragraph)
            paragraph.append(node.extract())
