"""What holds of a document on a given day, from what was said of it and from its own dates. Pure."""

from collections.abc import Sequence
from datetime import date, timedelta

from schemas.card import Validity
from schemas.standing import Standing, StandingKind

_ENDED = {StandingKind.REPEALED: Validity.REPEALED, StandingKind.EXPIRED: Validity.EXPIRED}


def last_day(written: date | None, said: Sequence[Standing]) -> date | None:
    """Its last day: as the newest confirmed word on it has it, else as the document itself has it.

    `said` is every confirmed standing that governs the edition, oldest first.
    """
    return next((one.expires_on for one in reversed(said) if one.expires_on), written)


def judge(
    said: Standing | None, effective_on: date | None, expires_on: date | None, today: date
) -> tuple[Validity, date | None]:
    """The validity today, and the day on which it changes without anybody's act; None for never.

    `said` is what holds now. A mark that two people made is never overruled by a date; a last day that the document
    itself names ends it without a mark.
    """
    if said and said.kind in _ENDED:
        return _ENDED[said.kind], None
    after = expires_on + timedelta(days=1) if expires_on else None
    if after and after <= today:
        return Validity.EXPIRED, None
    if effective_on and effective_on > today:
        return Validity.NOT_YET, effective_on
    is_amended = said is not None and said.kind is StandingKind.AMENDED
    return (Validity.AMENDED if is_amended else Validity.IN_FORCE), after
