"""A watch (复查): one release on one channel that is looked at again and again, long after it was seen there."""

from datetime import datetime

from schemas.publication import Loss
from schemas.release import Frozen


class Watch(Frozen):
    """One row. With `losses` something is gone, though nobody withdrew it: a person is told until one takes note."""

    release: int
    channel: str
    edition: int  #: the newest that was seen there
    digest: str
    seen_at: datetime
    due_at: datetime
    looks: int = 0
    lost_at: datetime | None = None
    losses: tuple[Loss, ...] = ()
    known_at: datetime | None = None
    known_by: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether somebody should be told."""
        return self.lost_at is not None and self.known_at is None
