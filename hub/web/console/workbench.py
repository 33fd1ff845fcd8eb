"""工作台: what waits for this person, each with its one next step; deadlines, channels, today's official releases."""

from collections.abc import Awaitable, Callable
from datetime import datetime, time

from hub.core import deadlines
from hub.store import calendars, desks, engine
from hub.store.desks import Pile
from hub.web.console import channels, heaps
from hub.web.console.heaps import Heap, Line, Sight
from hub.web.console.room import Page, Room, Visit
from schemas.entry import BEIJING
from schemas.person import LEVEL_DUTY, Duty

#: Besides editors, who see their own, these see what is to be public by when.
WATCHERS = (Duty.PUBLISHER, Duty.SIGNER, Duty.ADMINISTRATOR, Duty.AUDITOR)
#: These have something to do with what is under review.
READERS = (Duty.EDITOR, *LEVEL_DUTY.values())
#: These see deliveries that stopped; the first two can do something about them.
MENDERS = (Duty.PUBLISHER, Duty.ADMINISTRATOR, Duty.AUDITOR)

_Pile = Callable[[Sight, Visit], Awaitable[Heap]]
#: Who has which piles: before what waits for reviews, after it, and at the end.
FIRST: tuple[tuple[tuple[Duty, ...], _Pile], ...] = (
    (MENDERS, heaps.stuck),
    (MENDERS, heaps.lost),
    ((Duty.RECEIVER,), heaps.to_acknowledge),
    ((Duty.EDITOR,), heaps.to_fix),
    ((Duty.EDITOR,), heaps.to_rereview),
    ((Duty.EDITOR,), heaps.to_convert),
)
THEN: tuple[tuple[tuple[Duty, ...], _Pile], ...] = (
    ((Duty.SIGNER,), heaps.to_confirm),
    ((Duty.SIGNER, Duty.SECRECY_REVIEWER), heaps.to_agree),
    ((Duty.PUBLISHER,), heaps.to_publish),
)
LAST: tuple[tuple[tuple[Duty, ...], _Pile], ...] = (
    ((Duty.EDITOR, Duty.PUBLISHER, Duty.SIGNER), heaps.to_renew),
    ((Duty.PUBLISHER, Duty.SIGNER, Duty.AUDITOR), heaps.scheduled),
)


async def show(visit: Visit) -> Page:
    async with visit.hub.engine.connect() as connection:
        calendar, now = await calendars.every(connection), await engine.now(connection)
        views = await channels.views(connection, visit.hub)
        sight = Sight(connection, visit.person, now, calendar, {name: view.title for name, view in views.items()})
        mine = [heap for heap in await _heaps(sight, visit) if heap.count]
        values = {
            "heaps": mine,
            "views": views.values(),
            "today": await desks.official(connection, _midnight(now)),
            "due": await _due(sight, visit),
            "signed": await desks.signed(connection) if visit.has(Duty.AUDITOR, Duty.ADMINISTRATOR) else None,
        }
    return Page("workbench.html", {**values, "titles": sight.titles, **_who(visit)})


def _who(visit: Visit) -> dict[str, bool]:
    return {"writes": visit.has(Duty.EDITOR), "watches": visit.has(*WATCHERS), "audits": visit.has(Duty.AUDITOR)}


def _midnight(now: datetime) -> datetime:
    return datetime.combine(now.astimezone(BEIJING).date(), time(), BEIJING)


async def _heaps(sight: Sight, visit: Visit) -> list[Heap]:
    """The piles that this person can do something about, in the order in which they are best worked off."""
    reviewing = await desks.in_review(sight.connection) if visit.has(*READERS) else []
    found = [await pile(sight, visit) for duties, pile in FIRST if visit.has(*duties)]
    found += heaps.to_review(sight, reviewing)
    found += [await pile(sight, visit) for duties, pile in THEN if visit.has(*duties)]
    if visit.has(Duty.EDITOR):
        found.append(heaps.submitted(sight, reviewing))
    return found + [await pile(sight, visit) for duties, pile in LAST if visit.has(*duties)]


async def _due(sight: Sight, visit: Visit) -> list[Line]:
    """What is to be public and is not, the nearest deadline first."""
    pile = Pile()
    if visit.has(*WATCHERS):
        pile = await desks.unofficial(sight.connection)
    elif visit.has(Duty.EDITOR):
        pile = await desks.unofficial(sight.connection, author=sight.person.id)
    lines = [Line(item, "", sight.deadline(item)) for item in pile.items]
    return [one for one in lines if one.deadline and one.deadline.urgency is not deadlines.Urgency.AHEAD][:10]


ROOMS = (Room("GET", "/", show),)
