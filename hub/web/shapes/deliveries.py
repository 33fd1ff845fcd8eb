"""What the API gives of deliveries: where they stand, what was tried, and where the public found what they carried."""

from datetime import datetime
from typing import Any, Self

from schemas.delivery import Action, Delivery, DeliveryState, Step, Trouble
from schemas.publication import Publication, Receipt
from schemas.release import Frozen


class Attempt(Frozen):
    """One line of a delivery's history."""

    fence: int
    step: Step
    outcome: str
    detail: dict[str, Any]
    at: datetime


class DeliveryNow(Frozen):
    """A delivery as people follow it."""

    id: int
    edition: int
    digest: str
    channel: str
    action: Action
    state: DeliveryState
    step: Step
    standing: int | None
    planned_at: datetime
    due_at: datetime
    intended_at: datetime | None
    receipt: Receipt | None
    trouble: Trouble | None
    attempts: int
    accepted_at: datetime | None
    seen_at: datetime | None

    @classmethod
    def of(cls, delivery: Delivery, **more: Any) -> Self:
        """What is shown of the delivery; `more` are the fields that it does not have itself."""
        return cls.model_validate(delivery.model_dump(include=set(DeliveryNow.model_fields)) | more)


class DeliveryLine(DeliveryNow):
    """A delivery with everything that workers did with it."""

    history: tuple[Attempt, ...]


class DeliveryLines(Frozen):
    """One page of a release's deliveries, oldest first. `next` is None on the last one."""

    deliveries: tuple[DeliveryLine, ...]
    next: int | None


class OfficialTime(Frozen):
    """正式发布时间: the earliest sighting on an authoritative channel."""

    release: int
    at: datetime
    channel: str


class Publications(Frozen):
    """Where each document is, or will be, in public."""

    publications: tuple[Publication, ...]
