"""Auditors' commands: cautions are shown, findings are Chinese lines, refusals say what to do."""

import inspect
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519

from hub import app, told
from hub.app import Servers
from hub.log import export, keys, note
from hub.log.audit import report
from hub.log.audit.report import Findings
from hub.settings import Settings
from schemas.entry import Act, EntryType
from tests.cli.conftest import Gongbu
from tests.log.conftest import Ledger
from workers.checkpoint import Checkpointer

AT = datetime(2026, 11, 26, tzinfo=UTC)


def ledger(*acts: Act) -> Ledger:
    signer = note.Signer("cli.example/log", ed25519.Ed25519PrivateKey.generate())
    opened = Act(type=EntryType.LOG_OPENED, who="operator", data={"origin": signer.name})
    return Ledger([act.body(AT) for act in (opened, *acts)], signer)


@pytest.fixture
def exported(folder: Path) -> tuple[Ledger, Path]:
    """A good export."""
    official = Act(type=EntryType.RELEASE_OFFICIAL, who="worker:w", release=1001, edition=1, digest="0" * 64)
    log = ledger(official)
    log.certify("1001", 1)
    return log, log.export(folder / "out")


async def test_what_a_good_result_does_not_prove_is_said(gongbu: Gongbu, folder: Path) -> None:
    log = ledger()
    log.export(folder / "out")
    said = await gongbu("log", "verify", "out")
    assert said.code == 0
    for caution in (report.SELF_CONSISTENT, report.NO_WITNESS, report.NO_MEMORY):
        assert caution in said.said
    (folder / "policy").write_bytes(log.policy)
    (folder / "kept").write_bytes(log.checkpoint)
    found = (await gongbu("log", "verify", "out", "--json", "--policy", "policy", "--since", "kept")).json
    assert (found["ok"], found["size"], found["findings"]) == (True, 1, [])
    assert found["cautions"] == [report.NO_WITNESS]


async def test_findings_of_one_kind_are_one_chinese_line(gongbu: Gongbu, folder: Path) -> None:
    ledger().export(folder / "out")
    for number in range(3):
        (folder / "out" / f"stray-{number}").touch()
    said = await gongbu("log", "verify", "out")
    assert said.code == 1
    assert "• [file.stray] stray-0：存在不属于日志导出的文件（共 3 处，这是第一处）" in said.said
    assert "Finding(" not in said.said
    found = (await gongbu("log", "verify", "out", "--json")).json
    assert found["findings"][0] == {"code": "file.stray", "place": "stray-0", "message": "存在不属于日志导出的文件"}
    assert (found["counts"], found["findings_count"]) == ({"file.stray": 3}, 3)


def test_a_rare_kind_is_not_lost_behind_a_common_one() -> None:
    findings = Findings()
    for number in range(report.MAX_FINDINGS + 5):
        findings.add("file.stray", str(number))
    findings.add("root.differs", "checkpoint")
    assert findings.kept[-1].code == "root.differs"
    assert (len(findings.kept), findings.count) == (report.MAX_FINDINGS + 1, report.MAX_FINDINGS + 6)
    assert [line.partition("]")[0] for line in report.told(findings.kept, findings.counts)] == [
        "[file.stray",
        "[root.differs",
    ]


async def test_a_certificate_is_verified_alone(gongbu: Gongbu, exported: tuple[Ledger, Path]) -> None:
    log, out = exported
    file = str(out / "certificates" / "1001.tlog-proof")
    good = await gongbu("log", "verify-certificate", file, "--vkey", log.vkey)
    assert (good.code, "政策发布编号：1001" in good.out) == (0, True)
    other = ledger().vkey
    for words, code in (
        (("--vkey", other), "checkpoint.signature"),
        (("--vkey", "nonsense"), "policy.malformed] --vkey"),
    ):
        bad = await gongbu("log", "verify-certificate", file, *words)
        assert (bad.code, code in bad.said, bad.out) == (1, True, "")
    assert (await gongbu("log", "verify-certificate", file)).code == 2
    found = (await gongbu("log", "verify-certificate", file, "--vkey", log.vkey, "--json")).json
    assert (found["ok"], found["entry"]["rel"]) == (True, 1001)


async def test_an_export_says_what_it_lacks_and_what_it_refuses(gongbu: Gongbu, stored: Path, servers: Servers) -> None:
    early = await gongbu("log", "export", "out")
    assert (early.code, "gongbu worker" in early.said, "(unsigned)" in early.said) == (1, True, True)
    async with app.opened(Settings(data_dir=stored / "data"), servers) as house:
        await Checkpointer(house.engine, house.signer, stored / "guard").cover(1)
    (stored / "other").mkdir()
    (stored / "other" / "file").touch()
    refused = await gongbu("log", "export", "other")
    assert (refused.code, "其中有不属于日志导出的文件" in refused.said, "(folder)" in refused.said) == (1, True, True)
    assert (await gongbu("log", "export", "out")).code == 0
    lost = await gongbu("certificate", "7")
    assert (lost.code, "(not_found)" in lost.said) == (1, True)


async def test_a_file_that_cannot_be_written_is_told(gongbu: Gongbu, stored: Path) -> None:
    (stored / "data").touch()
    said = await gongbu("status")
    assert (said.code, "(file)" in said.said, "Traceback" in said.said) == (1, True, False)


@pytest.mark.parametrize(
    ("module", "error", "table"),
    [(keys, "KeyFileError", told.KEY_FILE), (export, "ExportError", told.EXPORT)],
    ids=["keys", "export"],
)
def test_every_refusal_of_the_inner_parts_has_its_chinese_words(
    module: object, error: str, table: dict[str, str]
) -> None:
    raised = re.findall(rf'{error}\(f?"(.*?)"\)', inspect.getsource(module))  # type: ignore[arg-type]
    assert len(raised) >= len(table) - 1
    assert [words for words in raised if not any(part in words for part in table)] == []
