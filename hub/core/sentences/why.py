"""The answer to "why is it not out yet": a sentence, a time, who can act, and one act."""

from datetime import datetime
from enum import StrEnum

from schemas.release import Frozen

NOBODY = "无须人工办理"


class Remedy(StrEnum):
    """The one act that helps."""

    RETRY = "retry"  #: try, or look, again now
    SETTLE = "settle"  #: say with evidence what became of it
    RESUME = "resume"  #: let the channel go on
    EDIT = "edit"  #: change the text; a new edition goes in its place
    CONFIRM = "confirm"  #: say that it should still go: the same act as a retry


class Why(Frozen):
    """Why a delivery is where it is."""

    words: str
    next_at: datetime | None = None  #: when the system does something by itself
    who: str = NOBODY
    remedy: Remedy | None = None

    @property
    def is_persons(self) -> bool:
        """Whether nothing goes on before a person acts."""
        return self.next_at is None and self.who != NOBODY
