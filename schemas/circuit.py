"""A circuit: what all workers know of one channel's health. The rules are `hub.core.circuit`."""

from datetime import datetime

from schemas.delivery import Step, Trouble
from schemas.release import Frozen


class Circuit(Frozen):
    """One row per channel. What has left already is looked after whatever the circuit says; only sending waits."""

    channel: str
    paused_at: datetime | None = None  #: a person paused it: nothing is sent until a person resumes it
    paused_by: str = ""
    paused_why: str = ""
    failures: int = 0  #: in a row, over all deliveries
    step: Step | None = None  #: which step failed last
    opened_at: datetime | None = None  #: since when it is open
    probe_at: datetime | None = None  #: open: nothing is sent before, and then one delivery at a time
    rests_until: datetime | None = None  #: a budget is used up: nothing is sent before
    trouble: Trouble | None = None  #: the newest of its failures, or why it rests
    changed_at: datetime | None = None
