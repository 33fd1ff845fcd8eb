"""Dispatches (送达): what a subordinate unit is told of a release, and its acknowledgement (签收).

"不得以还未收到纸质文件为由而延缓执行" (津规资办发〔2020〕253号 二(三)2): being told, with the time, is what counts.
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from schemas.release import Frozen


class Tidings(StrEnum):
    """What a unit is told of."""

    OFFICIAL = "official"  #: 正式发布
    CHANGED = "changed"  #: 效力变更: repealed, amended, expired, extended
    WITHDRAWN = "recalled"  #: 撤回


class Dispatch(Frozen):
    """One piece of news to one unit. Made once, acknowledged once."""

    id: int
    seq: int  #: the log entry that it tells of
    release: int
    unit: str
    kind: Tidings
    happened_at: datetime  #: by that entry: for OFFICIAL the official time
    told_at: datetime
    urged_at: datetime | None = None  #: the last reminder
    urges: int = 0
    acknowledged_at: datetime | None = None
    acknowledged_by: str | None = None  #: a person's id

    @property
    def is_open(self) -> bool:
        """Whether nobody of the unit has acknowledged it yet."""
        return self.acknowledged_at is None


class Tally(Frozen):
    """How far one piece of news has got."""

    seq: int
    release: int
    kind: Tidings
    happened_at: datetime
    told: Annotated[int, Field(ge=0)]
    acknowledged: Annotated[int, Field(ge=0)]

    @property
    def missing(self) -> int:
        return self.told - self.acknowledged
