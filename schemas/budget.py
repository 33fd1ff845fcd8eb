"""Budgets: how often an endpoint of a channel may be called in a window of time. Limits are data, never code."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import Field

from schemas.entry import BEIJING
from schemas.release import Frozen

DAY_SECONDS = 86_400


class Budget(Frozen):
    """At most `limit` calls of the endpoint per window. Windows stand one after another, the day's from midnight."""

    endpoint: str
    limit: Annotated[int, Field(ge=1)]
    seconds: Annotated[int, Field(ge=1, le=DAY_SECONDS)] = DAY_SECONDS
    name: str = ""  #: what people call it
    per_publication: Annotated[int, Field(ge=0)] = 0  #: how many calls the commit of one edition costs
    choice: str = ""  #: the option that it is counted for (`schemas.option.Option`); empty: whichever is chosen

    def window(self, at: datetime) -> datetime:
        """When the window of this moment opened; days begin in Beijing."""
        midnight = at.astimezone(BEIJING).replace(hour=0, minute=0, second=0, microsecond=0)
        passed = (at - midnight).total_seconds()
        return (midnight + timedelta(seconds=passed // self.seconds * self.seconds)).astimezone(UTC)

    def closes(self, opened_at: datetime) -> datetime:
        """When the next window opens after the one that opened then."""
        midnight = opened_at.astimezone(BEIJING).replace(hour=0, minute=0, second=0, microsecond=0)
        return min(opened_at + timedelta(seconds=self.seconds), (midnight + timedelta(days=1)).astimezone(UTC))


class Spent(Frozen):
    """How much of a budget is used, and when it starts again."""

    endpoint: str
    limit: int
    used: int
    resets_at: datetime
    name: str = ""
    per_publication: int = 0
    choice: str = ""

    def is_drawn_on(self, choice: str) -> bool:
        """Whether publishing by this option costs something of it."""
        return self.per_publication > 0 and self.choice in {"", choice}
