"""An export that is killed: what has a final name is whole, nothing passes for an export, the next one mends it."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hub.log import export
from hub.log.verify import verify_directory
from tests.log import generated

SIZE = 20_000
#: The beginning, and nearly the end.
REACHED = ("tile/entries/000", "tile/0/075")
_EXPORT = f"""
import sys
from pathlib import Path
from tests.log import generated
generated.write(Path(sys.argv[1]), {SIZE})
"""


def _files(directory: Path) -> dict[str, bytes]:
    found = (path for path in directory.rglob("*") if path.is_file())
    return {path.relative_to(directory).as_posix(): path.read_bytes() for path in found}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The files of an export that nobody killed."""
    directory = tmp_path_factory.mktemp("whole")
    generated.write(directory, SIZE)
    return _files(directory)


@pytest.mark.parametrize("reached", REACHED)
def test_nothing_half_stands_under_a_final_name(whole: dict[str, bytes], tmp_path: Path, reached: str) -> None:
    child = subprocess.Popen([sys.executable, "-c", _EXPORT, str(tmp_path)])
    try:
        while not (tmp_path / reached).exists():
            assert child.poll() is None
            time.sleep(0.001)
    finally:
        child.send_signal(signal.SIGKILL)
        child.wait()
    left = {name: data for name, data in _files(tmp_path).items() if not name.endswith(".new")}
    assert reached in left
    assert "checkpoint" not in left
    # Partial tiles come last, so all that is there stands in the whole one too.
    assert {name for name, data in left.items() if whole.get(name) != data} == set()
    assert not verify_directory(tmp_path).ok
    generated.write(tmp_path, SIZE)
    assert _files(tmp_path) == whole


def test_drafts_of_a_killed_export_are_its_own(tmp_path: Path) -> None:
    log = generated.Generated(300)
    export.write(log, tmp_path)
    expected = _files(tmp_path)
    (tmp_path / "checkpoint").unlink()
    (tmp_path / "certificates").mkdir()
    drafts = ("certificates/5.tlog-proof.new", "tile/0/000.new", "tile/entries/001.p/44.new", "policy.txt.new")
    for name in drafts:
        (tmp_path / name).write_bytes(b"half")
    export.write(log, tmp_path)
    assert _files(tmp_path) == expected
