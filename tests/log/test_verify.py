import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519
from hypothesis import given
from hypothesis import strategies as st

from hub.log import note
from hub.log.audit.report import Report
from hub.log.verify import verify_certificate, verify_directory

Make = Callable[[int], Any]


def codes(report: Report) -> set[str]:
    return {one.code for one in report.findings}


def files(directory: Path) -> list[Path]:
    return sorted(path for path in directory.rglob("*") if path.is_file())


@pytest.mark.parametrize("size", [1, 2, 5, 255, 256, 257, 512, 1000])
def test_a_true_export_is_confirmed(ledger: Make, tmp_path: Path, size: int) -> None:
    log = ledger(size)
    since = log.checkpoint_at(max(1, size // 2))
    report = verify_directory(log.export(tmp_path), policy=log.policy, since=since)
    assert (report.ok, report.findings, report.size, report.entries_checked) == (True, (), size, size)
    assert report.origin == log.signer.name


def test_a_log_of_three_levels_is_confirmed(ledger: Make, tmp_path: Path) -> None:
    log = ledger(1)
    log.bodies *= 65_536 + 300
    log.certify("1", 0)
    log.certificates.clear()
    report = verify_directory(log.export(tmp_path), policy=log.policy, since=log.checkpoint_at(65_537))
    assert report.ok
    assert (tmp_path / "tile/2/000.p/1").is_file()


def test_without_a_policy_from_elsewhere_the_report_says_how_little_it_proves(ledger: Make, tmp_path: Path) -> None:
    log = ledger(5)
    alone = verify_directory(log.export(tmp_path))
    assert alone.ok
    assert any("自相一致" in one for one in alone.cautions)
    assert not any("自相一致" in one for one in verify_directory(tmp_path, policy=log.policy).cautions)


#: A digit's or a letter's neighbour, the other case, and what is no ASCII.
MASKS = (0x01, 0x20, 0x80)


@pytest.mark.parametrize(
    ("given_policy", "masks"),
    [*((True, (mask,)) for mask in MASKS), (False, MASKS)],
    ids=[*(f"{mask:#x}" for mask in MASKS), "without a policy, in turns"],
)
def test_every_flipped_byte_of_a_small_export_is_refused(
    ledger: Make, tmp_path: Path, masks: tuple[int, ...], *, given_policy: bool
) -> None:
    log = ledger(5)
    log.certify("1", 1, 4)
    log.export(tmp_path)
    policy = log.policy if given_policy else None
    for path in files(tmp_path):
        true = path.read_bytes()
        for at, byte in enumerate(true):
            path.write_bytes(true[:at] + bytes([byte ^ masks[at % len(masks)]]) + true[at + 1 :])
            assert not verify_directory(tmp_path, policy=policy).ok, (path.name, at)
        path.write_bytes(true)
    assert verify_directory(tmp_path, policy=policy).ok


def test_sampled_flips_in_every_file_of_a_larger_export_are_refused(ledger: Make, tmp_path: Path) -> None:
    log = ledger(300)
    log.certify("9", 50)
    log.export(tmp_path)
    for path in files(tmp_path):
        true = path.read_bytes()
        for at in {0, len(true) - 1, *range(7, len(true), max(1, len(true) // 12))}:
            path.write_bytes(true[:at] + bytes([true[at] ^ 1]) + true[at + 1 :])
            assert not verify_directory(tmp_path, policy=log.policy).ok, (path.name, at)
        path.write_bytes(true)


def test_every_missing_shortened_or_lengthened_file_is_refused(ledger: Make, tmp_path: Path) -> None:
    log = ledger(300)
    log.export(tmp_path)
    for path in files(tmp_path):
        true = path.read_bytes()
        for wrong in (b"", true[:-1], true[1:], true + b"\n", true + true):
            path.write_bytes(wrong)
            assert not verify_directory(tmp_path, policy=log.policy).ok, path
        path.unlink()
        assert codes(verify_directory(tmp_path, policy=log.policy)) >= {"file.missing"}, path
        path.write_bytes(true)


@pytest.mark.parametrize(
    "name", ["notes.txt", "tile/0/001", "tile/0/000.p/4", "tile/9/000", "certificates/x.tlog-proof", ".hidden"]
)
def test_a_stray_file_is_refused(ledger: Make, tmp_path: Path, name: str) -> None:
    log = ledger(5)
    log.export(tmp_path)
    stray = tmp_path / name
    stray.parent.mkdir(parents=True, exist_ok=True)
    stray.write_bytes(b"")
    report = verify_directory(tmp_path, policy=log.policy)
    assert [(one.code, one.file) for one in report.findings] == [("file.stray", name)]


def test_a_link_and_a_pipe_are_refused_and_not_waited_on(ledger: Make, tmp_path: Path) -> None:
    log = ledger(5)
    log.export(tmp_path / "log")
    shutil.move(tmp_path / "log" / "log.vkey", tmp_path / "elsewhere")
    (tmp_path / "log" / "log.vkey").symlink_to(tmp_path / "elsewhere")
    os.mkfifo(tmp_path / "log" / "pipe")
    found = {(one.code, one.file) for one in verify_directory(tmp_path / "log", policy=log.policy).findings}
    assert found >= {("file.irregular", "log.vkey"), ("file.irregular", "pipe")}


@pytest.mark.parametrize(
    ("one", "other", "code"),
    [
        ("tile/entries/000", "tile/entries/001", "root.differs"),
        ("tile/0/000", "tile/0/001", "tile.differs"),
    ],
)
def test_swapped_files_are_refused(ledger: Make, tmp_path: Path, one: str, other: str, code: str) -> None:
    log = ledger(600)
    log.export(tmp_path)
    first, second = (tmp_path / one).read_bytes(), (tmp_path / other).read_bytes()
    (tmp_path / one).write_bytes(second)
    (tmp_path / other).write_bytes(first)
    assert code in codes(verify_directory(tmp_path, policy=log.policy))


def test_an_export_signed_by_another_key_is_refused(ledger: Make, tmp_path: Path) -> None:
    log, trusted = ledger(5), ledger(5).policy
    log.signer = note.Signer(log.signer.name, ed25519.Ed25519PrivateKey.from_private_bytes(b"\7" * 32))
    report = verify_directory(log.export(tmp_path), policy=trusted)
    assert codes(report) == {"policy.differs", "vkey.differs", "checkpoint.signature"}
    assert (report.size, report.root) == (0, "")


def test_a_log_that_became_shorter_is_a_rollback(ledger: Make, tmp_path: Path) -> None:
    log = ledger(20)
    report = verify_directory(log.export(tmp_path), policy=log.policy, since=ledger(21).checkpoint)
    assert codes(report) == {"since.rollback"}


@pytest.mark.parametrize("size", [300, 301, 400])
def test_a_log_with_another_past_is_a_fork(ledger: Make, tmp_path: Path, size: int) -> None:
    remembered, log = ledger(300), ledger(size)
    remembered.bodies[7] = remembered.bodies[7].replace(b"0:02:00", b"0:02:01")
    log.export(tmp_path)
    assert remembered.bodies[7] != log.bodies[7]
    assert codes(verify_directory(tmp_path, policy=log.policy, since=remembered.checkpoint)) == {"since.fork"}


def test_a_remembered_checkpoint_counts_only_with_its_signature(ledger: Make, tmp_path: Path) -> None:
    log = ledger(20)
    since = log.checkpoint_at(10).replace(b"\n10\n", b"\n11\n")
    report = verify_directory(log.export(tmp_path), policy=log.policy, since=since)
    assert [(one.code, one.file) for one in report.findings] == [("checkpoint.signature", "--since")]


def test_certificates_of_today_and_of_earlier_hold(ledger: Make, tmp_path: Path) -> None:
    log = ledger(600)
    log.certify("1", 5, 6)
    log.certify("1-latest", 5)
    log.certify("80", 479, 490)
    report = verify_directory(log.export(tmp_path), policy=log.policy)
    assert (report.ok, report.certificates_checked) == (True, 3)
    assert all(not verify_certificate(one, policy=log.policy) for one in log.certificates.values())


def test_a_certificate_from_a_forked_past_is_refused(ledger: Make, tmp_path: Path) -> None:
    forked = ledger(20)
    forked.bodies[5] = forked.bodies[5].replace(b"website", b"wechat0")
    for index, code in [(5, "certificate.entry"), (4, "certificate.root")]:
        log = ledger(20)
        log.certificates["1"] = forked.certify("1", index)
        report = verify_directory(log.export(tmp_path / code), policy=log.policy)
        assert codes(report) == {code}
        assert report.certificates_checked == 0


def test_a_certificate_that_is_ahead_of_the_export_or_misnamed_is_refused(ledger: Make, tmp_path: Path) -> None:
    log = ledger(10)
    log.certificates["1"] = ledger(20).certify("1", 5)
    log.certify("2", 4)
    assert codes(verify_directory(log.export(tmp_path), policy=log.policy)) == {
        "certificate.ahead",
        "certificate.name",
    }


def test_every_flipped_byte_of_a_certificate_alone_is_refused(ledger: Make) -> None:
    log = ledger(20)
    true = log.certify("1", 5)
    for at, byte in enumerate(true):
        assert verify_certificate(true[:at] + bytes([byte ^ 1]) + true[at + 1 :], policy=log.policy), at


@given(st.binary(max_size=300))
def test_garbage_is_reported_and_never_raises(data: bytes) -> None:
    assert verify_certificate(data, policy=b"")
    assert verify_certificate(b"", policy=data)


def test_a_missing_directory_is_reported(tmp_path: Path) -> None:
    assert codes(verify_directory(tmp_path / "none")) == {"folder.unreadable"}
    assert codes(verify_directory(tmp_path)) == {"file.missing"}


def test_a_signed_size_beyond_all_measure_ends_at_the_first_missing_file(ledger: Make, tmp_path: Path) -> None:
    log = ledger(5)
    log.export(tmp_path)
    text = f"{log.signer.name}\n{2**63 - 1}\n{note.encode_base64(bytes(32))}\n"
    (tmp_path / "checkpoint").write_bytes(log.signer.sign(text))
    assert "file.missing" in codes(verify_directory(tmp_path, policy=log.policy))
