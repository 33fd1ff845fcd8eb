import ast
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519
from hypothesis import given
from hypothesis import strategies as st

from hub.log import note, verify
from hub.log.audit import report, trust


def files(directory: Path) -> list[Path]:
    return sorted(path for path in directory.rglob("*") if path.is_file())


def codes(found: report.Report) -> set[str]:
    return {finding.code for finding in found.findings}


def test_a_missing_file_is_named(ledger: Callable[[int], Any], tmp_path: Path) -> None:
    log = ledger(305)
    for path in files(log.export(tmp_path)):
        data = path.read_bytes()
        path.unlink()
        found = verify.verify_directory(tmp_path, policy=log.policy)
        name = path.relative_to(tmp_path).as_posix()
        assert ("file.missing", name) in {(finding.code, finding.file) for finding in found.findings}
        path.write_bytes(data)


def test_an_endless_file_is_read_no_further_than_it_may_be_long(ledger: Callable[[int], Any], tmp_path: Path) -> None:
    log = ledger(6)
    for path in files(log.export(tmp_path)):
        data = path.read_bytes()
        os.truncate(path, 1 << 40)
        assert "file.too_long" in codes(verify.verify_directory(tmp_path, policy=log.policy))
        os.truncate(path, 0)
        path.write_bytes(data)


def test_a_folder_without_bottom_is_refused(ledger: Callable[[int], Any], tmp_path: Path) -> None:
    log = ledger(6)
    (log.export(tmp_path) / "/".join("deep" for _ in range(20))).mkdir(parents=True)
    assert codes(verify.verify_directory(tmp_path, policy=log.policy)) == {"folder.too_many"}


def test_a_rewritten_history_is_caught_by_the_remembered_checkpoint_alone(
    ledger: Callable[[int], Any], tmp_path: Path
) -> None:
    true, forged = ledger(300), ledger(306)
    forged.bodies[6] = forged.bodies[6].replace(b"delivery.settled", b"delivery.troubled")
    assert forged.bodies[:300] != true.bodies
    forged.export(tmp_path)
    assert verify.verify_directory(tmp_path, policy=forged.policy).ok
    assert codes(verify.verify_directory(tmp_path, policy=forged.policy, since=true.checkpoint)) == {"since.fork"}


def test_a_remembered_checkpoint_that_the_key_did_not_sign_is_refused(
    ledger: Callable[[int], Any], tmp_path: Path
) -> None:
    log = ledger(6)
    log.export(tmp_path)
    for wrong in (b"", b"x" * 200_000, log.checkpoint[:-5], log.checkpoint.replace(b"\n6\n", b"\n5\n")):
        found = verify.verify_directory(tmp_path, policy=log.policy, since=wrong)
        assert [finding.file for finding in found.findings] == ["--since"]


def test_a_remembered_checkpoint_may_carry_witnesses_and_an_exported_one_may_not(
    ledger: Callable[[int], Any], tmp_path: Path
) -> None:
    log = ledger(6)
    witness = note.Signer("audit.example/w", ed25519.Ed25519PrivateKey.generate())
    text = log.checkpoint.decode().split("\n\n")[0] + "\n"
    witnessed = log.checkpoint + witness.sign(text).split(b"\n\n")[1]
    log.export(tmp_path)
    assert verify.verify_directory(tmp_path, policy=log.policy, since=witnessed).ok
    (tmp_path / "checkpoint").write_bytes(witnessed)
    assert codes(verify.verify_directory(tmp_path, policy=log.policy)) == {"checkpoint.unknown_line"}


def test_a_whole_export_under_another_key_fails_the_given_policy_only(
    ledger: Callable[[int], Any], tmp_path: Path
) -> None:
    true, impostor = ledger(6), ledger(6)
    impostor.signer = note.Signer(true.signer.name, ed25519.Ed25519PrivateKey.generate())
    impostor.export(tmp_path)
    alone = verify.verify_directory(tmp_path)
    assert alone.ok
    assert report.SELF_CONSISTENT in alone.cautions
    found = verify.verify_directory(tmp_path, policy=true.policy)
    assert codes(found) == {"policy.differs", "vkey.differs", "checkpoint.signature"}
    assert report.SELF_CONSISTENT not in found.cautions


def test_a_good_report_says_what_it_does_not_prove(ledger: Callable[[int], Any], tmp_path: Path) -> None:
    log = ledger(6)
    found = verify.verify_directory(log.export(tmp_path), policy=log.policy)
    assert found.cautions == (report.NO_WITNESS, report.NO_MEMORY)


def test_a_policy_may_have_comments_blanks_and_an_address(ledger: Callable[[int], Any], tmp_path: Path) -> None:
    log = ledger(6)
    policy = f"# 由审计局保存\n\n  quorum\tnone \nlog {log.vkey} https://example.gov.cn/log\n".encode()
    assert verify.verify_directory(log.export(tmp_path), policy=policy).ok


@pytest.mark.parametrize(
    "policy",
    [
        b"",
        b"quorum none\n",
        b"log {key}\n",
        b"log {key}\nquorum none",
        b"log {key}\nlog {key}\nquorum none\n",
        b"log {key}\nquorum none\nquorum none\n",
        b"log {key}\nwitness w {key}\nquorum w\n",
        b"log {key}\nwitness w {key}\nquorum none\n",
        b"log {key}\r\nquorum none\r\n",
        b"log {key}x\nquorum none\n",
        b"log a+b+c\nquorum none\n",
        b"\xff\n",
    ],
)
def test_a_policy_that_is_not_understood_is_refused_not_guessed(
    ledger: Callable[[int], Any], tmp_path: Path, policy: bytes
) -> None:
    log = ledger(6)
    found = verify.verify_directory(log.export(tmp_path), policy=policy.replace(b"{key}", log.vkey.encode()))
    assert [(finding.code, finding.file) for finding in found.findings] == [("policy.malformed", "--policy")]


@given(st.binary(max_size=400))
def test_garbage_is_refused_in_words(data: bytes) -> None:
    key = trust.read_key(note.Signer("a.example", ed25519.Ed25519PrivateKey.from_private_bytes(b"k" * 32)).vkey)
    for act in (lambda: trust.read_policy(data), lambda: trust.read_checkpoint(data, key, alone=False)):
        with pytest.raises(report.RefusedError):
            act()
    assert verify.verify_certificate(data, policy=trust.own_policy(key))


def test_a_certificate_whose_path_does_not_hold_is_refused(ledger: Callable[[int], Any], tmp_path: Path) -> None:
    log = ledger(12)
    log.certificates["1"] = log.certify("1", 5).replace(b"index 5", b"index 4")
    assert codes(verify.verify_directory(log.export(tmp_path), policy=log.policy)) == {"certificate.path"}


def test_the_auditor_shares_no_code_with_the_writer() -> None:
    root = Path(verify.__file__).parent
    allowed = {"hub.log.audit", "cryptography", "schemas"}
    for path in [root / "verify.py", *(root / "audit").glob("*.py")]:
        for one in ast.walk(ast.parse(path.read_text())):
            assert not isinstance(one, ast.ImportFrom) or one.level == 0
            modules = [name.name for name in one.names] if isinstance(one, ast.Import) else []
            modules += [one.module or ""] if isinstance(one, ast.ImportFrom) else []
            for module in modules:
                top = module.split(".")[0]
                known = top in sys.stdlib_module_names or any(f"{module}.".startswith(f"{good}.") for good in allowed)
                assert known, f"{path.name} imports {module}"
