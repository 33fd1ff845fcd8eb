"""工作台: what waits for this person, each with its one next step; deadlines, channels, today's official releases."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime, time

from hub.core import deadlines
from hub.store import calendars, desks, engine
from hub.store.desks import Pile
from hub.web.console import channel_view, heaps, heaps_backfiles, heaps_channels, heaps_kinds, heaps_time, heaps_urgent
from hub.web.console.hands import recent_reset
from hub.web.console.heap import Heap, Line, Sight
from hub.web.console.room import Page, Room, Visit
from schemas.entry import BEIJING
from schemas.person import LEVEL_DUTY, Duty

#: Besides editors, who see their own, these see what is to be public by when.
WATCHERS = (Duty.PUBLISHER, Duty.SIGNER, Duty.ADMINISTRATOR, Duty.AUDITOR)
#: These have something to do with what is under review.
READERS = (Duty.EDITOR, *LEVEL_DUTY.values())
#: These see deliveries that stopped; the first two can do something about them.
MENDERS = (Duty.PUBLISHER, Duty.ADMINISTRATOR, Duty.AUDITOR)

#: How many are looked through for those whose time is nearly over: with special limits the oldest is not the nearest.
DUE = 200

_Pile = Callable[[Sight, Visit], Awaitable[Heap]]
#: Who has which piles: before what waits for reviews, after it, and at the end.
FIRST: tuple[tuple[tuple[Duty, ...], _Pile], ...] = (
    (MENDERS, heaps_channels.stuck),
    (MENDERS, heaps_channels.lost),
    (tuple(LEVEL_DUTY.values()), heaps_urgent.to_countersign),
    ((Duty.SIGNER, Duty.AUDITOR), heaps_urgent.overdue),
    ((Duty.EDITOR,), heaps_urgent.to_correct),
    ((Duty.RECEIVER,), heaps.to_acknowledge),
    ((Duty.EDITOR,), heaps.to_fix),
    ((Duty.EDITOR, Duty.PUBLISHER), heaps_time.to_interpret),
    ((Duty.EDITOR,), heaps_backfiles.to_rereview),
    ((Duty.EDITOR,), heaps_backfiles.to_convert),
)
THEN: tuple[tuple[tuple[Duty, ...], _Pile], ...] = (
    ((Duty.SIGNER,), heaps.to_confirm),
    ((Duty.SIGNER, Duty.SECRECY_REVIEWER), heaps_backfiles.to_agree),
    ((Duty.PUBLISHER,), heaps.to_publish),
)
LAST: tuple[tuple[tuple[Duty, ...], _Pile], ...] = (
    ((Duty.PUBLISHER, Duty.SIGNER, Duty.ADMINISTRATOR, Duty.AUDITOR), heaps_time.slow),
    ((Duty.EDITOR, Duty.PUBLISHER, Duty.SIGNER), heaps.to_renew),
    ((Duty.EDITOR, Duty.PUBLISHER, Duty.SIGNER), heaps_kinds.to_tend),
    ((Duty.PUBLISHER, Duty.SIGNER, Duty.AUDITOR), heaps_channels.scheduled),
)


async def show(visit: Visit) -> Page:
    async with visit.hub.engine.connect() as connection:
        calendar, now = await calendars.every(connection), await engine.now(connection)
        views = await channel_view.every(connection, visit.hub)
        titles = {name: view.title for name, view in views.items()}
        sight = Sight(connection, visit.person, now, calendar, titles, visit.hub.rules)
        mine = [heap for heap in await _heaps(sight, visit) if heap.count]
        values = {
            "heaps": mine,
            "views": views.values(),
            "today": await desks.official(connection, _midnight(now)),
            "due": await _due(sight, visit),
            "signed": await desks.signed(connection) if visit.has(Duty.AUDITOR, Duty.ADMINISTRATOR) else None,
        }
    return Page("workbench.html", {**values, "reset": await recent_reset(visit), "titles": sight.titles, **_who(visit)})


def _who(visit: Visit) -> dict[str, bool]:
    return {"writes": visit.has(Duty.EDITOR), "watches": visit.has(*WATCHERS), "audits": visit.has(Duty.AUDITOR)}


def _midnight(now: datetime) -> datetime:
    return datetime.combine(now.astimezone(BEIJING).date(), time(), BEIJING)


async def _heaps(sight: Sight, visit: Visit) -> list[Heap]:
    """The piles that this person can do something about, in the order in which they are best worked off."""
    reviewing = await desks.in_review(sight.connection, sight.scope) if visit.has(*READERS) else []
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
        pile = await desks.unofficial(sight.connection, sight.scope, limit=DUE)
    elif visit.has(Duty.EDITOR):
        pile = await desks.unofficial(sight.connection, author=sight.person.id, limit=DUE)
    lines = [Line(item, "", sight.deadline(item)) for item in pile.items]
    near = [one for one in lines if one.deadline and one.deadline.urgency is not deadlines.Urgency.AHEAD]
    return sorted(near, key=lambda one: one.deadline.due if one.deadline else date.max)[:10]


ROOMS = (Room("GET", "/", show),)
