"""The long-running programs, and the one that prepares the store."""

import socket
from typing import Annotated, Any

import typer

from hub import app, listen, signature, told
from hub import serve as web
from hub.app import House
from hub.cli import frame
from hub.cli.frame import DataDir, PublicListen, StaffListen
from hub.settings import Settings
from schemas.errors import ErrorCode, HubError
from workers import main as workers

Channels = Annotated[list[str] | None, typer.Option("--channel", help="只服务这些渠道，可多次给出；不给则全部")]


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
        with told.store():
            settings.data_dir.mkdir(parents=True, exist_ok=True)
        async with app.servers(settings) as where:
            await app.prepare(settings, where)
        frame.said.print("数据库已是当前版本。")

    frame.run(run())


async def _programs(given: dict[str, Any], *, web_too: bool, work_too: bool, channels: list[str] | None = None) -> None:
    settings = frame.load(**given)
    stopping = web.stop_on_signal()
    public, staff = (_bound(at) if web_too else None for at in (settings.public_listen, settings.staff_listen))
    async with frame.house(_reachable(settings, public)) as house:
        await signature.attest(house.signer, house.engine)
        _known(house, channels or [])
        async with web.serving(house, public_socket=public, staff_socket=staff):
            frame.said.print("公布已启动。")
            for line in [*addresses(house, public, staff), *(_lines(house, channels) if work_too else [])]:
                frame.said.print(line, markup=False)
            if work_too:
                await workers.work(house, stopping, channels=channels or [])
            await stopping.wait()
            frame.said.print("正在停止……")


def addresses(house: House, public: socket.socket | None, staff: socket.socket | None) -> list[str]:
    """Where the applications are, for whoever started them."""
    lines = []
    if public:
        here = listen.url_of(public)
        lines.append(f"公众端：{house.public_url}/" + (f"（本机 {here}/）" if here != house.public_url else ""))
    if staff:
        lines.append(f"工作端：{listen.url_of(staff)}/")
    return lines


def _lines(house: House, channels: list[str] | None) -> list[str]:
    return [f"投递：{'、'.join(channels or sorted(house.channels)) or '没有设置渠道'}"]


def _known(house: House, channels: list[str]) -> None:
    unknown = next((name for name in channels if name not in house.channels), None)
    if unknown is not None:
        raise HubError(ErrorCode.NO_CHANNEL, channel=unknown)


def _reachable(settings: Settings, public: socket.socket | None) -> Settings:
    """With port 0 the real port is known only now."""
    if public is None or settings.public_url or listen.split(settings.public_listen)[1] != "0":
        return settings
    return settings.model_copy(update={"public_url": listen.url_of(public)})


def _bound(address: str) -> socket.socket | None:
    return None if address == web.OFF else web.bind(address)
