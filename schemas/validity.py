"""What holds of a document on a given day: the one rule, for pages, records, the register and reports. Pure."""

from datetime import date, timedelta

from schemas.card import Validity
from schemas.standing import StandingKind

_ENDED = {StandingKind.REPEALED: Validity.REPEALED, StandingKind.EXPIRED: Validity.EXPIRED}


def judge(
    said: StandingKind | None, effective_on: date | None, expires_on: date | None, today: date
) -> tuple[Validity, date | None]:
    """The validity today, and the day on which it changes without anybody's act; None for never.

    `said` is what holds now. A mark that was made is never overruled by a date; a last day that the document itself
    names ends it without a mark. It still holds on its last day.
    """
    if said in _ENDED:
        return _ENDED[said], None
    after = expires_on + timedelta(days=1) if expires_on else None
    if after and after <= today:
        return Validity.EXPIRED, None
    if effective_on and effective_on > today:
        return Validity.NOT_YET, effective_on
    return (Validity.AMENDED if said is StandingKind.AMENDED else Validity.IN_FORCE), after
