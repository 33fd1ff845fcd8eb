"""All checks over one edition. What stops publication is asked again before each commit, so it is run alone there."""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from hub.core.checks import (
    agreement,
    annexes,
    bodies,
    copying,
    elements,
    links,
    markings,
    numbering,
    personal,
    publicity,
    style,
)
from hub.core.checks.finding import Finding, Severity
from hub.core.checks.reading import Reading
from schemas.edition import Edition
from schemas.office import Phrase
from schemas.rulebook import USUAL, Rulebook

#: Every check that may find something that blocks; the last ones ask the bureau's own numbers.
GATES = (
    *(publicity.marks, markings.marks, publicity.dates, bodies.interpretations, bodies.texts, elements.facts),
    personal.identities,
)
GATES_BY_RULES = (copying.copies,)
#: Those that only ever warn or inform.
ADVICE = (
    *(bodies.pictures, agreement.titles, agreement.numbers, agreement.signature, agreement.names),
    *(elements.interpretations, publicity.index, annexes.missing, style.placeholders, style.marks),
    *(numbering.gaps, links.links),
)
ADVICE_BY_RULES = (personal.others, elements.term)
_GRAVITY = tuple(Severity)


def findings(edition: Edition, phrases: Iterable[Phrase] = (), rules: Rulebook = USUAL) -> tuple[Finding, ...]:
    """Return every finding, the gravest first. `phrases` is the bureau's own list, which only ever warns.

    What is public is judged by `blocking` alone.
    """
    readings = _readings(edition)
    found = [*_gates(edition, readings, rules)]
    found += [finding for check in ADVICE for finding in check(edition, readings)]
    found += [finding for check in ADVICE_BY_RULES for finding in check(edition, readings, rules)]
    found += style.wordings(readings, phrases)
    return tuple(sorted(found, key=lambda one: _GRAVITY.index(one.severity)))


def blocking(edition: Edition, rules: Rulebook = USUAL) -> tuple[Finding, ...]:
    """The findings that stop submission and publication."""
    return _blocking(_Frozen(edition), rules)


class _Frozen:
    """An edition that is known by its digest: the same one is asked about at submission, publication and each send."""

    def __init__(self, edition: Edition) -> None:
        self.edition = edition

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Frozen) and self.edition.digest == other.edition.digest

    def __hash__(self) -> int:
        return hash(self.edition.digest)


@lru_cache(maxsize=64)
def _blocking(frozen: _Frozen, rules: Rulebook) -> tuple[Finding, ...]:
    edition = frozen.edition
    found = _gates(edition, _readings(edition), rules)
    return tuple(one for one in found if one.severity is Severity.BLOCKS)


def _gates(edition: Edition, readings: Sequence[Reading], rules: Rulebook) -> Iterator[Finding]:
    for check in GATES:
        yield from check(edition, readings)
    for check_by in GATES_BY_RULES:
        yield from check_by(edition, readings, rules)


def _readings(edition: Edition) -> tuple[Reading, ...]:
    return tuple(Reading(document) for document in edition.documents)
