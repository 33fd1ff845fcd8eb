"""A body as a tree, read off the cleaner's own output: every tag is closed there and every value quoted.

A general parser would spend most of a redline's time; this one keeps of each element the very characters it came from.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape

import nh3

from schemas import markup

_VOID = frozenset(("br", "hr", "img", "col"))
#: A tag, or else a text.
TOKEN = re.compile(r'(<[^<>"]*(?:"[^"]*"[^<>"]*)*>)|([^<]+|<)')
_TOKEN = re.compile(r'<(/?)([a-z0-9]+)((?: [a-z-]+="[^"]*")*)>|[^<]+|<')
_CLEANER = nh3.Cleaner(
    tags=markup.TAGS | {"ins", "del"},
    clean_content_tags=markup.DROPPED,
    attributes=markup.ATTRIBUTES,
    attribute_filter=markup.attribute,
    url_schemes=set(markup.SCHEMES),
    url_relative="deny",
    link_rel=markup.REL,
)


@dataclass(slots=True, eq=False)
class Element:
    """One element; text among its children is as in the source, with character references."""

    name: str
    opening: str
    children: list["Element | str"] = field(default_factory=list)
    html: str = ""
    has_block: bool = False  #: whether a block stands anywhere inside

    @property
    def is_void(self) -> bool:
        return self.name in _VOID

    @property
    def is_block(self) -> bool:
        return self.has_block or self.name in markup.BLOCKS

    @property
    def closing(self) -> str:
        return "" if self.is_void else f"</{self.name}>"

    def text(self) -> Iterator[str]:
        for child in self.children:
            if isinstance(child, str):
                yield child
            else:
                yield from child.text()


def clean(html: str) -> str:
    """Return the HTML with only what a document may hold, and `ins` and `del`."""
    return _CLEANER.clean(html)


def letters(html: str) -> str:
    """Return the text without tags and white space: Chinese is read so, and passages are counted so."""
    return "".join("".join(unescape(text).split()) for _, text in TOKEN.findall(html))


def plain(text: str) -> str:
    """Return a text of the source without character references."""
    return unescape(text)


def read(html: str) -> Element:
    """Return the root of the cleaned HTML. The caller bounds its depth."""
    html = clean(html)
    root = Element("", "")
    opened = [(root, 0)]
    for token in _TOKEN.finditer(html):
        name = token[2]
        if not name:
            opened[-1][0].children.append(token[0])
        elif token[1]:
            element, start = opened.pop()
            element.html = html[start : token.end()]
            opened[-1][0].has_block |= element.is_block
        else:
            element = Element(name, token[0])
            opened[-1][0].children.append(element)
            if element.is_void:
                element.html = token[0]
                opened[-1][0].has_block |= element.is_block
            else:
                opened.append((element, token.start()))
    return root
