"""Guests: processes of their own that use the engines of a data directory, as seen from the tests."""

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from hub.embedded import locks

PROGRAM = Path(__file__).parent / "guest.py"


@dataclass(frozen=True)
class Guest:
    process: asyncio.subprocess.Process
    postgres: int
    valkey: int

    @property
    def engines(self) -> tuple[int, int]:
        return self.postgres, self.valkey

    async def end(self, number: signal.Signals | None = None) -> int:
        """Send the guest a signal, or close its standard input, and return its exit code."""
        assert self.process.stdin
        if number is None:
            self.process.stdin.close()
        else:
            self.process.send_signal(number)
        return await asyncio.wait_for(self.process.wait(), 20)


Arrive = Callable[[Path], Awaitable[Guest]]


async def arrive(data_dir: Path) -> Guest:
    """Start a guest and wait until it has been served by both engines."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-W", "error", str(PROGRAM), str(data_dir)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        cwd=PROGRAM.parents[2],
        start_new_session=True,
    )
    assert process.stdout
    line = await asyncio.wait_for(process.stdout.readline(), 30)
    return Guest(process, **json.loads(line))


def is_free(life: Path) -> bool:
    """Tell whether no process of the engine with this life lock is left."""
    with locks.private(life) as file:
        return locks.take(file)


async def gone(*pids: int, within: float = 10.0) -> bool:
    """Wait for processes to end, and tell whether they all did."""
    deadline = time.monotonic() + within
    while any(map(lives, pids)) and time.monotonic() < deadline:  # noqa: ASYNC110 (no event tells of a stranger's end)
        await asyncio.sleep(0.02)
    return not any(map(lives, pids))


def lives(pid: int) -> bool:
    """Tell whether a process runs; a zombie that nobody has collected yet does not."""
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False
