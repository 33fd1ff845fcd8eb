"""Who decides on an older document, and when it is looked at again. Pure."""

import calendar
from datetime import date

from hub.core import workflow
from schemas.backfile import Attribution, Backfile, Stage
from schemas.errors import ErrorCode, HubError
from schemas.person import Duty, Person
from schemas.release import Disclosure
from schemas.words import word

#: Either of them confirms. Deciding on publicity is the review of 条例 第十七条: it belongs to whoever answers for the
#: bureau's publicity or for its secrets. One suffices, because nothing becomes public by it: what is to be opened goes
#: through all four reviews as a release, and what is not comes back after the months of the rulebook.
CONFIRM = (Duty.SIGNER, Duty.SECRECY_REVIEWER)
#: These look at the documents of every unit; an editor at those of their own: what is not public is kept close.
OVERSEE = (*CONFIRM, Duty.AUDITOR)
READ = frozenset({Duty.EDITOR, *OVERSEE})


def scope(person: Person) -> str | None:
    """The unit whose documents the person may look at; None is all of them. Raises HubError(FORBIDDEN)."""
    workflow.require(person, *sorted(READ))
    return None if person.duties.intersection(OVERSEE) else person.unit


def sees(person: Person, one: Backfile) -> bool:
    unit = scope(person)
    return unit is None or unit == one.unit


def check_own(person: Person, one: Backfile) -> None:
    """Raise HubError unless the person writes for the unit that decides on it."""
    workflow.require(person, Duty.EDITOR)
    if one.unit != person.unit:
        raise HubError(ErrorCode.NOT_FOUND, what=f"由本单位负责的第 {one.id} 号存量文件")


def check_proposal(person: Person, one: Backfile) -> None:
    """Raise HubError unless the person may propose for it now. The duty cannot be lent, so two people remain two."""
    check_own(person, one)
    if one.release is not None:
        raise HubError(ErrorCode.STATE, state=f"已转为政策发布 {one.release}", advice="请在该件中办理。")
    if one.stage is Stage.PROPOSED:
        raise HubError(ErrorCode.STATE, state=word(one.stage), advice="已有一项意见在等待确认，请先确认或退回。")


def check_ruling(person: Person, one: Attribution, *, confirms: bool) -> str | None:
    """Raise HubError unless this person may decide on the proposal now: two people, always.

    Return in whose stead: None for a duty of one's own, else who has lent it, and never the proposer. Its proposer may
    take it back.
    """
    is_own = person.id == one.proposed_by
    if person.disabled_at or not (person.duties.intersection(CONFIRM) or (is_own and not confirms)):
        raise HubError(ErrorCode.FORBIDDEN, duty="”或“".join(map(word, CONFIRM)))
    if one.ruling is not None:
        raise HubError(ErrorCode.STATE, state=word(one.ruling), advice="这项意见已有结论。")
    if is_own:
        if confirms:
            raise HubError(ErrorCode.OWN_PROPOSAL)
        return None
    if person.own_duties.intersection(CONFIRM):
        return None
    others = [giver for duty in CONFIRM for giver in person.givers(duty) if giver != one.proposed_by]
    if not others:
        raise HubError(ErrorCode.OWN_PROPOSAL)
    return others[0]


def check_conversion(person: Person, one: Backfile) -> None:
    """Raise HubError unless the person may make a release of it now."""
    check_own(person, one)
    if one.release is not None:
        raise HubError(ErrorCode.STATE, state=f"已转为政策发布 {one.release}", advice="无须再次办理。")
    if not one.is_convertible:
        raise HubError(ErrorCode.STATE, state=word(one.stage), advice="审定为主动公开之后才能转为政策发布。")


def due_on(disclosure: Disclosure, today: date, months: int) -> date | None:
    """When a decision of today is to be made again; None for what is opened."""
    if disclosure is Disclosure.OPEN:
        return None
    years, month = divmod(today.month - 1 + months, 12)
    year = today.year + years
    return date(year, month + 1, min(today.day, calendar.monthrange(year, month + 1)[1]))
