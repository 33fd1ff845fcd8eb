"""For auditors: export, verification, certificates."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from hub.cli import frame
from hub.cli.frame import AsJson, DataDir, Number
from hub.log import proof
from hub.log import verify as auditor
from hub.log.audit.report import Finding, Report, told
from schemas.entry import EntryType

log = typer.Typer(help="发布日志：导出与核验。", no_args_is_help=True)
Policy = Annotated[Path | None, typer.Option(exists=True, dir_okay=False, help="另行取得的信任策略文件")]
Since = Annotated[Path | None, typer.Option(exists=True, dir_okay=False, help="自己留存的旧检查点")]
Vkey = Annotated[str | None, typer.Option(help="另行取得的日志公钥（log.vkey 里的那一行）")]
#: What a certificate's entry says, in the order of reading it.
FIELDS = {"at": "正式发布时间", "rel": "政策发布编号", "ed": "版本", "chan": "渠道", "digest": "内容摘要"}


@log.command("export")
def export(
    directory: Annotated[Path, typer.Argument(help="导出到的目录：空的，或同一日志的旧导出", show_default=False)],
    data_dir: DataDir = None,
) -> None:
    """把整个日志导出到目录，供离线核验。"""
    from hub import evidence, signature  # noqa: PLC0415 - verifying needs no store

    async def run() -> None:
        async with frame.house(frame.load(data_dir=data_dir)) as house:
            await signature.attest(house.signer, house.engine)
            signed = await evidence.write_export(house.engine, house.signer.vkey, directory)
        frame.said.print(f"已导出 {signed.size} 条日志到 {escape(str(directory))}。")

    frame.run(run())


@log.command("verify")
def verify(
    directory: Annotated[Path, typer.Argument(exists=True, file_okay=False, help="导出的目录", show_default=False)],
    policy: Policy = None,
    since: Since = None,
    as_json: AsJson = False,
) -> None:
    """离线核验导出的日志：签名、每个字节、前后一致、业务顺序。不连接任何服务。"""

    async def run() -> int:
        trusted = policy.read_bytes() if policy else None
        saved = since.read_bytes() if since else None
        report = await asyncio.to_thread(auditor.verify_directory, directory, policy=trusted, since=saved)
        if as_json:
            frame.put(_report(report))
        else:
            _tell(report.findings, report.counts)
            for caution in report.cautions:
                frame.said.print(f"[yellow]注意[/yellow] {caution}")
            frame.said.print(_verdict(f"{report.size} 条", ok=report.ok))
        return 0 if report.ok else 1

    frame.run(run())


@log.command("verify-certificate")
def verify_certificate(
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="证书文件（.tlog-proof）", show_default=False)
    ],
    vkey: Vkey = None,
    policy: Policy = None,
    as_json: AsJson = False,
) -> None:
    """离线核验一份正式发布证书：格式、证明路径、签名。不连接任何服务。"""
    if (vkey is None) == (policy is None):
        raise typer.BadParameter("--vkey 与 --policy 须给出其中一个", param_hint="--vkey")

    async def run() -> int:
        trusted = policy.read_bytes() if policy else f"log {(vkey or '').strip()}\nquorum none\n".encode()
        data = file.read_bytes()
        given = "--policy" if policy else "--vkey"
        findings = [
            replace(one, file=given if one.code.startswith("policy.") else str(file))
            for one in auditor.verify_certificate(data, policy=trusted)
        ]
        entry = {} if findings else json.loads(proof.parse(data).extra)
        if as_json:
            frame.put({"ok": not findings, "findings": [_finding(one) for one in findings], "entry": entry or None})
        else:
            _tell(findings, {})
            for line in _entry(entry):
                frame.out.print(line)
            frame.said.print(_verdict(str(file), ok=not findings))
        return 1 if findings else 0

    frame.run(run())


def certificate(
    release: Number,
    output: Annotated[Path | None, typer.Option(help="写入的文件；默认 <编号>.tlog-proof")] = None,
    data_dir: DataDir = None,
) -> None:
    """导出一项政策发布的正式发布证书（C2SP tlog-proof）。"""
    from hub import evidence  # noqa: PLC0415

    async def run() -> None:
        async with frame.house(frame.load(data_dir=data_dir)) as house, house.engine.connect() as connection:
            data = await evidence.certificate(connection, release)
        path = output or Path(f"{release}.tlog-proof")
        await asyncio.to_thread(path.write_bytes, data)
        frame.said.print(f"证书已写入 {escape(str(path))}。")

    frame.run(run())


def _tell(findings: Sequence[Finding], counts: Mapping[str, int]) -> None:
    for line in told(findings, counts):
        frame.said.print(f"• {escape(line)}")


def _verdict(what: str, *, ok: bool) -> str:
    return f"[green]核验通过[/green]：{escape(what)}" if ok else "[red]核验不通过[/red]"


def _report(report: Report) -> dict[str, Any]:
    return {
        "ok": report.ok,
        "origin": report.origin,
        "size": report.size,
        "root": report.root,
        "entries_checked": report.entries_checked,
        "certificates_checked": report.certificates_checked,
        "findings": [_finding(one) for one in report.findings],
        "findings_count": report.findings_count,
        "counts": dict(report.counts),
        "cautions": list(report.cautions),
    }


def _finding(one: Finding) -> dict[str, str]:
    return {"code": one.code, "place": one.file, "message": one.message}


def _entry(entry: Mapping[str, Any]) -> list[str]:
    # Any entry can be proven; only one of them is an official time.
    labels = FIELDS if entry.get("t") == EntryType.RELEASE_OFFICIAL else {**FIELDS, "at": "条目时间"}
    lines = [f"{words}：{entry[name]}" for name, words in labels.items() if name in entry]
    data = entry.get("data")
    address = data.get("address") if isinstance(data, dict) else None
    return [*lines, *([f"见证网址：{address}"] if address else [])]
