"""Budgets: how often an endpoint of a channel may be called in a window of time. Limits are data, never code."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import Field

from schemas.entry import BEIJING
from schemas.release import Frozen

DAY_SECONDS = 86_400
#: One day more than any month has.
LONGEST_MONTH = 32


class Budget(Frozen):
    """At most `limit` calls of the endpoint per window. Windows stand one after another, the day's from midnight.

    Days and months are Beijing's; a month is one of the calendar, and then `seconds` says nothing.
    """

    endpoint: str
    limit: Annotated[int, Field(ge=1)]
    seconds: Annotated[int, Field(ge=1, le=DAY_SECONDS)] = DAY_SECONDS
    is_monthly: bool = False
    name: str = ""  #: what people call it
    per_publication: Annotated[int, Field(ge=0)] = 0  #: how many calls the commit of one edition costs
    choice: str = ""  #: the option that it is counted for (`schemas.option.Option`); empty: whichever is chosen

    def window(self, at: datetime) -> datetime:
        """When the window of this moment opened."""
        midnight = at.astimezone(BEIJING).replace(hour=0, minute=0, second=0, microsecond=0)
        if self.is_monthly:
            return midnight.replace(day=1).astimezone(UTC)
        passed = (at - midnight).total_seconds()
        return (midnight + timedelta(seconds=passed // self.seconds * self.seconds)).astimezone(UTC)

    def closes(self, opened_at: datetime) -> datetime:
        """When the next window opens after the one that opened then."""
        midnight = opened_at.astimezone(BEIJING).replace(hour=0, minute=0, second=0, microsecond=0)
        if self.is_monthly:
            return (midnight.replace(day=1) + timedelta(days=LONGEST_MONTH)).replace(day=1).astimezone(UTC)
        return min(opened_at + timedelta(seconds=self.seconds), (midnight + timedelta(days=1)).astimezone(UTC))


class Spent(Frozen):
    """How much of a budget is used, and when it starts again."""

    endpoint: str
    limit: int
    used: int
    resets_at: datetime
    is_monthly: bool = False
    name: str = ""
    per_publication: int = 0
    choice: str = ""

    @property
    def period(self) -> str:
        """What people call its window."""
        return "本月" if self.is_monthly else "今日"

    def is_drawn_on(self, choice: str) -> bool:
        """Whether publishing by this option costs something of it."""
        return self.per_publication > 0 and self.choice in {"", choice}
