"""How much of an interpretation is the policy over again. Pure.

"不得以简单摘抄文件内容的方式进行解读" (津规资办发〔2020〕253号 二(三)1). Two figures, because there are two ways of
copying: whole runs taken over, and runs with a word changed here and there. Only letters and figures count.
"""

from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from hub.chinese import folding

#: A run is so long: names of documents and bodies, and set phrases, are shorter.
RUN = 16
#: Letters of one shingle. Of five letters in a row, hardly any is shared by chance.
SHINGLE = 5
#: Places in the policy that are tried for one run; a phrase that stands there a thousand times says nothing.
_PLACES = 8


class Run(NamedTuple):
    """A piece that stands in both. Places are indexes into the letters as they were given."""

    start: int  #: in the interpretation
    end: int
    source: int  #: where it begins in the policy
    source_end: int


class Likeness(NamedTuple):
    """What was found. Shares are of the interpretation's own letters, 0 to 1."""

    copied: float  #: in runs that stand in the policy word for word
    shared: float  #: in shingles that stand anywhere in the policy
    runs: tuple[Run, ...]  #: in the interpretation's order


@lru_cache(maxsize=64)
def likeness(text: str, policy: str) -> Likeness:
    """Compare an interpretation's letters with its policy's."""
    own, own_at = _said(text)
    theirs, theirs_at = _said(policy)
    runs = list(_runs(own, theirs))
    found = [
        Run(own_at[start], own_at[start + size - 1] + 1, theirs_at[there], theirs_at[there + size - 1] + 1)
        for start, there, size in runs
    ]
    size = sum(size for _, _, size in runs)
    return Likeness(size / len(own) if own else 0.0, _shared(own, theirs), tuple(found))


def said(text: str) -> str:
    """The letters that are compared."""
    return _said(text)[0]


def _said(text: str) -> tuple[str, list[int]]:
    """The letters that say something, and where each stands in the text."""
    # Who writes the figures wide, or the letters large, has copied them all the same.
    plain = folding.fold(text).lower() if text else text
    if len(plain) != len(text):  # a few foreign capitals have two small letters
        plain = text
    places = [index for index, letter in enumerate(plain) if letter.isalnum()]
    return "".join(plain[index] for index in places), places


def _runs(own: str, theirs: str) -> Iterator[tuple[int, int, int]]:
    """(start, start in the other, length) of what both have, the longest from each start on, none over another."""
    # Only what the interpretation has is looked for: a policy may be a hundred times as long.
    wanted = {own[index : index + RUN] for index in range(len(own) - RUN + 1)}
    places: dict[str, list[int]] = defaultdict(list)
    for index in range(len(theirs) - RUN + 1):
        piece = theirs[index : index + RUN]
        if piece in wanted and len(places[piece]) < _PLACES:
            places[piece].append(index)
    start = 0
    while start <= len(own) - RUN:
        there = places.get(own[start : start + RUN], ())
        size, at = max(((_length(own, start, theirs, one), one) for one in there), default=(0, 0))
        if size:
            yield start, at, size
        start += max(size, 1)


def _length(own: str, start: int, theirs: str, there: int) -> int:
    size = RUN
    while own[start + size : start + size + 1] == theirs[there + size : there + size + 1] != "":
        size += 1
    return size


def _shared(own: str, theirs: str) -> float:
    """The share of letters that stand in a shingle which the policy has, too."""
    known = {theirs[index : index + SHINGLE] for index in range(len(theirs) - SHINGLE + 1)}
    starts = [index for index in range(len(own) - SHINGLE + 1) if own[index : index + SHINGLE] in known]
    if not starts:
        return 0.0
    steps = (min(after - before, SHINGLE) for before, after in pairwise(starts))
    return (sum(steps) + SHINGLE) / len(own)
