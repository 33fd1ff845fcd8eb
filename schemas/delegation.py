"""Delegations (授权代办): one person's duty, lent to another from one day to another. Never passed on."""

from datetime import date, datetime, timedelta
from typing import Annotated

from pydantic import AfterValidator, Field

from schemas import canonical, text
from schemas.person import LEVEL_DUTY, Duty
from schemas.release import Frozen

#: What may be lent: to decide on a level, and to press the button.
DELEGABLE = frozenset({*LEVEL_DUTY.values(), Duty.PUBLISHER})
#: How long, in days, the first and the last one counted.
MAX_DAYS = 90

Reason = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(text.one_line)]


class Offer(Frozen):
    """What a person wants to lend to whom. The receiver is named by login."""

    receiver: Annotated[str, Field(min_length=1, max_length=32)]
    duty: Duty
    starts_on: date
    ends_on: date
    reason: Reason

    @property
    def days(self) -> int:
        """How long it lasts, the first and the last day counted."""
        return (self.ends_on - self.starts_on) // timedelta(days=1) + 1


class Delegation(Frozen):
    """One delegation as it was given, and whether it was revoked. Days are days in Beijing, both ends included."""

    id: int
    giver: str
    receiver: str
    duty: Duty
    starts_on: date
    ends_on: date
    reason: str
    given_at: datetime
    revoked_at: datetime | None = None
    revoked_by: str | None = None

    def is_over(self, today: date) -> bool:
        """Whether it will never be used again."""
        return self.revoked_at is not None or self.ends_on < today

    def is_active(self, today: date) -> bool:
        return self.starts_on <= today and not self.is_over(today)

    @property
    def sha256(self) -> str:
        """Digest of what was given: the log names it, so that the reason cannot be exchanged."""
        fields = {"giver", "receiver", "duty", "starts_on", "ends_on", "reason"}
        return canonical.digest(canonical.encode(self.model_dump(mode="json", include=fields)))
