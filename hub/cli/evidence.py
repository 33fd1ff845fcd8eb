"""For auditors: export, verification, certificates."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from hub import evidence
from hub.cli import frame
from hub.cli.frame import AsJson, DataDir
from hub.log import verify as auditor

log = typer.Typer(help="发布日志：导出与校验。", no_args_is_help=True)
Policy = Annotated[Path | None, typer.Option(exists=True, dir_okay=False, help="另行取得的信任策略文件")]
Since = Annotated[Path | None, typer.Option(exists=True, dir_okay=False, help="自己留存的旧检查点")]


@log.command("export")
def export(directory: Path, data_dir: DataDir = None) -> None:
    """把整个日志导出到目录，供离线校验。"""

    async def run() -> None:
        async with frame.house(frame.load(data_dir=data_dir)) as house:
            signed = await evidence.write_export(house.engine, house.signer.vkey, directory)
        frame.said.print(f"已导出 {signed.size} 条日志到 {directory}。")

    frame.run(run())


@log.command("verify")
def verify(
    directory: Annotated[Path, typer.Argument(exists=True, file_okay=False)],
    policy: Policy = None,
    since: Since = None,
    as_json: AsJson = False,
) -> None:
    """离线校验导出的日志：签名、每个字节、前后一致、业务顺序。不连接任何服务。"""

    async def run() -> int:
        trusted = policy.read_bytes() if policy else None
        saved = since.read_bytes() if since else None
        report = await asyncio.to_thread(auditor.verify_directory, directory, policy=trusted, since=saved)
        if as_json:
            frame.put({"ok": report.ok, "size": report.size, "findings": [str(f) for f in report.findings]})
        else:
            for finding in report.findings:
                frame.said.print(f"• {finding}")
            frame.said.print(f"[green]校验通过[/green]：{report.size} 条" if report.ok else "[red]校验未通过[/red]")
        return 0 if report.ok else 1

    frame.run(run())


def certificate(
    release: int,
    output: Annotated[Path | None, typer.Option(help="写入的文件；默认 <编号>.tlog-proof")] = None,
    data_dir: DataDir = None,
) -> None:
    """导出一项政策发布的正式发布证书（C2SP tlog-proof）。"""

    async def run() -> None:
        async with frame.house(frame.load(data_dir=data_dir)) as house, house.engine.connect() as connection:
            data = await evidence.certificate(connection, release)
        path = output or Path(f"{release}.tlog-proof")
        await asyncio.to_thread(path.write_bytes, data)
        frame.said.print(f"证书已写入 {path}。")

    frame.run(run())
