"""Persons in what is to be public: identity and card numbers stop it, the others are shown to somebody who decides."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from hub.chinese.folding import fold
from hub.core.checks.finding import Finding, found
from hub.core.checks.identity import digits, is_identity
from hub.core.checks.reading import Reading
from hub.core.checks.running import Running
from hub.core.checks.traits import GRAVE, MOBILE, OTHERS, Trait
from schemas.edition import Edition
from schemas.rulebook import USUAL, Rulebook

__all__ = ["Hit", "hits", "identities", "is_identity", "masked", "others"]

#: So many of one kind are shown for one document; a list of names has thousands.
_MOST = 20
#: What all that stops it has: most texts have no such thing, and are not read ten times over for it.
_FIGURES = re.compile(r"\d(?:[ \-.()\n\x1f]{0,3}\d){4}")


class Hit(NamedTuple):
    """One number, and where it stands in the running text."""

    trait: Trait
    words: str  #: as written, its white space taken out
    start: int
    end: int

    @property
    def told(self) -> str:
        """What it is and its masked form: a message goes into logs and mails, so it hides what it warns of."""
        return f"{self.trait.name}{masked(self.words)}"


def hits(running: Running, rules: Rulebook = USUAL, *, grave: bool) -> Iterator[Hit]:
    """Yield what stops it (`grave`) or the rest, `_MOST` of a kind; released telephone numbers are none of it."""
    if grave and not _FIGURES.search(running.text):
        return
    released = frozenset(map(digits, rules.contacts))
    taken = bytearray(len(running.text))
    # The others come after those that stop it and take nothing away from them.
    for trait in GRAVE if grave else (*GRAVE, *OTHERS):
        count = 0
        for hit in _of(trait, running, taken):
            if digits(hit.words) in released or (trait in GRAVE) != grave:
                continue
            count += 1
            if count > _MOST:
                break
            yield hit


def _of(trait: Trait, running: Running, taken: bytearray) -> Iterator[Hit]:
    """`taken` says of each letter whether it is part of a number that was found already."""
    for match in trait.pattern.finditer(running.text):
        start, end = match.span(1)
        if any(taken[start:end]):
            continue
        if trait.is_one(match[1], running.around(start, end), running.lead(start)):
            taken[start:end] = b"\1" * (end - start)
            yield Hit(trait, "".join(running.written[start:end].replace("\x1f", "").split()), start, end)


def identities(_edition: Edition, readings: Sequence[Reading]) -> Iterator[Finding]:
    """What stops it."""
    for reading in readings:
        yield from _told(reading, USUAL, grave=True)


def others(_edition: Edition, readings: Sequence[Reading], rules: Rulebook = USUAL) -> Iterator[Finding]:
    """What somebody decides on."""
    for reading in readings:
        yield from _told(reading, rules, grave=False)


def _told(reading: Reading, rules: Rulebook, *, grave: bool) -> Iterator[Finding]:
    for hit in hits(reading.running, rules, grave=grave):
        message = f"“{reading.document.title}”中有{hit.told}。{hit.trait.advice}"
        yield found(hit.trait.code, reading.name, message, passage=reading.span(hit.start, hit.end))


def masked(words: str) -> str:
    """Return the words with what tells of a person hidden, as notices do."""
    plain = fold(words)
    traits = (one for one in (*GRAVE, *OTHERS) if (match := one.pattern.match(plain)) and match.end(1) == len(plain))
    trait = next((one for one in traits if one.is_one(plain, _ANY, _ANY)), MOBILE)
    first, last = trait.shown
    hidden = "".join("*" if letter.isalnum() else letter for letter in words[first : len(words) - last])
    return words[:first] + hidden + words[len(words) - last :]


#: A number alone has no words around it; whoever masks it has been told what it is.
_ANY = "身份证护照"
