"""Official HTML made into what WeChat's editor keeps: inline styles, sections, footnotes instead of links. Pure.

WeChat drops classes, ids, scripts and foreign images, and strips links to anywhere but its own pages.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import bs4
from bs4 import dammit, formatter

from channels.wechat import lists, tables
from schemas import hypertext

#: tag → its inline style. Colours are left to the reader's light or dark mode, except the quiet ones. Short on
#: purpose: the platform counts every character of the markup.
STYLE: Mapping[str, str] = {
    "p": "margin:0 0 1em;text-indent:2em",
    "h1": "margin:1.6em 0 .8em;font-size:19px;font-weight:700;text-align:center",
    "h2": "margin:1.6em 0 .8em;font-size:18px;font-weight:700",
    "h3": "margin:1.4em 0 .7em;font-size:17px;font-weight:700",
    "h4": "margin:1.2em 0 .6em;font-weight:700",
    "h5": "margin:1.2em 0 .6em;font-weight:700",
    "h6": "margin:1.2em 0 .6em;font-weight:700",
    "ul": "margin:0 0 1em;padding-left:1.5em",
    "ol": "margin:0 0 1em;padding-left:1.5em",
    "li": "margin:0 0 .4em",
    "blockquote": "margin:0 0 1em;padding-left:1em;border-left:3px solid #b9c2cc",
    # Left, or cells would be justified; whole words, or a narrow column would break numbers and dates.
    "table": "border-collapse:collapse;min-width:100%;font-size:14px;text-align:left;overflow-wrap:normal",
    "th": "border:1px solid #b9c2cc;padding:6px 8px;font-weight:700",
    "td": "border:1px solid #b9c2cc;padding:6px 8px",
    "caption": "padding-bottom:.4em;text-align:left",
    "img": "display:block;max-width:100%;height:auto;margin:1em auto",
    "figure": "margin:1em 0",
    "figcaption": "font-size:14px;text-align:center;color:#7a828a",
    "hr": "margin:1.5em 0;border:0;border-top:1px solid #b9c2cc",
    "pre": "margin:0 0 1em;overflow-x:auto;font-size:14px",
}
#: The house's own classes, which the platform would drop, as the style that they stand for.
CLASS_STYLE: Mapping[str, str] = {
    "align-center": "text-align:center;text-indent:0",
    "align-right": "text-align:right;text-indent:0",
    "signature": "text-align:right;text-indent:0",
    "doc-title": "font-size:19px;font-weight:700;text-align:center;text-indent:0",
    "no-indent": "text-indent:0",
    "wx-marker": "display:inline-block;width:1.5em;text-indent:0",
    **{f"wx-item-{depth}": f"margin:0 0 .4em;padding-left:{1.5 * depth}em;text-indent:-1.5em" for depth in range(1, 6)},
    **{f"wx-more-{depth}": f"margin:0 0 .4em;padding-left:{1.5 * depth}em" for depth in range(1, 6)},
}
PLAIN = frozenset(
    {"section", "span", "strong", "em", "b", "i", "u", "del", "sup", "sub", "br", "code"}
    | {"thead", "tbody", "tfoot", "tr"},
)
#: These become the tag on the right; any other unknown tag gives way to what is in it.
RENAMED: Mapping[str, str] = {"div": "section", "article": "section", "s": "del", "ins": "u"}
DROPPED = ("script", "style", "link", "iframe", "form", "input", "object", "embed", "template", "svg", "math", "video")
#: A paragraph in one of these is neither indented nor spaced.
CELLS = ["td", "th", "li", "blockquote"]
KEPT_ATTRIBUTES = frozenset({"alt", "colspan", "rowspan", "start"})
OWN_HOST = "mp.weixin.qq.com"
WRAP = "font-size:16px;line-height:1.8;letter-spacing:.02em;text-align:justify"
QUIET = "margin:0 0 .3em;font-size:14px;color:#7a828a;word-break:break-all"
SCROLL = "margin:0 0 1em;overflow-x:auto"

#: With its tag: the same words in the text would have their bracket escaped.
_IMAGE = re.compile(r'<img src="blob:([0-9a-f]{64})"')
_BLOB = re.compile(r"blob:[0-9a-f]{64}")


class _InOrder(formatter.HTMLFormatter):
    """Writes attributes in their order here, not sorted: an image is known by its `src` standing first."""

    def __init__(self) -> None:
        # Without it nothing is escaped, and a text about a tag would become one.
        super().__init__(entity_substitution=dammit.EntitySubstitution.substitute_xml)

    def attributes(self, tag: bs4.Tag) -> Iterable[tuple[str, Any]]:
        return tag.attrs.items()


@dataclass(frozen=True)
class Styled:
    """A fragment for WeChat, and how often something in it is not as it was written."""

    html: str
    notes: int = 0  #: addresses that stand at the end instead of being links
    dropped: int = 0  #: elements and pictures that the platform would not keep
    lists: int = 0  #: lists in lists, made into paragraphs
    tables: int = 0  #: that scroll


def styled(html: str) -> str:
    """Return the fragment for WeChat. Images stay `blob:<sha256>` until they are uploaded: see `with_images`."""
    return made(html).html


def made(html: str) -> Styled:
    """Return the fragment with what became of it."""
    soup = hypertext.parse(html, split=False)
    for comment in soup.find_all(string=lambda text: isinstance(text, bs4.element.PreformattedString)):
        comment.extract()
    dropped = soup.find_all(DROPPED) + [one for one in soup.find_all("img") if not _is_ours(one)]
    for tag in dropped:
        tag.decompose()
    notes, nested = _footnotes(soup), lists.unnest(soup)
    for tag in soup.find_all(name=True):
        _restyle(soup, tag)
    wide = sum(tables.columns(one) > tables.COLUMNS for one in soup.find_all("table"))
    text = soup.decode(formatter=_InOrder()) + _listed(notes)
    return Styled(text, notes=len(notes), dropped=len(dropped), lists=nested, tables=wide)


def with_images(html: str, address: Callable[[str], str]) -> str:
    """Return the fragment with each image's sha256 replaced by its address on the platform."""
    return _IMAGE.sub(lambda found: f'<img src="{_attribute(address(found[1]))}"', html)


def images(html: str) -> tuple[str, ...]:
    """Return the sha256 of every image shown, in order, each once."""
    return tuple(dict.fromkeys(_IMAGE.findall(html)))


def paragraph(text: str, style: str) -> str:
    """Return one plain paragraph."""
    return f'<p style="{style}">{_text(text)}</p>'


def _footnotes(soup: bs4.BeautifulSoup) -> list[str]:
    """Unwrap links to elsewhere and mark their places; return their addresses in the order of their numbers."""
    notes: list[str] = []
    for link in soup.find_all("a"):
        address = str(link.get("href") or "")
        if _is_web(address) and urlsplit(address).hostname == OWN_HOST:
            link.attrs = {"href": address}
            continue
        if _is_web(address) and link.get_text(strip=True) != address:
            if address not in notes:
                notes.append(address)
            mark = soup.new_tag("sup")
            mark.string = f"[{notes.index(address) + 1}]"
            link.insert_after(mark)
        link.unwrap()
    return notes


def _restyle(soup: bs4.BeautifulSoup, tag: bs4.Tag) -> None:
    tag.name = RENAMED.get(tag.name, tag.name)
    if tag.name == "a":
        return
    if tag.name not in STYLE and tag.name not in PLAIN:
        tag.unwrap()
        return
    source = {"src": str(tag["src"])} if tag.name == "img" else {}
    kept = {name: str(value) for name, value in tag.attrs.items() if name in KEPT_ATTRIBUTES}
    style = ";".join(_styles(tag))
    tag.attrs = {**source, **kept, **({"style": style} if style else {})}
    if tag.name == "table":
        if (columns := tables.columns(tag)) > tables.COLUMNS:
            tag["style"] = style.replace("min-width:100%", f"min-width:{columns * tables.COLUMN_WIDTH}px")
        tag.wrap(soup.new_tag("section", attrs={"style": SCROLL}))


def _is_ours(image: bs4.Tag) -> bool:
    return bool(_BLOB.fullmatch(str(image.get("src") or "")))


def _styles(tag: bs4.Tag) -> list[str]:
    if tag.name == "p" and tag.find_parent(CELLS):
        return ["margin:0"]
    classes = [CLASS_STYLE[name] for name in str(tag.get("class") or "").split() if name in CLASS_STYLE]
    return [*([STYLE[tag.name]] if tag.name in STYLE else []), *classes]


def _listed(notes: list[str]) -> str:
    lines = [paragraph("文中链接：", QUIET)] if notes else []
    return "".join([*lines, *(paragraph(f"[{n}] {address}", QUIET) for n, address in enumerate(notes, 1))])


def _is_web(address: str) -> bool:
    try:
        return urlsplit(address).scheme in {"http", "https"} and bool(urlsplit(address).hostname)
    except ValueError:
        return False


def _text(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _attribute(text: str) -> str:
    return _text(text).replace('"', "&quot;")
