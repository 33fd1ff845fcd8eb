"""The beginning of a text that is longer than the platform takes: cut between two of its parts, never inside one. Pure.

Nothing is lost by it: the whole text stands on the bureau's own page, to which every article leads (阅读原文).
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import bs4

from channels.wechat import body
from schemas import hypertext

#: Room for the address that an uploaded image gets instead of its digest.
IMAGE_ADDRESS = 300
#: A line of its own before an annex, as GB/T 9704 has it.
_ANNEX = re.compile(r"附\s*件\s*[0-9０-９一二三四五六七八九十]{0,3}")
_CHAPTER = re.compile(r"第[一二三四五六七八九十百]{1,4}[章编节]|[一二三四五六七八九十]{1,3}、")
HEADINGS = frozenset({"h1", "h2", "h3", "h4"})
NEXT = 24  #: characters of what follows that are quoted


@dataclass(frozen=True)
class Excerpt:
    """What is shown, and what comes next."""

    html: str
    following: str  #: its first words
    is_annex: bool  #: what is not shown are annexes alone


def cost(styled: str) -> int:
    """How many characters the platform will count, pictures with the addresses that they get."""
    return len(styled) + len(body.images(styled)) * IMAGE_ADDRESS


def begin(html: str, room: int) -> Excerpt | None:
    """Return as much of it as fits into `room` characters; None when not even its first part does."""
    soup = hypertext.parse(html, split=False)
    parts = [one for one in soup.contents if str(one).strip()]
    most = bisect_right(list(accumulate(cost(body.styled(str(one))) for one in parts)), room)
    if not 0 < most < len(parts):
        return None
    words = [" ".join(one.get_text(" ").split()) for one in parts]
    end = _pause(parts, words, most)
    shown = "".join(map(str, parts[:end]))
    return Excerpt(shown, words[end][:NEXT], is_annex=bool(_ANNEX.fullmatch(words[end])))


def _pause(parts: Sequence[bs4.element.PageElement], words: Sequence[str], most: int) -> int:
    """Where to stop: before the first annex, else before a heading of the second half, else where the room ends."""
    for at in range(1, most + 1):
        if _ANNEX.fullmatch(words[at]):
            return at
    for at in range(most, most // 2, -1):
        part = parts[at]
        if (isinstance(part, bs4.Tag) and part.name in HEADINGS) or _CHAPTER.match(words[at]):
            return at
    return most
