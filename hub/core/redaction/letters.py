"""Where things stand in a body: letters are its text without tags and white space, as Chinese is read. Pure."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from html import unescape
from typing import NamedTuple

from hub.core.redline import source
from schemas import markup
from schemas.derivation import Removal

#: Signs that are written and not seen: words do not differ by them.
_UNSEEN = "[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]*"
_NAME = re.compile(r"</?([a-z0-9]+)")


class Block(NamedTuple):
    """One paragraph, cell or heading: its number from 1, its letters, and its words as they are read."""

    number: int
    start: int
    end: int
    words: str


class Piece(NamedTuple):
    """A stretch of an original's text, and which removal took it out; None for what stays."""

    words: str
    removal: Removal | None


def blocks(body: str) -> tuple[Block, ...]:
    """Every block of the body that holds text, in its order."""
    found: list[Block] = []
    at = start = 0
    words = ""
    for tag, text in (*source.TOKEN.findall(source.clean(body)), ("<p>", "")):
        if not tag:
            words += unescape(text)
            at += len("".join(unescape(text).split()))
        elif _is_edge(tag):
            if at > start:
                found.append(Block(len(found) + 1, start, at, " ".join(words.split())))
            start, words = at, ""
    return tuple(found)


def fold(text: str) -> str:
    """The same number of letters, in which full and half width and both cases are one."""
    return "".join(_folded(one) for one in text)


def bare(text: str) -> str:
    """What the text says: folded, without white space and without signs that nobody sees."""
    return fold(re.sub(_UNSEEN, "", "".join(text.split())))


def occurrences(folded: str, words: str) -> Iterator[tuple[int, int]]:
    """Where the words stand in a folded text of letters, signs that nobody sees left out of account."""
    wanted = [re.escape(one) for one in fold("".join(words.split())) if not re.fullmatch(_UNSEEN, one)]
    if wanted:
        for one in re.finditer(_UNSEEN.join(wanted), folded):
            yield one.span()


def pieces(text: str, removals: Sequence[Removal]) -> tuple[Piece, ...]:
    """The text of one block or field, cut where something was taken out; `removals` count from its own beginning."""
    found: list[Piece] = []
    at = 0
    for character in text:
        one = None
        if not character.isspace():
            one = next((removal for removal in removals if removal.start <= at < removal.end), None)
            at += 1
        elif found:
            # Space belongs to what stands before it.
            one = found[-1].removal
        if found and found[-1].removal is one:
            found[-1] = Piece(found[-1].words + character, one)
        else:
            found.append(Piece(character, one))
    return tuple(found)


def _folded(one: str) -> str:
    plain = unicodedata.normalize("NFKC", one).casefold()
    return plain if len(plain) == 1 else one


def _is_edge(tag: str) -> bool:
    name = _NAME.match(tag)
    return name is not None and (name[1] in markup.BLOCKS or name[1] == "br")
