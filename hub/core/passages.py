"""Finds the places that comments and findings speak of, and marks them in a body. Pure.

Everything is counted in letters: the characters of the text without white space and tags, as Chinese is read.
"""

import re
from collections.abc import Iterator, Mapping
from html import escape, unescape
from itertools import pairwise
from typing import NamedTuple

from hub.core.redline import source
from schemas.passage import MAX_QUOTE, Passage

_KEY = re.compile(r"[A-Za-z0-9_-]{1,40}")
#: A quote with so many likes in one text ("。") says nothing; the first ones are compared.
_MAX_LIKES = 1_000
_CONTEXT = 32
#: What is left of a quote must be so long, and half of it, to be its remains.
_REMAINS = 4
_SPREAD = 200


class Position(NamedTuple):
    """Where a passage stands: letters from the body's beginning. Not `exact` when the quote itself was changed."""

    start: int
    end: int
    exact: bool


def find(body: str, passage: Passage) -> Position | None:
    """Return where the passage stands now; None when neither its words nor its surroundings are there any more.

    Of several equal quotes the one whose surroundings agree most is meant. When the quote was changed, what now stands
    between its old surroundings, or the longer half that is left of it, is returned as not `exact`.
    """
    return _find(source.letters(body), passage)


def quote(document: str, body: str, start: int, end: int) -> Passage | None:
    """Return the passage from letter `start` to `end`, with its surroundings; None for an empty one."""
    return cut(document, source.letters(body), start, end)


def cut(document: str, text: str, start: int, end: int) -> Passage | None:
    """Return the passage as `quote` does, of a text that is nothing but letters."""
    words = text[start:end][:MAX_QUOTE]
    if not words:
        return None
    after = text[start + len(words) :][:_CONTEXT]
    return Passage(document=document, quote=words, before=text[max(start - _CONTEXT, 0) : start], after=after)


def mark(body: str, passages: Mapping[str, Passage]) -> str:
    """Return the body with each passage that is found in `<mark data-passage="KEY">`, the first piece with id `p-KEY`.

    Only text is wrapped, so a passage over several paragraphs becomes several pieces, and the structure stays. Takes
    a body, or a redline of one; what neither may hold is taken out. Raises ValueError for a key that is no
    identifier (letters, digits, hyphen, underscore, at most 40).
    """
    if wrong := [key for key in passages if not _KEY.fullmatch(key)]:
        raise ValueError(f"no identifier: {wrong[0]!r}")
    body = source.clean(body)
    text = source.letters(body)
    places = {key: place for key, passage in passages.items() if (place := _find(text, passage))}
    begun: set[str] = set()
    return "".join(_marked(body, places, begun))


def replace(body: str, place: Position, words: str) -> str:
    """Return the body with other words in this place; what stood there over several elements goes into the first."""
    parts, at = [], 0
    for tag, text in source.TOKEN.findall(body):
        written = unescape(text)
        size = len("".join(written.split()))
        if tag or place.start >= at + size or place.end <= at:
            parts.append(tag or text)
        else:
            inside = _indexes(written, place.start - at, place.end - at)
            parts.append(escape(written[: inside[0]] + words + written[inside[1] :], quote=False))
            words = ""
        at += size
    return "".join(parts)


def _indexes(written: str, start: int, end: int) -> tuple[int, int]:
    """Return where in the text its letters `start` to `end` stand."""
    where = [index for index, character in enumerate(written) if not character.isspace()]
    inside = where[max(start, 0) : end]
    return inside[0], inside[-1] + 1


def _find(text: str, passage: Passage) -> Position | None:
    words, before, after = ("".join(part.split()) for part in (passage.quote, passage.before, passage.after))
    if not words:
        return None
    likes = list(_occurrences(text, words))
    if likes:
        best = max(likes, key=lambda at: _agreement(text, at, at + len(words), before, after))
        return Position(best, best + len(words), exact=True)
    return _between(text, words, before, after) or _remains(text, words)


def _occurrences(text: str, words: str) -> Iterator[int]:
    at = text.find(words)
    for _ in range(_MAX_LIKES):
        if at < 0:
            return
        yield at
        at = text.find(words, at + 1)


def _agreement(text: str, start: int, end: int, before: str, after: str) -> int:
    left = text[max(start - len(before), 0) : start]
    return _shared(left[::-1], before[::-1]) + _shared(text[end : end + len(after)], after)


def _shared(one: str, other: str) -> int:
    """Count the letters with which both begin."""
    return next(
        (index for index, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )


def _between(text: str, words: str, before: str, after: str) -> Position | None:
    """What replaced the quote stands between the old surroundings, unless it is far longer than the quote was."""
    if len(before) < _REMAINS or len(after) < _REMAINS:
        return None
    for at in _occurrences(text, before):
        start = at + len(before)
        end = text.find(after, start, start + 2 * len(words) + _SPREAD)
        if end > start:
            return Position(start, end, exact=False)
    return None


def _remains(text: str, words: str) -> Position | None:
    least = max(_REMAINS, (len(words) + 1) // 2)
    for backwards in (False, True):
        low, high = least - 1, len(words) - 1
        while low < high:  # what is found at a length is found at every shorter one
            middle = (low + high + 1) // 2
            piece = words[-middle:] if backwards else words[:middle]
            low, high = (middle, high) if piece in text else (low, middle - 1)
        if low >= least:
            at = text.find(words[-low:] if backwards else words[:low])
            return Position(at, at + low, exact=False)
    return None


def _marked(body: str, places: Mapping[str, Position], begun: set[str]) -> Iterator[str]:
    at = 0
    for tag, text in source.TOKEN.findall(body):
        if tag:
            yield tag
            continue
        written = unescape(text)
        size = len("".join(written.split()))
        here = {key: place for key, place in places.items() if place.start < at + size and place.end > at}
        yield "".join(_pieces(written, at, here, begun)) if here else text
        at += size


def _pieces(written: str, at: int, here: Mapping[str, Position], begun: set[str]) -> Iterator[str]:
    """Yield one text, cut wherever a passage begins or ends, each piece in the marks that cover it."""
    edges = {edge for place in here.values() for edge in (place.start, place.end)}
    cuts, count = [0], at
    for index, character in enumerate(written):
        if not character.isspace():
            if count in edges and index:
                cuts.append(index)
            count += 1
    for start, end in pairwise([*cuts, len(written)]):
        piece = written[start:end]
        size = len("".join(piece.split()))
        over = [key for key, place in here.items() if size and place.start <= at < place.end]
        yield "".join(_opening(key, begun) for key in over) + escape(piece, quote=False) + "</mark>" * len(over)
        at += size


def _opening(key: str, begun: set[str]) -> str:
    first = "" if key in begun else f' id="p-{key}"'
    begun.add(key)
    return f'<mark{first} data-passage="{key}">'
