"""One line of text as words, each with the formatting that it stands in; two such lines as one marked line."""

from collections.abc import Iterable, Iterator
from html import escape, unescape
from itertools import groupby
from typing import NamedTuple

import rjieba

from hub.core.redline import align
from hub.core.redline.source import Element

#: Equal words this short between two larger changes are chance, and showing them only tears the change apart.
_CHANCE = 3


class Word(NamedTuple):
    """A word, or a picture or line break. Equal only with equal formatting, so that a changed link is seen too."""

    text: str
    html: str  #: of a picture or line break; "" for a word
    inside: tuple[str, ...]  #: the opening tags around it, outermost first


class Marked(NamedTuple):
    """A word with what happened to it: "" for nothing, `del` or `ins`."""

    mark: str
    word: Word


class _Piece(NamedTuple):
    """What was replaced, and the equal words behind it."""

    old: list[Word]
    new: list[Word]
    same: list[Word]


def read(nodes: Iterable[Element | str], *, cut: bool = True, inside: tuple[str, ...] = ()) -> Iterator[Word]:
    """Yield the words of some nodes that run along in a line; with `cut` off each text node is one word."""
    for node in nodes:
        if isinstance(node, Element) and node.is_void:
            yield Word("", node.html, inside)
        elif isinstance(node, Element):
            yield from read(node.children, cut=cut, inside=(*inside, node.opening))
        elif cut:
            yield from (Word(word, "", inside) for word in split(unescape(node)))
        else:
            yield Word(unescape(node), "", inside)


def split(text: str) -> list[str]:
    """Cut a text into Chinese words, nothing lost."""
    found = rjieba.cut(text)
    # The segmenter is a foreign library: a redline must never lose a character to it.
    return found if "".join(found) == text else list(text)


def merged(old: list[Word], new: list[Word]) -> str:
    """Return both lines as one, what only the old has in `del`, what only the new has in `ins`."""
    pieces = [_Piece(old[a:b], new[c:d], new[same[2] : same[3]]) for (a, b, c, d), same in align.gaps(old, new)]
    return written(_told(_smoothed(pieces)))


def written(words: Iterable[Marked]) -> str:
    """Return the words as HTML, neighbours with the same mark and formatting in one element."""
    parts = []
    for mark, run in groupby(words, key=lambda one: one.mark):
        inner = "".join(
            "".join(inside) + _inner(group) + "".join(map(_closing, reversed(inside)))
            for inside, group in groupby(run, key=lambda one: one.word.inside)
        )
        parts.append(f"<{mark}>{inner}</{mark}>" if mark else inner)
    return "".join(parts)


def _inner(group: Iterable[Marked]) -> str:
    runs = groupby(group, key=lambda one: one.word.html)
    return "".join(
        "".join(html for _ in run) if html else escape("".join(one.word.text for one in run), quote=False)
        for html, run in runs
    )


def _closing(opened: str) -> str:
    return f"</{opened[1:-1].split(' ', 1)[0]}>"


def _told(pieces: Iterable[_Piece]) -> Iterator[Marked]:
    for piece in pieces:
        yield from (Marked("del", word) for word in piece.old)
        yield from (Marked("ins", word) for word in piece.new)
        yield from (Marked("", word) for word in piece.same)


def _smoothed(pieces: list[_Piece]) -> list[_Piece]:
    found: list[_Piece] = []
    for piece in pieces:
        before = found[-1] if found else None
        if before and _is_chance(before, piece):
            same = before.same
            found[-1] = _Piece(before.old + same + piece.old, before.new + same + piece.new, piece.same)
        else:
            found.append(piece)
    return found


def _is_chance(before: _Piece, after: _Piece) -> bool:
    if any(not word.text for word in before.same):  # a picture that stayed is no chance
        return False
    size = _size(before.same)
    return size <= _CHANCE and all(2 * size <= max(_size(one.old), _size(one.new)) for one in (before, after))


def _size(words: list[Word]) -> int:
    return sum(len(word.text) for word in words)
