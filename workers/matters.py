"""What has a day for one person: the same questions that their workbench asks, without a title in the answers."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy.ext.asyncio import AsyncConnection

from hub.core import deadlines, limits, reminding, tenancy, workflow
from hub.core.deadlines import Calendar
from hub.store import backfiles, desks, dispatches, terms
from hub.store.backfiles import Wanted
from schemas.backfile import Stage
from schemas.entry import BEIJING
from schemas.person import LEVEL_DUTY, Duty, Person
from schemas.reminder import Matter, Subject
from schemas.rulebook import Rulebook

if TYPE_CHECKING:
    from hub.store.desks import Item

#: Releases of the last so many days are looked through for a missing interpretation.
LOOK_BACK_DAYS = 366


@dataclass(frozen=True)
class Look:
    """One look at what one person has before them."""

    connection: AsyncConnection
    person: Person  #: with every duty that they may use now
    now: datetime
    calendar: Calendar
    rules: Rulebook

    @property
    def today(self) -> date:
        return self.now.astimezone(BEIJING).date()

    def has(self, *duties: Duty) -> bool:
        return not self.person.duties.isdisjoint(duties)


async def of_person(look: Look) -> list[Matter]:
    """Everything that is near or over, once each."""
    every = (_publicity, _readings, _reviews, _terms, _unit)
    found = [matter for ask in every async for matter in ask(look) if matter is not None]
    return list({(one.key, one.stage): one for one in found}.values())


async def _publicity(look: Look) -> AsyncIterator[Matter | None]:
    """What the person wrote and is not public; what only waits for their button."""
    items: list[Item] = []
    if look.has(Duty.EDITOR):
        items += (await desks.unofficial(look.connection, author=look.person.id, limit=200)).items
    if look.has(Duty.PUBLISHER):
        scope = tenancy.scope(look.person, look.rules)
        items += [one for one in (await desks.to_publish(look.connection, scope)).items if one.is_open]
    for item in items:
        found = limits.deadline(
            *(item.kind, item.signed_on, look.today, look.calendar, look.rules),
            opened_on=item.opened_on,
            dates=item.dates,
        )
        yield reminding.near(Subject.PUBLICITY, item.release, found, "公开")


async def _readings(look: Look) -> AsyncIterator[Matter | None]:
    if not look.has(Duty.EDITOR):
        return
    pile = await desks.uninterpreted(look.connection, days=LOOK_BACK_DAYS, author=look.person.id)
    for item in pile.items:
        since = item.at.astimezone(BEIJING).date()
        found = deadlines.within(since, look.rules.interpretation_days, look.today, look.calendar)
        yield reminding.near(Subject.READING, item.release, found, "公开解读")


async def _reviews(look: Look) -> AsyncIterator[Matter | None]:
    if not look.has(*LEVEL_DUTY.values()):
        return
    for one in await desks.in_review(look.connection, tenancy.scope(look.person, look.rules)):
        person = tenancy.within(look.person, one.item.unit, look.rules)
        if workflow.open_levels(person, one.edition, authors=one.authors, reviews=one.reviews):
            since = max([one.item.at, *(review.at for review in one.reviews)]).astimezone(BEIJING).date()
            yield reminding.review(one.item.release, since, look.rules.review_days, look.today, look.calendar)


async def _terms(look: Look) -> AsyncIterator[Matter | None]:
    if not look.has(Duty.EDITOR, Duty.PUBLISHER, Duty.SIGNER):
        return
    # Who signs and who publishes hear of all; who writes, of their own unit's, where units have work of their own.
    is_wide = tenancy.is_wide(look.person, look.rules) or not look.person.hidden
    unit = None if is_wide else look.person.unit
    _, found = await terms.ending(look.connection, look.today, within_days=deadlines.RENEWAL_DAYS[0], unit=unit)
    for one in found:
        yield reminding.term(one.release, one.expires_on, look.today)


async def _unit(look: Look) -> AsyncIterator[Matter | None]:
    unit = look.person.unit
    if look.has(Duty.RECEIVER):
        yield reminding.receipts(unit, await dispatches.count_open(look.connection, unit), look.today)
    if look.has(Duty.EDITOR):
        wanted = Wanted(unit=unit, stage=Stage.WAITING)
        yield reminding.older(unit, await backfiles.count(look.connection, wanted, look.today), look.today)
