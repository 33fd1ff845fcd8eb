"""Notices that the store's clock was set back, by this process's own one, which only goes on."""

import asyncio
from datetime import datetime, timedelta

#: What a clock may lose without anybody waiting for it noticeably.
TOLERANCE = timedelta(seconds=0.5)


class Watch:
    """The last reading of the store's clock that nothing is left to be done about."""

    def __init__(self) -> None:
        self._last: tuple[datetime, float] | None = None

    @property
    def is_new(self) -> bool:
        """Whether there is nothing yet to compare a reading with."""
        return self._last is None

    def is_behind(self, now: datetime, *, began: float) -> bool:
        """Whether the clock shows less than the time since the last reading. It was asked at `began` or later."""
        if self._last is None:
            return False
        then, at = self._last
        return now - then < timedelta(seconds=began - at) - TOLERANCE

    def keep(self, now: datetime) -> None:
        """Compare later readings with this one, received by now."""
        self._last = (now, clock())


def clock() -> float:
    """Seconds on this process's monotonic clock."""
    return asyncio.get_running_loop().time()
