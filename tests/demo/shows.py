"""The demo as its user starts it: a process of its own, and whatever it leaves behind."""

import asyncio
import os
import signal
import sys
from dataclasses import dataclass
from pathlib import Path

HOUSE = Path(__file__).parents[2]
#: A demo says its next word, or ends, within seconds; on a machine that does five things at once, within this.
PATIENCE_SECONDS = 100.0
#: The first channel has taken the release: everything runs, and nothing is done yet.
MIDDLE = "渠道已接收"
#: The first text is in, and a process of its own reads the second.
READING = "导入政策文件"


@dataclass(frozen=True)
class Result:
    """What a person and a program get of a demo that has ended."""

    code: int
    out: str
    said: str


class Show:
    """One running demo. `said` is what it has told so far."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.said = ""

    async def until(self, words: str) -> None:
        """Wait until it says the words."""
        assert self._process.stderr
        async with asyncio.timeout(PATIENCE_SECONDS):
            while words not in self.said:
                line = await self._process.stderr.readline()
                assert line, f"the demo ended without saying {words}: {self.said}"
                self.said += line.decode()

    async def end(self, number: signal.Signals | None = None) -> Result:
        """Send a signal, if one is given, and wait for the end."""
        if number is not None:
            self._process.send_signal(number)
        out, rest = await asyncio.wait_for(self._process.communicate(), PATIENCE_SECONDS)
        assert self._process.returncode is not None
        return Result(self._process.returncode, out.decode(), self.said + rest.decode())

    async def stop(self) -> None:
        """End it if it still runs, its engines with it."""
        if self._process.returncode is None:
            await self.end(signal.SIGTERM)


async def start(data_dir: Path, *options: str) -> Show:
    """Start `gongbu demo --once --json`, away from everybody's usual ports unless told otherwise."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GONGBU_")}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "hub", "demo", "--once", "--json", "--data-dir", str(data_dir), *options),
        cwd=HOUSE,
        env=environment,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    return Show(process)


def left(data_dir: Path) -> list[str]:
    """Every process that names the directory, or works in it: the hub, PostgreSQL with its children, Valkey."""
    mine = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            if str(data_dir) in words or (process / "cwd").readlink().is_relative_to(data_dir):
                mine.append(words)
        except OSError:
            # It has ended meanwhile.
            continue
    return mine
