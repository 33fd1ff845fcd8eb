"""All checks over one edition. What stops publication is asked again before each commit, so it is run alone there."""

from collections.abc import Iterable

from hub.core.checks import agreement, annexes, bodies, links, numbering, personal, publicity, style
from hub.core.checks.finding import Finding, Severity
from hub.core.checks.reading import Reading
from schemas.edition import Edition
from schemas.office import Phrase

#: Every check that may find something that blocks.
GATES = (publicity.marks, publicity.dates, bodies.interpretations, bodies.texts, personal.identities)
#: Those that only ever warn.
ADVICE = (
    *(bodies.pictures, agreement.titles, agreement.numbers, agreement.signature, agreement.names),
    *(publicity.index, annexes.missing, personal.mobiles, style.placeholders, style.marks, numbering.gaps, links.links),
)


def findings(edition: Edition, phrases: Iterable[Phrase] = ()) -> tuple[Finding, ...]:
    """Return every finding, the blocking ones first. `phrases` is the bureau's own list, which only ever warns.

    What is public is judged by `blocking` alone.
    """
    readings = _readings(edition)
    found = [finding for check in (*GATES, *ADVICE) for finding in check(edition, readings)]
    found += style.wordings(readings, phrases)
    return tuple(sorted(found, key=lambda f: f.severity is not Severity.BLOCKS))


def blocking(edition: Edition) -> tuple[Finding, ...]:
    """The findings that stop submission and publication."""
    readings = _readings(edition)
    found = (finding for check in GATES for finding in check(edition, readings))
    return tuple(f for f in found if f.severity is Severity.BLOCKS)


def _readings(edition: Edition) -> tuple[Reading, ...]:
    return tuple(Reading(document) for document in edition.documents)
