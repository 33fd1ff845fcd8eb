"""The long-running programs, and the two that prepare and examine them."""

import socket
from pathlib import Path
from typing import Annotated, Any

import typer

from hub import app
from hub import serve as web
from hub.cli import frame
from hub.cli.frame import AsJson, DataDir, PublicListen, StaffListen
from hub.store import engine
from workers import main as workers

Channels = Annotated[list[str] | None, typer.Option("--channel", help="只服务这些渠道，可多次给出")]


def up(data_dir: DataDir = None, public_listen: PublicListen = None, staff_listen: StaffListen = None) -> None:
    """在一台机器上启动全部：内置数据库与队列、公众端、工作端、投递。"""
    given = {"data_dir": data_dir, "public_listen": public_listen, "staff_listen": staff_listen}
    frame.run(_programs(given, web_too=True, work_too=True))


def serve(data_dir: DataDir = None, public_listen: PublicListen = None, staff_listen: StaffListen = None) -> None:
    """启动公众端与工作端。"""
    given = {"data_dir": data_dir, "public_listen": public_listen, "staff_listen": staff_listen}
    frame.run(_programs(given, web_too=True, work_too=False))


def worker(channel: Channels = None, data_dir: DataDir = None) -> None:
    """启动投递进程；可启动多个。"""
    frame.run(_programs({"data_dir": data_dir}, web_too=False, work_too=True, channels=channel or []))


def migrate(data_dir: DataDir = None) -> None:
    """把数据库结构升级到当前版本。可重复执行。"""

    async def run() -> None:
        settings = frame.load(data_dir=data_dir)
        async with app.servers(settings) as where:
            await app.prepare(settings, where)
        frame.said.print("数据库已是当前版本。")

    frame.run(run())


def check(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """检查设置、数据库、队列与渠道，并列出生效的设置（密钥不显示）。"""
    frame.run(_check(data_dir, as_json=as_json))


async def _programs(given: dict[str, Any], *, web_too: bool, work_too: bool, channels: list[str] | None = None) -> None:
    settings = frame.load(**given)
    stopping = web.stop_on_signal()
    sockets = [_bound(listen) if web_too else None for listen in (settings.public_listen, settings.staff_listen)]
    async with frame.house(settings) as house, web.serving(house, public_socket=sockets[0], staff_socket=sockets[1]):
        frame.said.print(f"公布已启动：公众端 {house.public_url}")
        if work_too:
            await workers.work(house, stopping, channels=channels or [])
        await stopping.wait()
        frame.said.print("正在停止……")


def _bound(listen: str) -> socket.socket | None:
    return None if listen == web.OFF else web.bind(listen)


async def _check(data_dir: Path | None, *, as_json: bool) -> int:
    settings = frame.load(data_dir=data_dir)
    async with frame.house(settings) as house:
        await engine.ping(house.engine)
        queue = await house.hub.bell.answers()
        shown = settings.model_dump(mode="json")
        channels = sorted(house.channels)
    if as_json:
        frame.put({"store": True, "queue": queue, "channels": channels, "settings": shown})
    else:
        for name, value in shown.items():
            frame.said.print(f"{name} = {value}")
        frame.said.print(f"数据库正常；队列{'正常' if queue else '无应答'}；渠道：{'、'.join(channels) or '未设置'}")
    return 0 if queue else 1
