"""What holds of a document on a given day, from what was said of it and from its own dates. Pure.

The rule itself is `schemas.validity`: channels, which write pages, know it too.
"""

from collections.abc import Sequence
from datetime import date

from schemas import validity as rule
from schemas.card import Validity
from schemas.standing import Standing


def last_day(written: date | None, said: Sequence[Standing]) -> date | None:
    """Its last day: as the newest confirmed word on it has it, else as the document itself has it.

    `said` is every confirmed standing that governs the edition, oldest first.
    """
    return next((one.expires_on for one in reversed(said) if one.expires_on), None) or written


def judge(
    said: Standing | None, effective_on: date | None, expires_on: date | None, today: date
) -> tuple[Validity, date | None]:
    """As `schemas.validity.judge`, of what holds now."""
    return rule.judge(said.kind if said else None, effective_on, expires_on, today)
