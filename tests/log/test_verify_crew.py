import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hub.log import verify
from hub.log.audit import crew, report

Make = Callable[[int], Any]


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[bytes]]:
    """Let three processes share even the smallest log, and return those that were started."""
    found: list[subprocess.Popen[bytes]] = []
    start = crew._start

    def spy(*args: Any) -> subprocess.Popen[bytes]:
        found.append(start(*args))
        return found[-1]

    monkeypatch.setattr(crew, "_WORTH_SHARING", 1)
    monkeypatch.setattr(crew, "_cores", lambda: 3)
    monkeypatch.setattr(crew, "_start", spy)
    return found


def alone(
    directory: Path, monkeypatch: pytest.MonkeyPatch, *, policy: bytes | None = None, since: bytes | None = None
) -> report.Report:
    with monkeypatch.context() as patch:
        patch.setattr(crew, "_cores", lambda: 1)
        return verify.verify_directory(directory, policy=policy, since=since)


def test_a_crew_comes_to_the_same_as_one(
    ledger: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, started: list[subprocess.Popen[bytes]]
) -> None:
    log = ledger(2000)
    log.bodies[1500] = b"[]"
    log.bodies[1900] = log.bodies[3]
    log.certify("117", 700)
    inputs = {"policy": log.policy, "since": log.checkpoint_at(700)}
    shared = verify.verify_directory(log.export(tmp_path), **inputs)
    assert shared == alone(tmp_path, monkeypatch, **inputs)
    assert {one.code for one in shared.findings} >= {"entry.not_canonical", "entry.time_backwards"}
    assert [one.poll() is not None for one in started] == [True] * 3


@pytest.mark.parametrize("number", [0, 1, 5, 7])
@pytest.mark.parametrize("wrong", ["missing", "short", "long", "flipped", "reordered"])
def test_a_crew_refuses_what_one_refuses(
    ledger: Make,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    started: list[subprocess.Popen[bytes]],
    number: int,
    wrong: str,
) -> None:
    log = ledger(1900)
    log.export(tmp_path)
    path = tmp_path / (f"tile/entries/{number:03}" if number < 7 else "tile/entries/007.p/108")
    true = path.read_bytes()
    first = 2 + int.from_bytes(true[:2], "big")
    second = first + 2 + int.from_bytes(true[first : first + 2], "big")
    changes = {
        "short": true[:-1],
        "long": true + b"\0\2{}",
        "flipped": true[:900] + bytes([true[900] ^ 1]) + true[901:],
        "reordered": true[first:second] + true[:first] + true[second:],
    }
    path.unlink() if wrong == "missing" else path.write_bytes(changes[wrong])
    shared = verify.verify_directory(tmp_path, policy=log.policy)
    assert not shared.ok
    assert shared == alone(tmp_path, monkeypatch, policy=log.policy)
    assert [one.poll() is not None for one in started] == [True] * 3


def test_a_process_that_dies_leaves_no_verdict_of_truth(
    ledger: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, started: list[subprocess.Popen[bytes]]
) -> None:
    log = ledger(2000)
    log.export(tmp_path)
    start = crew._start

    def kill_the_last(*args: Any) -> subprocess.Popen[bytes]:
        process = start(*args)
        if len(started) == 3:
            os.kill(process.pid, signal.SIGKILL)
        return process

    monkeypatch.setattr(crew, "_start", kill_the_last)
    found = verify.verify_directory(tmp_path, policy=log.policy)
    assert [one.code for one in found.findings] == ["audit.interrupted"]


def test_where_no_process_can_be_started_one_does_the_work(
    ledger: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, started: list[subprocess.Popen[bytes]]
) -> None:
    log = ledger(600)
    monkeypatch.setattr("sys.executable", os.fspath(tmp_path / "no-python"))
    found = verify.verify_directory(log.export(tmp_path / "log"), policy=log.policy)
    assert (found.ok, found.entries_checked, started) == (True, 600, [])


def test_no_program_in_the_export_is_run(
    ledger: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, started: list[subprocess.Popen[bytes]]
) -> None:
    log = ledger(600)
    log.export(tmp_path)
    trap = "import pathlib; pathlib.Path('sprung').touch()"
    for name in ("json.py", "hub.py", "schemas.py", "sitecustomize.py", "usercustomize.py"):
        (tmp_path / name).write_text(trap)
    monkeypatch.chdir(tmp_path)
    found = verify.verify_directory(Path(), policy=log.policy)
    assert {one.code for one in found.findings} == {"file.stray"}
    assert (found.entries_checked, len(started)) == (600, 3)
    assert not (tmp_path / "sprung").exists()
