"""授权代办: what a person has lent to others and may use of theirs; administrators see everybody's."""

from collections.abc import Iterable
from datetime import date

from hub.commands import delegating
from hub.store import delegations, people
from hub.web.console.room import Answer, Moved, Page, Room, Visit, ways
from schemas.delegation import DELEGABLE, MAX_DAYS, Delegation, Offer
from schemas.person import Duty, Person
from schemas.words import word

PATH = "/me/delegations"


async def show(visit: Visit) -> Page:
    is_admin = Duty.ADMINISTRATOR in visit.person.own_duties
    async with visit.hub.engine.connect() as connection:
        today = await delegations.today(connection)
        listed = await delegations.listed(connection, person=None if is_admin else visit.person.id)
        staff = {one.id: one for one in await people.every(connection)}
    mine = sorted(visit.person.own_duties & DELEGABLE)
    values = {
        "today": today,
        "given": [one for one in listed if one.giver == visit.person.id],
        "received": [one for one in listed if one.receiver == visit.person.id],
        "others": [one for one in listed if visit.person.id not in {one.giver, one.receiver}],
        "names": {number: one.name for number, one in staff.items()},
        "duties": [(one, word(one)) for one in mine],
        "receivers": _receivers(visit.person, staff.values()),
        "is_admin": is_admin,
        "state": lambda one: _state(one, today),
        "max_days": MAX_DAYS,
    }
    return Page("delegations.html", values)


async def give(visit: Visit) -> Answer:
    made = await delegating.give(visit.hub, visit.person, visit.posted.filled(Offer))
    return Moved(PATH, said=f"已授权代办“{word(made.duty)}”，{made.starts_on} 至 {made.ends_on}，可随时撤销。")


async def revoke(visit: Visit) -> Answer:
    await delegating.revoke(visit.hub, visit.person, int(visit.names["delegation"]))
    return Moved(PATH, said="授权已撤销，立即生效。")


def _receivers(person: Person, staff: Iterable[Person]) -> list[tuple[str, str]]:
    able = [one for one in staff if one.id != person.id and not one.disabled_at and not one.duties & delegating.APART]
    return [(one.login, f"{one.name}（{one.unit}）" if one.unit else one.name) for one in able]


def _state(one: Delegation, today: date) -> tuple[str, str]:
    """Its word and the badge that it is shown in."""
    if one.revoked_at is not None:
        return "已撤销", ""
    if one.ends_on < today:
        return "已到期", ""
    return ("生效中", "good") if one.starts_on <= today else ("尚未开始", "now")


ROOMS = (
    *ways(PATH, show, give),
    Room("POST", PATH + "/{delegation:[1-9][0-9]{0,14}}/revoke", revoke, again=show),
)
