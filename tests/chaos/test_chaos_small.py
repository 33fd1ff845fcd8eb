"""A small town with a fixed seed, and a planted bug that it must find: `make chaos` does the same for longer."""

import asyncio
import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest

#: Two towns are built and torn down, one after the other.
pytestmark = pytest.mark.timeout(240)
ROOT = Path(__file__).parents[2]
#: A machine that runs a whole test suite beside it recovers later than one that is left alone.
BUSY = ("--recovery", "30")
SMALL = ("--n", "5", "--seed", "small", *BUSY)
PLANTED = ("--n", "2", "--seed", "planted", "--plant", "intent", "--only", "flushall", *BUSY)
Told = tuple[int, dict[str, Any], str]


@pytest.fixture(scope="module")
async def told() -> list[Told]:
    """Of each command its exit code, its last line and all that it said."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.chaos.small", json.dumps([SMALL, PLANTED])),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    said = (await process.communicate())[0].decode()
    parts = re.findall(r"(.*?)^(\d+)\n", said, re.DOTALL | re.MULTILINE)
    return [(int(code), json.loads(text.splitlines()[-1]), text) for text, code in parts]


def test_nothing_is_lost_or_doubled_while_everything_breaks(told: list[Told]) -> None:
    code, summary, text = told[0]
    assert (code, summary["violations"], summary["runs"]) == (0, 0, 5), text
    assert sum(summary["faults"].values()) > 5, text


def test_an_intent_that_is_recorded_after_the_call_is_found(told: list[Told]) -> None:
    code, summary, text = told[1]
    assert code == 1, text
    assert summary["violations"] > 0
    assert "when the signed log held 0 intents of it" in text
