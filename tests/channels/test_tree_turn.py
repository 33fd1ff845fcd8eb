"""Taking turns, between tasks and between processes."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from channels.turn import Rebuild, Turn

COUNTS = """
import asyncio, sys
from pathlib import Path
from channels.turn import Turn
async def main():
    folder, turn = Path(sys.argv[1]), Turn(Path(sys.argv[1]) / "lock")
    for _ in range(60):
        async with turn.taken():
            count = int((folder / "count").read_text())
            await asyncio.sleep(0.0005)
            (folder / "count").write_text(str(count + 1))
asyncio.run(main())
"""
HOLDS = """
import asyncio, sys
from pathlib import Path
from channels.turn import Turn
async def main():
    async with Turn(Path(sys.argv[1])).taken():
        print("held", flush=True)
        await asyncio.sleep(60)
asyncio.run(main())
"""


async def test_two_processes_take_turns(tmp_path: Path) -> None:
    (tmp_path / "count").write_text("0")
    running = [await asyncio.create_subprocess_exec(sys.executable, "-c", COUNTS, str(tmp_path)) for _ in range(2)]
    assert [await process.wait() for process in running] == [0, 0]
    assert (tmp_path / "count").read_text() == "120"


async def test_a_dead_process_stops_nobody(tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", HOLDS, str(tmp_path / "lock"), stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout
    assert await process.stdout.readline() == b"held\n"
    turn = Turn(tmp_path / "lock")
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1), turn.taken():
            pytest.fail("both hold it")
    os.kill(process.pid, signal.SIGKILL)
    await process.wait()
    async with asyncio.timeout(5), turn.taken():
        pass


async def test_callers_share_rebuilds_and_each_gets_one_that_began_after_its_call(tmp_path: Path) -> None:
    shelf: list[int] = []
    shown: list[int] = []
    runs = 0

    async def act() -> None:
        nonlocal runs
        runs += 1
        read = list(shelf)
        await asyncio.sleep(0.01)
        shown[:] = read

    rebuild = Rebuild(Turn(tmp_path / "lock"), act)

    async def commit(number: int) -> None:
        await asyncio.sleep(number / 1000)
        shelf.append(number)
        await rebuild.done()
        assert number in shown

    await asyncio.gather(*map(commit, range(40)))
    assert runs < 20


async def test_a_cancelled_caller_does_not_take_the_others_rebuild_with_it(tmp_path: Path) -> None:
    shown: list[str] = []

    async def act() -> None:
        await asyncio.sleep(0.01)
        shown.append("done")

    rebuild = Rebuild(Turn(tmp_path / "lock"), act)
    first, second = asyncio.create_task(rebuild.done()), asyncio.create_task(rebuild.done())
    await asyncio.sleep(0)
    first.cancel()
    await second
    assert shown == ["done"]


async def test_a_failed_rebuild_is_told_to_its_callers_and_the_next_one_runs(tmp_path: Path) -> None:
    troubles = [OSError("disk full")]

    async def act() -> None:
        if troubles:
            raise troubles.pop()

    rebuild = Rebuild(Turn(tmp_path / "lock"), act)
    assert [type(e) for e in await asyncio.gather(rebuild.done(), rebuild.done(), return_exceptions=True)] == [
        OSError,
        OSError,
    ]
    await rebuild.done()
