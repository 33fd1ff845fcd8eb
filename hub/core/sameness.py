"""When two texts are the same text. Pure: the rules that `/verify` tells its readers, and nothing else.

Counted is every character that a reader sees. Not counted: white space, line ends, invisible marks, and whether a
character is stored composed (NFC) or in parts. Punctuation counts, and so does its width.
"""

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from html import unescape
from itertools import pairwise

#: White space and marks that nobody sees: the same that a sighting passes over.
INVISIBLE = re.compile(
    "[\\s\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]+"
)
#: Lines before or after the text that are tried without: title, number, what a page shows around a document.
EDGE = 24
#: Longer texts are tried with fewer, so that the time stays within a second.
_LONG, _FEW = 300_000, 3
_TAG = re.compile(r'<(/?)([a-z][a-z0-9]*)(?:[^<>"]|"[^"]*")*>')
_ENDS = frozenset(
    ("p", "h2", "h3", "h4", "h5", "h6", "div", "blockquote", "li", "tr", "td", "th", "caption", "figcaption", "br")
)
#: Written otherwise, read alike: curly and straight quotes, dashes; NFKC does the widths.
_ALIKE = str.maketrans({"“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "—": "-", "–": "-", "―": "-", "·": "・"})
_NUMBER = re.compile(r"([\u4e00-\u9fff]{2,20})[〔\[［【（(](\d{4})[〕\]］】）)](?:第)?0*([1-9]\d{0,5})号")
_MOST_NUMBERS = 8


class Verdict(StrEnum):
    """What a comparison with one official text found."""

    SAME = "same"  #: the very text, at most with its title and number before it
    AROUND = "around"  #: the very text, and other words before or after it
    ALIKE = "alike"  #: the same but for widths of punctuation and kinds of quotes
    OTHER = "other"


@dataclass(frozen=True)
class Judged:
    """A verdict, and for `AROUND` what stands before and after the official text, as its asker wrote it."""

    verdict: Verdict
    before: str = ""
    after: str = ""


def normal(text: str) -> str:
    """Return what counts of the text."""
    return INVISIBLE.sub("", unicodedata.normalize("NFC", INVISIBLE.sub("", text)))


def folded(text: str) -> str:
    """Return the text with everything alike that a careless copy may exchange."""
    return unicodedata.normalize("NFKC", normal(text)).translate(_ALIKE).casefold()


def fingerprint(text: str) -> str:
    """SHA-256 of the normal form, 64 hex digits."""
    return hashlib.sha256(normal(text).encode("utf-8", "replace")).hexdigest()


def lines(body: str) -> list[str]:
    """Return the lines of a document's body (clean HTML, see `schemas.markup`), none of them empty."""
    broken = _TAG.sub(lambda tag: "\n" if tag[2] in _ENDS and (tag[1] or tag[2] == "br") else "", body)
    return [line for line in unescape(broken).split("\n") if normal(line)]


def text(body: str) -> str:
    """The body's words alone."""
    return "\n".join(lines(body))


def windows(asked: Sequence[str]) -> Iterator[str]:
    """Yield the fingerprints of the asked lines, whole and with some left out before and behind."""
    counted = [normal(line).encode("utf-8", "replace") for line in asked]
    edge = EDGE if sum(map(len, counted)) <= 3 * _LONG else _FEW
    for start in range(min(edge, len(counted))):
        last = max(start, len(counted) - edge)
        digest = hashlib.sha256(b"".join(counted[start:last]))
        for line in counted[last:]:
            digest.update(line)
            yield digest.hexdigest()


def put_back(asked: Sequence[str], taken: Sequence[str]) -> Iterator[str]:
    """Yield the fingerprints of a text whose title was taken out, with it at each place where it may have been."""
    left = [normal(line) for line in asked[len(taken) :]]
    if sum(map(len, left)) > _LONG:
        return
    for line in map(normal, taken):
        for at in range(min(EDGE, len(left))):
            whole = "".join((*left[:at], line, *left[at:]))
            yield hashlib.sha256(whole.encode("utf-8", "replace")).hexdigest()


def titles(asked: Sequence[str]) -> list[str]:
    """Fingerprints of what may be a title: each of the first lines, and two or three in a row, as titles break."""
    head = asked[:EDGE]
    runs = ("".join(head[at : at + count]) for count in (1, 2, 3) for at in range(len(head) - count + 1))
    return list(dict.fromkeys(fingerprint(run) for run in runs))


def numbers(asked: Sequence[str]) -> list[str]:
    """Return what may be a 发文字号 in the text, first things first.

    Words run on before a number without a space, so each of its possible beginnings is one.
    """
    found: dict[str, None] = {}
    seen = 0
    for line in asked:
        for match in _NUMBER.finditer(INVISIBLE.sub("", line)):
            for start in range(len(match[1]) - 1):
                found[f"{match[1][start:]}〔{match[2]}〕{match[3]}号"] = None
            seen += 1
            if seen == _MOST_NUMBERS:
                return list(found)
    return list(found)


def judge(asked: Sequence[str], body: str, *, names: Collection[str], taken: Collection[str] = ()) -> Judged:
    """Compare the asked lines with an official body. `names` (title, number) may stand before it without a word.

    `taken` are lines that a reader of files took out of the text as its title or number, and put first: where the
    official body has them in another place, they do not count there either.
    """
    said, official = normal("\n".join(asked)), normal(text(body))
    judged = _judge(said, official, names)
    for left in _without(official, taken):
        if judged.verdict is not Verdict.OTHER:
            break
        judged = _judge(said, left, [*names, *taken])
    return judged


def _without(official: str, taken: Collection[str]) -> Iterator[str]:
    """Yield the official text with one of the lines left out, at each of its first places: a title is also cited."""
    for line in filter(None, map(normal, taken)):
        at = official.find(line)
        for _ in range(EDGE):
            if at < 0:
                break
            yield official[:at] + official[at + len(line) :]
            at = official.find(line, at + 1)


def _judge(said: str, official: str, names: Collection[str]) -> Judged:
    if not official:
        return Judged(Verdict.OTHER)
    before, found, after = said.partition(official)
    if found:
        before = _rest(before, names)
        return Judged(Verdict.AROUND, before, after) if before or after else Judged(Verdict.SAME)
    before, found, after = folded(said).partition(folded(official))
    if found and not after and not _rest(before, [folded(name) for name in names]):
        return Judged(Verdict.ALIKE)
    return Judged(Verdict.OTHER)


def _rest(before: str, names: Collection[str]) -> str:
    for name in sorted(map(normal, names), key=len, reverse=True):
        before = before.replace(name, "", 1)
    return before


def likeness(asked: Sequence[str], body: str) -> float:
    """Return how much two texts share, 0 to 1 (Dice over pairs of characters): a draft from a stranger, no more."""
    mine, theirs = (_pairs(normal(one)) for one in ("\n".join(asked), text(body)))
    total = mine.total() + theirs.total()
    return 2 * (mine & theirs).total() / total if total else 0.0


def _pairs(said: str) -> Counter[str]:
    return Counter(a + b for a, b in pairwise(said))
