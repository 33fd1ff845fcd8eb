import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hub.log import export, verify


def names(directory: Path) -> set[str]:
    return {path.relative_to(directory).as_posix() for path in directory.rglob("*") if path.is_file()}


class PowerCutError(Exception):
    """The end of the process, at a write of our choice."""


def cutting_after(writes: int) -> Callable[[Path, bytes], None]:
    """Return a write that leaves half a file and ends the process after so many whole ones."""
    left = [writes]

    def cut(path: Path, data: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        left[0] -= 1
        path.write_bytes(data if left[0] >= 0 else data[: len(data) // 2])
        if left[0] < 0:
            raise PowerCutError

    return cut


@pytest.mark.parametrize("older", [0, 3])
@pytest.mark.parametrize("survived", range(9))
def test_a_crash_at_any_write_leaves_nothing_that_passes_and_a_rerun_mends_it(
    ledger: Callable[[int], Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, older: int, survived: int
) -> None:
    log = ledger(270)
    log.certify("1", 5)
    if older:
        ledger(older).export(tmp_path)
    cut = cutting_after(survived)

    def replace(path: Path, data: bytes) -> None:
        cut(path.with_name(f"{path.name}.new"), data)
        path.with_name(f"{path.name}.new").replace(path)

    with monkeypatch.context() as patch:
        patch.setattr(export, "_put", cut)
        patch.setattr(export, "_replace", replace)
        with pytest.raises(PowerCutError):
            log.export(tmp_path)
    assert not (tmp_path / "checkpoint").exists()
    assert not verify.verify_directory(tmp_path, policy=log.policy).ok
    log.export(tmp_path)
    assert verify.verify_directory(tmp_path, policy=log.policy).ok


def test_the_checkpoint_is_only_renamed_into_place(
    ledger: Callable[[int], Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[set[str]] = []
    monkeypatch.setattr(os, "sync", lambda: seen.append(names(tmp_path)))
    ledger(5).export(tmp_path)
    assert len(seen) == 1
    assert "checkpoint" not in seen[0]
    assert seen[0] == names(tmp_path) - {"checkpoint"}
