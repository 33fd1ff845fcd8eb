"""All checks over one edition. What stops publication is asked again before each commit, so it is run alone there."""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from hub.core.checks import (
    agreement,
    annexes,
    asides,
    bodies,
    copying,
    days,
    doc_numbers,
    elements,
    files,
    forms,
    links,
    markings,
    numbering,
    particulars,
    personal,
    publicity,
    serials,
    style,
)
from hub.core.checks.finding import Finding, Severity
from hub.core.checks.known import NOTHING, Known
from hub.core.checks.reading import Reading
from schemas.edition import Edition
from schemas.office import Phrase
from schemas.rulebook import USUAL, Rulebook

#: What stops every way out, asked again before each commit; the last ones ask the bureau's own numbers.
GATES = (
    *(publicity.marks, markings.marks, publicity.dates, bodies.interpretations, bodies.texts, elements.facts),
    personal.identities,
)
GATES_BY_RULES = (copying.copies,)
#: What may stop an edition from being frozen, and is never asked again: what was public before a rule existed stays
#: what it is.
ENTRY = (*(particulars.missing, particulars.order, forms.forms, markings.notes, doc_numbers.forms, asides.graves),)
#: The same, of what is known besides the edition: the day, the files, the numbers in use.
ENTRY_BY_KNOWN = (days.future, serials.used, files.leftovers)
ENTRY_BY_ALL = (files.texts,)
#: Those that only ever warn or inform.
ADVICE = (
    *(bodies.pictures, agreement.titles, agreement.numbers, agreement.signature, agreement.names),
    *(elements.interpretations, annexes.missing, style.placeholders, style.marks),
    *(numbering.gaps, links.links, markings.drafts, doc_numbers.years, days.impossible, days.told),
)
ADVICE_BY_RULES = (publicity.index, personal.others, asides.others, elements.term, particulars.consultation)
ADVICE_BY_KNOWN = (links.silent,)
_GRAVITY = tuple(Severity)


def findings(
    edition: Edition, phrases: Iterable[Phrase] = (), rules: Rulebook = USUAL, known: Known = NOTHING
) -> tuple[Finding, ...]:
    """Return every finding, the gravest first. `phrases` is the bureau's own list, which only ever warns.

    What is public is judged by `blocking` alone.
    """
    readings = _readings(edition)
    found = [*_gates(edition, readings, rules), *_entry(edition, readings, rules, known)]
    found += [finding for check in ADVICE for finding in check(edition, readings)]
    found += [finding for by_rules in ADVICE_BY_RULES for finding in by_rules(edition, readings, rules)]
    found += [finding for by_known in ADVICE_BY_KNOWN for finding in by_known(edition, readings, known)]
    found += style.wordings(readings, phrases)
    return tuple(sorted(found, key=lambda one: _GRAVITY.index(one.severity)))


def blocking(edition: Edition, rules: Rulebook = USUAL) -> tuple[Finding, ...]:
    """The findings that stop submission and publication."""
    return _blocking(_Frozen(edition), rules)


def entering(edition: Edition, rules: Rulebook = USUAL, known: Known = NOTHING) -> tuple[Finding, ...]:
    """The findings that stop an edition from being frozen: those of `blocking`, of its kind, and of what is known."""
    asked = _entry(edition, _readings(edition), rules, known)
    return (*blocking(edition, rules), *(one for one in asked if one.severity is Severity.BLOCKS))


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


def _entry(edition: Edition, readings: Sequence[Reading], rules: Rulebook, known: Known) -> Iterator[Finding]:
    for check in ENTRY:
        yield from check(edition, readings)
    for by_known in ENTRY_BY_KNOWN:
        yield from by_known(edition, readings, known)
    for by_all in ENTRY_BY_ALL:
        yield from by_all(edition, readings, rules, known)


def _readings(edition: Edition) -> tuple[Reading, ...]:
    return tuple(Reading(document) for document in edition.documents)
