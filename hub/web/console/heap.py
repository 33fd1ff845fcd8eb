"""One pile of the workbench, and what a reading of the workbench knows while it makes them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from hub.core import limits, tenancy
from hub.core.deadlines import Calendar, Deadline
from hub.core.sentences.moments import moment
from hub.store.desks import Item
from schemas.entry import BEIJING
from schemas.office import Scope
from schemas.person import Person
from schemas.rulebook import USUAL, Rulebook


@dataclass(frozen=True)
class Line:
    """One line of a pile."""

    item: Item
    note: str
    deadline: Deadline | None = None


@dataclass(frozen=True)
class Heap:
    """One pile as it is shown: a heading with its number, what is done here, and where."""

    name: str
    count: int
    lines: tuple[Line, ...]
    path: str  #: below the release's address
    verb: str
    hint: str = ""
    more: str = ""  #: where the rest is
    at: str = ""  #: where all of the pile is done, instead of below each release

    @property
    def rest(self) -> int:
        return self.count - len(self.lines)


@dataclass(frozen=True)
class Sight:
    """What a reading of the workbench knows besides the piles."""

    connection: AsyncConnection
    person: Person
    now: datetime
    calendar: Calendar
    titles: Mapping[str, str]  #: of channels
    rules: Rulebook = USUAL

    def deadline(self, item: Item) -> Deadline | None:
        """By when it must be public; nothing for what is not to be."""
        if not item.is_open:
            return None
        return limits.deadline(
            *(item.kind, item.signed_on, self.today, self.calendar, self.rules),
            opened_on=item.opened_on,
            dates=item.dates,
        )

    @property
    def today(self) -> date:
        return self.now.astimezone(BEIJING).date()

    @property
    def scope(self) -> Scope:
        """What is left out of the piles."""
        return tenancy.scope(self.person, self.rules)

    def since(self, at: datetime) -> str:
        return moment(at, self.now)
