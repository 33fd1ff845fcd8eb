"""Places for processes: each has one program for ever, born in the nursery, and again whenever it has died."""

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.chaos import clocks

#: A supervisor starts again what died after a moment.
RESTART_SECONDS = 0.3
ROOT = Path(__file__).parents[2]


class Nursery:
    """The process that all others are forked from; with `movable` clocks or with the machine's."""

    def __init__(self, *, movable: bool = False) -> None:
        self.movable = movable
        self._turn = asyncio.Lock()
        self._process: asyncio.subprocess.Process | None = None

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator["Nursery"]:
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.chaos.nursery"),
            cwd=ROOT,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env={name: value for name, value in os.environ.items() if not name.startswith("GONGBU_")}
            | (clocks.environment() if self.movable else {}),
        )
        try:
            yield self
        finally:
            self._process.kill()
            await self._process.wait()

    async def bear(self, config: dict[str, Any]) -> int:
        """Return the id of a new process that runs the program."""
        assert self._process is not None
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        async with self._turn:
            self._process.stdin.write(json.dumps(config).encode() + b"\n")
            await self._process.stdin.drain()
            return int(await self._process.stdout.readline())


@dataclass
class Slot:
    """One place for a process: the same program for ever, under changing ids."""

    name: str
    config: dict[str, Any]
    pid: int = 0
    born: int = 0

    def send(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            if self.pid:
                os.kill(self.pid, number)

    @property
    def state(self) -> str:
        """The kernel's letter for the process: T when it is stopped; empty when it is gone."""
        try:
            return Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return ""


async def guard(nursery: Nursery, slot: Slot) -> None:
    """Start the slot's program, and again whenever it has died."""
    loop = asyncio.get_running_loop()
    while True:
        slot.pid = await nursery.bear(slot.config)
        slot.born += 1
        gone = asyncio.Event()
        try:
            watch = os.pidfd_open(slot.pid)
        except ProcessLookupError:
            await asyncio.sleep(RESTART_SECONDS)
            continue
        loop.add_reader(watch, gone.set)
        try:
            await gone.wait()
        finally:
            loop.remove_reader(watch)
            os.close(watch)
        slot.pid = 0
        await asyncio.sleep(RESTART_SECONDS)
