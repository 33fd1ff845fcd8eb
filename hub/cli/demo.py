"""The demo as a command: shows the way of a release, proves it, and keeps serving."""

import asyncio
import logging
import time
from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Column, Table

from hub import serve as web
from hub import signals
from hub.app import House
from hub.cli import frame
from hub.cli.frame import AsJson, PublicListen, StaffListen
from hub.demo import proof, show, stage
from hub.demo.proof import Proof
from hub.demo.show import Outcome
from hub.demo.stage import Stage
from schemas.delivery import Action
from schemas.entry import stamp
from workers import main as workers

DATA_DIR = Path(".gongbu/demo")
Once = Annotated[bool, typer.Option("--once", help="演示一遍后退出：全部核验通过为 0，否则为 1")]


def demo(
    once: Once = False,
    as_json: AsJson = False,
    data_dir: Annotated[Path, typer.Option("--data-dir", help="演示数据目录，每次演示前清空")] = DATA_DIR,
    public_listen: PublicListen = None,
    staff_listen: StaffListen = None,
) -> None:
    """演示：把一份真实公文从文件发布到各渠道，见证、定时、出具证明，然后继续提供浏览。"""
    frame.logs(logging.WARNING)
    frame.run(_demo(once=once, as_json=as_json, stage_args=(data_dir, public_listen, staff_listen)))


async def _demo(*, once: bool, as_json: bool, stage_args: tuple[Path, str | None, str | None]) -> int:
    began = time.monotonic()
    stopping = signals.stop_on_signal()
    async with stage.set_up(*stage_args, say=frame.said.print) as scene, frame.house(scene.settings) as house:
        sockets = {"public_socket": scene.public_socket, "staff_socket": scene.staff_socket}
        async with web.serving(house, **sockets):
            working = asyncio.create_task(workers.work(house, stopping))
            try:
                code = await _unless(stopping, _show(scene, house, began=began, as_json=as_json))
                if not once and not stopping.is_set():
                    frame.said.print("继续提供浏览，按 Ctrl-C 结束。")
                    await stopping.wait()
            finally:
                stopping.set()
                await working
    return code


async def _show(scene: Stage, house: House, *, began: float, as_json: bool) -> int:
    outcome = await show.play(house, frame.said.print)
    proven = await proof.prove(house, outcome)
    path = scene.settings.data_dir / f"{outcome.release.id}.tlog-proof"
    await asyncio.to_thread(path.write_bytes, proven.certificate)
    _tell(scene, outcome, proven, path)
    if scene.staff_socket:
        frame.said.print(f"工作端 {house.hub.trust.staff_url}/  账号 {' '.join(show.CAST)}  密码 {outcome.password}")
    if as_json:
        frame.put(_summary(outcome, proven, path, time.monotonic() - began))
    return 1 if proven.doubts else 0


async def _unless(stopping: asyncio.Event, showing: Coroutine[Any, Any, int]) -> int:
    """Show to the end and return its exit code, or 1 as soon as somebody stops the demo in the middle."""
    task, stop = asyncio.create_task(showing), asyncio.create_task(stopping.wait())
    try:
        await asyncio.wait([task, stop], return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            return task.result()
        frame.said.print("演示中止，正在停止内嵌的服务……")
        return 1
    finally:
        task.cancel()
        stop.cancel()
        await asyncio.wait([task, stop])


def _tell(scene: Stage, outcome: Outcome, proven: Proof, certificate: Path) -> None:
    # An address is there to be opened: it may be folded, never cut.
    table = Table("渠道", "文件", Column("地址", overflow="fold"), "接收", "见证", box=None, pad_edge=False)
    for one in proven.publications:
        seen = stamp(one.seen_at)[11:23] if one.seen_at else "—"
        table.add_row(one.channel, one.document, one.address, stamp(one.accepted_at)[11:23], seen)
    frame.said.print(table)
    official = outcome.release.official_at
    frame.said.print(
        f"正式发布时间：[bold]{stamp(official) if official else '—'}[/bold]（{outcome.release.official_channel}）"
    )
    frame.said.print(f"发布日志：{proven.log_size} 条，{_verdict(proven.log_verified)}")
    frame.said.print(f"证书：{certificate}，{_verdict(proven.certificate_verified)}", soft_wrap=True)
    for doubt in proven.doubts:
        frame.said.print(f"[red]疑点[/red] {doubt}")
    frame.said.print(
        f"网站 {scene.settings.public_url}/  微信沙箱 {scene.wechat_url}/  公开专栏沙箱 {scene.disclosure_url}/",
        soft_wrap=True,
    )


def _verdict(good: bool) -> str:
    return "[green]核验通过[/green]" if good else "[red]核验不通过[/red]"


def _summary(outcome: Outcome, proven: Proof, certificate: Path, seconds: float) -> dict[str, Any]:
    official = outcome.release.official_at
    urls = {p.channel: p.address for p in proven.publications if p.document == "policy"}
    return {
        "release": outcome.release.id,
        "official_at": stamp(official) if official else None,
        "channels": [
            {
                "name": d.channel,
                "state": d.state,
                "url": urls.get(d.channel),
                "accepted_at": stamp(d.accepted_at) if d.accepted_at else None,
                "seen_at": stamp(d.seen_at) if d.seen_at else None,
            }
            for d in outcome.deliveries
            if d.action is Action.PUBLISH
        ],
        "log": {"size": proven.log_size, "verified": proven.log_verified},
        "certificate": {"path": str(certificate), "verified": proven.certificate_verified},
        "seconds": round(seconds, 2),
    }
