"""From text to the lexemes that it is found by. Pure.

Chinese is indexed by its pairs of neighbouring characters, not by words: a text that contains a word contains its
pairs, whatever a dictionary would have cut it into, so nothing is missed and no dictionary is frozen into the index.
Words are cut out of questions only (`hub.core.search.question`).
"""

import re
from collections.abc import Iterator
from html import unescape
from itertools import pairwise

from schemas import markup

#: What of one text is found and shown; longer ones are found by their beginning. Bounds a tsvector (1 MiB) as well.
MAX_TEXT = 100_000
#: Letters of one foreign word or number that are compared.
MAX_RUN = 40

HAN = "〇\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
RUN = re.compile(f"(?P<han>[{HAN}]+)|[^\\W_{HAN}]+")
IS_HAN = re.compile(f"[{HAN}]+")

#: Forms that mean the same: full and half width, every kind of bracket. One character stays one character, so that a
#: place in the folded text is the same place in the text.
_SAME = {chr(0xFF01 + at): chr(0x21 + at) for at in range(94)} | {"\u3000": " ", "\u0130": "i"}
_OPENING, _CLOSING = "([{（【［〔〈《「『", ")]}）】］〕〉》」』"
#: Brackets first: the broad ones that only become narrow stay what they are then.
_FOLDED = (
    *((form, "〔") for form in _OPENING),
    *((form, "〕") for form in _CLOSING),
    *_SAME.items(),
)

_BREAK = re.compile(rf"</?(?:{'|'.join(sorted(markup.BLOCKS | {'br'}))})\b(?:[^<>\"]|\"[^\"]*\")*>")
_TAG = re.compile(r"<(?:[^<>\"]|\"[^\"]*\")*>")
_SPACE = re.compile(r"[ \t\r\f\v\u00a0\u3000]+")


def fold(text: str) -> str:
    """The text as it is compared; every character keeps its place."""
    # Several times faster than `translate`, which asks a table for every character of Chinese.
    for form, same in _FOLDED:
        text = text.replace(form, same)
    return text.lower()


def plain(body: str) -> str:
    """The words of a clean body without its tags, a block on each line."""
    text = unescape(_TAG.sub("", _BREAK.sub("\n", body)))
    lines = (_SPACE.sub(" ", line).strip() for line in text.split("\n"))
    return "\n".join(line for line in lines if line)[:MAX_TEXT]


def pairs(run: str) -> Iterator[str]:
    """Neighbouring characters of a run of Chinese; the character itself where it stands alone."""
    return map("".join, pairwise(run)) if len(run) > 1 else iter(run)


def lexemes(text: str, *, single: bool = False) -> set[str]:
    """Everything that the text is found by; with `single`, every character of its Chinese too."""
    found: set[str] = set()
    for run in RUN.finditer(fold(text)):
        if run["han"] is None:
            found.add(run[0][:MAX_RUN])
            continue
        found.update(pairs(run[0]))
        if single:
            found.update(run[0])
    return found
