"""A small town with a fixed seed, and a planted bug that it must find: `make chaos` does the same for longer."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import pytest

#: Two towns are built and torn down, one process after the other.
pytestmark = pytest.mark.timeout(180)
ROOT = Path(__file__).parents[2]
#: A machine that runs a whole test suite beside it recovers later than one that is left alone.
BUSY = ("--recovery", "30")


async def chaos(*arguments: str) -> tuple[int | None, dict[str, Any], str]:
    """Run the command. Return its exit code, its last line and all that it said."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.chaos", *arguments, *BUSY),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    told, _ = await process.communicate()
    text = told.decode()
    return process.returncode, json.loads(text.splitlines()[-1]), text


async def test_nothing_is_lost_or_doubled_while_everything_breaks() -> None:
    code, summary, text = await chaos("--n", "5", "--seed", "small")
    assert (code, summary["violations"], summary["runs"]) == (0, 0, 5), text
    assert sum(summary["faults"].values()) > 5, text


async def test_an_intent_that_is_recorded_after_the_call_is_found() -> None:
    code, summary, text = await chaos("--n", "2", "--seed", "planted", "--plant", "intent", "--only", "flushall")
    assert code == 1, text
    assert summary["violations"] > 0
    assert "when the signed log held 0 intents of it" in text
