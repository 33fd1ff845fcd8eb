"""Clocks that can be stepped while a program runs, by Debian's libfaketime. Without it, clocks stay as they are.

Only the clock on the wall moves; the monotonic one, which time limits are measured by, does not, as in earnest
(docs/decisions/0011). Reading the moved one costs six times as much, so that only every fifth town lives with it.
"""

from collections.abc import Sequence
from pathlib import Path

LIBRARIES: Sequence[Path] = (
    Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"),
    Path("/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1"),
)
LIBRARY = next((path for path in LIBRARIES if path.exists()), None)
WHY_NOT = "" if LIBRARY else "libfaketime is not installed (apt install libfaketime): no clock is stepped"


def environment() -> dict[str, str]:
    """Return what a process must be started with for its clock to be movable; nothing without the library."""
    if LIBRARY is None:
        return {}
    return {
        "LD_PRELOAD": str(LIBRARY),
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        # Left to itself, libfaketime 0.9.10 subtracts the wall's time from deadlines of the monotonic clock: every wait
        # for a condition ends at once, the interpreter's own for its lock too, and a thread starves the event loop.
        "FAKETIME_FORCE_MONOTONIC_FIX": "0",
        # The file is read again once a second.
        "FAKETIME_CACHE_DURATION": "1",
    }


class Clocks:
    """The files that hold how far each clock is off, by its name. None of them, where nothing is to be stepped."""

    def __init__(self, folder: Path, *, movable: bool) -> None:
        self._folder = folder
        self.movable = movable and LIBRARY is not None
        for name in ("still", "store", "worker-1", "worker-2"):
            self.step(name, 0.0)

    def path(self, name: str) -> str:
        """Return the file of a clock, or nothing where clocks cannot be moved."""
        return str(self._folder / f"{name}.clock") if self.movable else ""

    def step(self, name: str, seconds: float) -> None:
        """Have the clock be this far off, from a second from now at the latest."""
        fresh = self._folder / f"{name}.clock.new"
        fresh.write_text(f"{seconds:+.1f}\n")
        fresh.chmod(0o644)
        fresh.replace(self._folder / f"{name}.clock")

    def environment(self, name: str) -> dict[str, str]:
        """Return what a process with this clock must be started with."""
        return environment() | {"FAKETIME_TIMESTAMP_FILE": self.path(name)} if self.movable else {}
