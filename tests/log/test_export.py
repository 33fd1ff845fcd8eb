from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519

from hub.log import checkpoint, export, note, tiles
from hub.log.verify import verify_directory

Make = Callable[[int], Any]


class PowerCutError(Exception):
    """The process ended here."""


def files(directory: Path) -> dict[str, bytes]:
    found = (path for path in directory.rglob("*") if path.is_file())
    return {path.relative_to(directory).as_posix(): path.read_bytes() for path in found}


@pytest.mark.parametrize("size", [1, 5, 255, 256, 257, 600])
def test_an_export_holds_the_layout_and_nothing_else(ledger: Make, tmp_path: Path, size: int) -> None:
    log = ledger(size)
    log.certify("1", 0)
    expected = {tile.path for tile in tiles.layout(size)}
    expected |= {"checkpoint", "log.vkey", "policy.txt", "certificates/1.tlog-proof"}
    assert set(files(log.export(tmp_path / "new" / "log"))) == expected


def test_an_export_over_an_older_one_equals_a_fresh_one(ledger: Make, tmp_path: Path) -> None:
    older = ledger(300)
    older.certify("1", 5)
    older.export(tmp_path / "grown")
    log = ledger(700)
    log.certify("2", 11)
    assert files(log.export(tmp_path / "grown")) == files(log.export(tmp_path / "fresh"))
    assert files(log.export(tmp_path / "grown")) == files(tmp_path / "fresh")


def test_an_export_over_an_older_one_writes_only_what_has_grown(ledger: Make, tmp_path: Path) -> None:
    ledger(300).export(tmp_path)
    full = [tmp_path / "tile/0/000", tmp_path / "tile/entries/000"]
    before = [path.stat().st_mtime_ns for path in full]
    full[0].write_bytes(bytes(8192))
    log = ledger(600)
    assert verify_directory(log.export(tmp_path), policy=log.policy).ok
    after = [path.stat().st_mtime_ns for path in full]
    assert (after[0] > before[0], after[1] == before[1]) == (True, True)


def test_an_interrupted_export_is_refused_by_the_verifier_and_mended_by_the_next(ledger: Make, tmp_path: Path) -> None:
    grown = ledger(700)
    ledger(500).export(tmp_path / "half")

    class Dying(type(grown)):  # type: ignore[misc]
        def entries(self, start: int, stop: int) -> Iterator[bytes]:
            yield from self.bodies[start : min(stop, 512)]
            if stop > 512:
                raise PowerCutError

    with pytest.raises(PowerCutError):
        Dying(grown.bodies, grown.signer).export(tmp_path / "half")
    assert "checkpoint" not in files(tmp_path / "half")
    assert [one.code for one in verify_directory(tmp_path / "half").findings] == ["file.missing"]
    assert verify_directory(grown.export(tmp_path / "half"), policy=grown.policy).ok


def test_a_directory_with_other_files_is_refused_untouched(ledger: Make, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(export.ExportError):
        ledger(5).export(tmp_path)
    assert files(tmp_path) == {"notes.txt": b"mine"}


def test_a_newer_export_is_not_written_over(ledger: Make, tmp_path: Path) -> None:
    before = files(ledger(20).export(tmp_path))
    with pytest.raises(export.ExportError, match="newer"):
        ledger(19).export(tmp_path)
    assert files(tmp_path) == before


def test_another_history_of_the_log_is_kept_as_evidence(ledger: Make, tmp_path: Path) -> None:
    before = files(ledger(20).export(tmp_path))
    forked = ledger(30)
    forked.bodies[3] = forked.bodies[3].replace(b"website", b"wechat0")
    with pytest.raises(export.ExportError, match="evidence"):
        forked.export(tmp_path)
    assert files(tmp_path) == before


def test_an_export_of_another_log_is_not_written_over(ledger: Make, tmp_path: Path) -> None:
    before = files(ledger(5).export(tmp_path))
    other = ledger(9)
    other.signer = note.Signer(other.signer.name, ed25519.Ed25519PrivateKey.from_private_bytes(b"\7" * 32))
    with pytest.raises(export.ExportError, match="not an export of this log"):
        other.export(tmp_path)
    assert files(tmp_path) == before


def test_a_symbolic_link_is_not_written_through(ledger: Make, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_bytes(b"precious")
    ledger(5).export(tmp_path / "log")
    (tmp_path / "log" / "policy.txt").unlink()
    (tmp_path / "log" / "policy.txt").symlink_to(outside)
    with pytest.raises(export.ExportError, match="link"):
        ledger(5).export(tmp_path / "log")
    assert outside.read_bytes() == b"precious"


def test_entries_without_the_signed_root_leave_no_checkpoint(ledger: Make, tmp_path: Path) -> None:
    log = ledger(10)
    false_root = checkpoint.Checkpoint(log.signer.name, 10, bytes(32)).sign(log.signer)

    class Mistaken(type(log)):  # type: ignore[misc]
        checkpoint = false_root

    with pytest.raises(export.ExportError, match="root"):
        Mistaken(log.bodies, log.signer).export(tmp_path)
    assert "checkpoint" not in files(tmp_path)


@pytest.mark.parametrize("name", ["", "0", "../1", "1/2", "1-", "1-A", "政策", "1\n"])
def test_a_certificate_with_an_odd_name_is_not_written(ledger: Make, tmp_path: Path, name: str) -> None:
    log = ledger(10)
    log.certify(name, 5)
    with pytest.raises(export.ExportError, match="names"):
        log.export(tmp_path / "log")
    assert not (tmp_path / "log").exists()
