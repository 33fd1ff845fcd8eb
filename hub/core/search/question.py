"""From what somebody typed to what must be found. Pure, and bounded whatever is typed."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import rjieba

from hub.core.search import letters
from schemas import text

#: Characters of a question that are read, and words of it.
MAX_QUESTION = 100
MAX_WORDS = 10
#: Words of one character that join others; alone they are looked for like any other.
PARTICLES = frozenset("的和与及或了在是为于对等之其以并将把被从向由至按据就")
_QUOTED = re.compile('["“”＂]([^"“”＂]+)["“”＂]')
#: 发文字号 as people write it, in any brackets, with or without a space.
_NUMBER = re.compile(r"([\u4e00-\u9fff]{1,20}) ?〔 ?(\d{4}) ?〕 ?(?:第 ?)?0*([1-9]\d{0,5}) ?号?")
_CHUNK = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Question:
    """What is looked for: documents that hold every word."""

    said: str  #: as it was read
    words: tuple[str, ...]  #: folded
    number: str | None  #: 发文字号, when it is nothing else
    is_cut: bool  #: whether more was typed than is read

    @property
    def title_lexemes(self) -> tuple[str, ...]:
        """What a title that holds every word is indexed by, at the least."""
        return tuple(sorted({lexeme for word in self.words for lexeme in _lexemes(word)}))

    @property
    def lexemes(self) -> tuple[str, ...]:
        """What a text that holds every word is indexed by; lone characters lead to titles only."""
        return tuple(one for one in self.title_lexemes if len(one) > 1 or not letters.IS_HAN.fullmatch(one))

    @property
    def is_certain(self) -> bool:
        """Whether what bears every lexeme holds every word: no word is put together from several."""
        is_whole = self.lexemes in {(), self.title_lexemes}
        return is_whole and all(list(_lexemes(word)) == [word] for word in self.words)

    def is_in(self, *texts: str) -> bool:
        """Whether the words themselves, and not only their lexemes, are there."""
        folded = "\n".join(map(letters.fold, texts))
        return all(word in folded for word in self.words)


def read(typed: str) -> Question:
    """Read what was typed: what is quoted is one word, so is a 发文字号; the rest is cut by the dictionary."""
    whole = text.one_line(typed[: 4 * MAX_QUESTION])
    said = whole[:MAX_QUESTION].rstrip()
    rest = letters.fold(said)
    number = _NUMBER.fullmatch(rest)
    found = [quoted for one in _QUOTED.findall(rest) if (quoted := _quoted(one))]
    rest = _QUOTED.sub(" ", rest)
    # What stands before the brackets is cut like other words: nobody can tell where 代字 begin in a sentence.
    found += (f"〔{one[2]}〕{one[3]}号" for one in _NUMBER.finditer(rest))
    rest = _NUMBER.sub(r" \1 ", rest)
    found += (word for chunk in _CHUNK.findall(rest) for word in cut(chunk))
    is_cut = len(whole) > len(said) or len(typed) > 4 * MAX_QUESTION
    named = f"{number[1]}〔{number[2]}〕{number[3]}号" if number else None
    return Question(said, _distinct(found), named, is_cut)


def cut(chunk: str) -> list[str]:
    """The words of a piece without spaces: as the dictionary has them, single characters joined to their neighbour."""
    found: list[str] = []
    joins = False
    for piece in rjieba.cut(chunk, True):
        if piece in PARTICLES:
            joins = False
        elif joins and (_is_lone(piece) or _is_lone(found[-1])):
            found[-1] += piece
        else:
            found.append(piece)
            joins = True
    return found or [chunk]


def _is_lone(piece: str) -> bool:
    return len(piece) == 1 and letters.IS_HAN.fullmatch(piece) is not None


def _quoted(words: str) -> str:
    return words.strip() if letters.RUN.search(words) else ""


def _distinct(words: Iterable[str]) -> tuple[str, ...]:
    """Each once, and none that another one holds already."""
    each = list(dict.fromkeys(words))
    return tuple(one for one in each if not any(one != other and one in other for other in each))[:MAX_WORDS]


def _lexemes(word: str) -> Iterator[str]:
    for run in letters.RUN.finditer(word):
        if run["han"] is None:
            yield run[0][: letters.MAX_RUN]
        elif len(run[0]) > 1 or len(word) == 1:
            yield from letters.pairs(run[0])
