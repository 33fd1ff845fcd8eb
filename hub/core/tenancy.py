"""Units as tenants: what of other units' unfinished work a person sees, and with which duties they may act on it. Pure.

A duty is bureau-wide or belongs to a unit; which ones are wide is the rulebook's (`wide_duties`). Where no unit is a
tenant nothing is hidden from anybody, and all of this changes nothing.
"""

from collections.abc import Collection

from schemas.errors import ErrorCode, HubError
from schemas.office import EVERYTHING, Scope
from schemas.person import Duty, Person
from schemas.release import Release, ReleaseState
from schemas.rulebook import USUAL, Rulebook


def is_wide(person: Person, rules: Rulebook = USUAL) -> bool:
    """Whether the person has a duty for the whole bureau."""
    return not person.duties.isdisjoint(rules.wide_duties)


def scope(person: Person, rules: Rulebook = USUAL) -> Scope:
    """What lists leave out for the person."""
    return EVERYTHING if is_wide(person, rules) or not person.hidden else Scope(hidden=person.hidden, person=person.id)


def sees(person: Person, release: Release, rules: Rulebook = USUAL) -> bool:
    """Whether the person may look at the release at all: what is released is everybody's."""
    if release.unit not in person.hidden or release.state is ReleaseState.RELEASED:
        return True
    return is_wide(person, rules) or person.id in release.authors


def within(person: Person, unit: str | None, rules: Rulebook = USUAL) -> Person:
    """The person with the duties that they have in this unit: in one that is not theirs, the bureau-wide ones only."""
    return person if unit not in person.hidden else _narrowed(person, rules.wide_duties)


def _narrowed(person: Person, wide: Collection[Duty]) -> Person:
    lent = tuple(one for one in person.lent if one.duty in wide)
    return person.model_copy(update={"duties": person.duties.intersection(wide), "lent": lent})


def check_acting(home: str, memberships: Collection[str], unit: str) -> None:
    """Raise HubError(INVALID) unless the unit is the person's own, or one that asked them."""
    if unit != home and unit not in memberships:
        words = "只能代表本人所属的单位，或请您代办的单位"
        raise HubError(ErrorCode.INVALID, detail=words, fields={"unit": words})


def check_parent(unit: str, parent: str, parents: dict[str, str]) -> None:
    """Raise HubError(INVALID) for a parent that there is not, or that belongs to the unit itself."""
    if not parent:
        return
    if parent not in parents:
        raise HubError(ErrorCode.INVALID, detail=f"没有名为“{parent}”的单位", fields={"parent": "请从列表中选择"})
    above: str | None = parent
    while above:
        if above == unit:
            words = f"“{parent}”是“{unit}”或其下级，不能作为上级"
            raise HubError(ErrorCode.INVALID, detail=words, fields={"parent": "不能是本单位或下级"})
        above = parents.get(above)
