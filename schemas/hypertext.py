"""Parses HTML into a tree that can be searched and changed."""

import io
from typing import Any

from bs4 import BeautifulSoup
from bs4.exceptions import ParserRejectedMarkup

_WHOLE: dict[str, Any] = {"multi_valued_attributes": None}


def parse(html: str, *, split: bool = True) -> BeautifulSoup:
    """Parse any text, whatever it says; with `split`, a `class` becomes the list of its words instead of one string."""
    try:
        return _parsed(html, split=split)
    except ParserRejectedMarkup:
        # It gives up at some `<![`. The standard has a comment there, up to the next `>` (WHATWG HTML, 13.2.5.42).
        return _parsed(html.replace("<![", "<! ["), split=split)


def _parsed(html: str, *, split: bool) -> BeautifulSoup:
    # Handed over as an open file. A string that is one address or ends like a file's name (`通知.htm`) would be taken
    # for a slip, and warned about: the parser supposes that what lies there was meant.
    return BeautifulSoup(io.StringIO(html), "html.parser", **({} if split else _WHOLE))
