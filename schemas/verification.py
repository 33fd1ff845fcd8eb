"""A verification of the whole log, run on the server while an auditor looks on."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from schemas.release import Frozen


class Phase(StrEnum):
    """How far a verification is. The last three are ends."""

    EXPORT = "export"  #: the log is written out as an auditor would take it away
    VERIFY = "verify"  #: the independent verifier reads it
    DONE = "done"  #: it has a report, good or bad
    FAILED = "unfinished"  #: it came to no report
    LOST = "lost"  #: its process ended before it did


class Verification(Frozen):
    """One run. `report` is what the verifier said; None until `DONE`."""

    id: int
    started_by: str
    name: str  #: of whoever started it
    started_at: datetime
    phase: Phase
    done: int  #: entries, in this phase
    size: int  #: entries of the log as it is verified; 0 until that is known
    since: str | None  #: the older checkpoint that it is held against
    report: dict[str, Any] | None
    ended_at: datetime | None
    seconds: float

    @property
    def is_running(self) -> bool:
        return self.ended_at is None
