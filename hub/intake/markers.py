"""The numbers and bullets of Word's lists in HTML: text in spans that only Word ignores. They become visible text.

Word writes a list entry as `<p><span style='mso-list:Ignore'>一、<span>&nbsp;</span></span>甲</p>`.
"""

import re

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PageElement, Tag

_IGNORED = re.compile(r"mso-list\s*:\s*ignore", re.IGNORECASE)
_SPACE = re.compile(r"[\s\u00a0\u3000]+")
#: What Word takes from its symbol fonts as a bullet: in Symbol, Wingdings and Courier, and as plain characters.
_BULLETS = frozenset("·•●○◆◇■□▪▫➢✓✔►–—-*§Øüvlnouqw\uf0b7\uf06c\uf06e\uf0d8\uf0fc\uf075\uf09f\uf0a7\uf076")


def write(soup: BeautifulSoup) -> None:
    """Turn markers into text and bulleted paragraphs into lists. Changes the soup."""
    for marker in soup.find_all(style=_IGNORED):
        if marker.decomposed:
            continue
        written = _SPACE.sub("", marker.get_text())
        paragraph = marker.find_parent("p")
        if written in _BULLETS and paragraph is not None:
            marker.decompose()
            paragraph.name = "li"
        else:
            # A Chinese number ends in a mark of its own (一、); a bare one keeps a space from its text.
            marker.replace_with(written + " " * (written[-1:].isascii() and written[-1:].isalnum()))
    _lists(soup)


def _lists(soup: BeautifulSoup) -> None:
    for entry in soup.find_all("li"):
        if entry.find_parent(["ul", "ol"]) is not None:
            continue
        before = _before(entry)
        if isinstance(before, Tag) and before.name == "ul":
            before.append(entry.extract())
        else:
            entry.wrap(soup.new_tag("ul"))


def _before(entry: Tag) -> PageElement | None:
    """Return what stands right before the entry; white space between is taken away."""
    before = entry.previous_sibling
    while isinstance(before, NavigableString) and not before.strip():
        blank, before = before, before.previous_sibling
        blank.extract()
    return before
