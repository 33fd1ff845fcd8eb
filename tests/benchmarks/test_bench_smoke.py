"""The benchmarks still run, and still say what they found in the form that they promise."""

import asyncio
import json
import sys
from typing import Any

import pytest

from tests.benchmarks.report import Figure, quantile

KEYS = ["row", "value", "unit", "floor", "ratio", "bar", "met"]


async def bench(*arguments: str) -> tuple[int, list[dict[str, Any]], str]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.benchmarks", *arguments),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await process.communicate()
    return process.returncode or 0, [json.loads(line) for line in out.decode().splitlines()], err.decode()


@pytest.mark.timeout(240)  # ten seconds on a quiet machine; a busy one is slow to start three programs
async def test_rows_end_with_one_json_object_each() -> None:
    code, lines, said = await bench("throughput", "verify", "kill", "--quick")
    assert [line["row"] for line in lines] == ["throughput", "verify.full", "verify.proof", "kill"], said
    assert all(list(line) == KEYS for line in lines)
    for line in lines[:3]:
        assert isinstance(line["value"], float)
        assert isinstance(line["floor"], float)
        assert line["value"] > 0
        assert line["floor"] > 0
    assert lines[0]["met"] is (lines[0]["ratio"] >= 0.333)
    assert code == (1 if any(line["met"] is False for line in lines) else 0)
    assert "throughput took" in said


async def test_a_row_that_does_not_exist_is_refused() -> None:
    code, lines, said = await bench("nothing")
    assert (code, lines) == (2, [])
    assert "no row is called nothing" in said


def test_a_bar_is_on_what_it_names() -> None:
    assert Figure("row", 10.0, "ms", 5.0, "ratio <= 2").met is True
    assert Figure("row", 10.0, "ms", 5.0, "value <= 9").met is False
    assert Figure("row", 1.0, "1/s", 2.0, "ratio >= 0.8").met is False
    assert Figure("row", 10.0, "ms", 5.0).met is None
    assert Figure("row", None, "ms", 5.0, "value <= 9").met is None


@pytest.mark.parametrize(("share", "expected"), [(0.5, 50), (0.99, 99), (1.0, 100)])
def test_a_quantile_is_a_measured_value(share: float, expected: float) -> None:
    assert quantile([float(n) for n in range(100, 0, -1)], share) == expected
