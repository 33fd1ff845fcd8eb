"""Which limit a document has to be public by: 20 working days, or the one that its kind has instead. Pure.

The bureau's own special limits (`rules.limits`) go before those that a kind brings with it (`schemas.kinds`).
"""

from collections.abc import Mapping
from datetime import date

from hub.core import deadlines
from hub.core.deadlines import Calendar, Deadline
from schemas.kinds import KINDS, Unit
from schemas.release import Kind, Metadata
from schemas.rulebook import Limit, Rulebook


def special(kind: Kind | str, rules: Rulebook) -> Limit | None:
    """The limit that goes before the 20 working days; None where there is none."""
    own = next((one for one in rules.limits if one.kind == kind), None)
    if own is not None or kind not in KINDS:
        return own
    clock = next((one for one in KINDS[Kind(kind)].clocks if one.is_first and one.unit is Unit.WORKING_DAYS), None)
    if clock is None:
        return None
    return Limit(kind=Kind(kind), days=getattr(rules, clock.rule), since=clock.since, source=clock.source)


def deadline(
    kind: Kind | str,
    signed_on: date,
    today: date,
    calendar: Calendar,
    rules: Rulebook,
    *,
    opened_on: date | None = None,
    dates: Mapping[str, date] | None = None,
) -> Deadline:
    """By when the document must be public.

    `opened_on` is when two people decided that an older one is to be opened: its 20 working days begin then, whatever
    its kind. `dates` are what else the document is dated by.
    """
    found = special(kind, rules) if opened_on is None else None
    if found is None:
        return deadlines.disclosure(opened_on or signed_on, today, calendar)
    return deadlines.disclosure(signed_on, today, calendar, kind=found.kind, limits=(found,), dates=dates)


def dates_of(metadata: Metadata) -> dict[str, date]:
    """The document's dates by their names, those of its kind included."""
    found = {**dict(metadata), **dict(getattr(metadata, "particulars", None) or ())}
    return {name: value for name, value in found.items() if type(value) is date}


def last_day(kind: str, start: date, calendar: Calendar, rules: Rulebook, *, is_opened: bool = False) -> date:
    """The last day that is in time for a document of this kind whose time began on this day."""
    found = None if is_opened else special(kind, rules)
    if found is None:
        return deadlines.after(start, deadlines.DISCLOSURE_DAYS, calendar)
    return deadlines.last_day(found, start, calendar)
