"""What is shown of a text that was found: pieces of it, the found words marked. Pure; escaping is the page's work."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from hub.core.search import letters

#: Characters of a snippet, and how many of them stand before the first found word.
WIDTH = 110
BEFORE = 30
_SPACE = re.compile(r"\s+")


class Piece(NamedTuple):
    """Some text, and whether it is one of the words."""

    text: str
    found: bool = False


def marked(text: str, words: Sequence[str]) -> tuple[Piece, ...]:
    """The whole text, in pieces that give it again when they are put together."""
    if not words:
        return (Piece(text),) if text else ()
    pieces: list[Piece] = []
    at = 0
    # Longer words first: where two begin at one place, the longer one is marked.
    wanted = re.compile("|".join(map(re.escape, sorted(words, key=len, reverse=True))))
    for found in wanted.finditer(letters.fold(text)):
        if found.start() > at:
            pieces.append(Piece(text[at : found.start()]))
        # Words that stand side by side are one mark.
        before = pieces.pop().text if pieces and pieces[-1].found else ""
        pieces.append(Piece(before + text[found.start() : found.end()], found=True))
        at = found.end()
    if at < len(text):
        pieces.append(Piece(text[at:]))
    return tuple(pieces)


def snippet(text: str, words: Sequence[str]) -> tuple[Piece, ...]:
    """The part of the text where the rarest-looking word stands first, or its beginning."""
    folded = letters.fold(text)
    places = (folded.find(word) for word in sorted(words, key=len, reverse=True))
    at = next((place for place in places if place >= 0), 0)
    start = max(at - BEFORE, 0) if at > WIDTH - BEFORE else 0
    part = _SPACE.sub(" ", text[start : start + WIDTH]).strip()
    before, after = ("…" if start else ""), ("…" if start + WIDTH < len(text) else "")
    return marked(f"{before}{part}{after}", words)
