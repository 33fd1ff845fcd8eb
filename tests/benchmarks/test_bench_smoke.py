"""The benchmarks still run, and still say what they found in the form that they promise."""

import asyncio
import json
import signal
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.benchmarks import __main__ as command
from tests.benchmarks.report import Figure, quantile

Bench = Callable[..., Awaitable[tuple[int, list[dict[str, Any]], str]]]
KEYS = ["row", "value", "unit", "floor", "ratio", "bar", "met"]


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Bench:
    """The command with these words, in this process: the workers and clients that it measures have their own."""

    async def run(*arguments: str) -> tuple[int, list[dict[str, Any]], str]:
        monkeypatch.setattr(sys, "argv", ["benchmarks", *arguments])
        try:
            given = command._arguments()
            code = await command.main(given.rows, quick=given.quick)
        except SystemExit as left:
            code = int(left.code or 0)
        finally:
            asyncio.get_running_loop().remove_signal_handler(signal.SIGTERM)
        told = capsys.readouterr()
        return code, [json.loads(line) for line in told.out.splitlines()], told.err

    return run


@pytest.mark.timeout(240)  # ten seconds on a quiet machine; a busy one is slow to start three programs
async def test_rows_end_with_one_json_object_each(bench: Bench) -> None:
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


async def test_a_row_that_does_not_exist_is_refused(bench: Bench) -> None:
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
