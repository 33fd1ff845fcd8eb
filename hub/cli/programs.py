"""The long-running programs with a web in them."""

import socket
from typing import Any

from hub import listen, signals, signature
from hub import serve as web
from hub.app import House
from hub.cli import frame, worker
from hub.cli.frame import DataDir, PublicListen, StaffListen
from hub.settings import Settings
from workers import main as workers


def up(data_dir: DataDir = None, public_listen: PublicListen = None, staff_listen: StaffListen = None) -> None:
    """在一台机器上启动全部：内置数据库与队列、公众端、工作端、投递。"""
    given = {"data_dir": data_dir, "public_listen": public_listen, "staff_listen": staff_listen}
    frame.run(_programs(given, work_too=True))


def serve(data_dir: DataDir = None, public_listen: PublicListen = None, staff_listen: StaffListen = None) -> None:
    """启动公众端与工作端。"""
    given = {"data_dir": data_dir, "public_listen": public_listen, "staff_listen": staff_listen}
    frame.run(_programs(given, work_too=False))


async def _programs(given: dict[str, Any], *, work_too: bool) -> None:
    settings = frame.load(**given)
    stopping = signals.stop_on_signal()
    public, staff = (_bound(at) for at in (settings.public_listen, settings.staff_listen))
    async with frame.house(_reachable(settings, public)) as house:
        await signature.attest(house.signer, house.engine)
        async with web.serving(house, public_socket=public, staff_socket=staff):
            frame.said.print("公布已启动。")
            for line in [*addresses(house, public, staff), *([worker.line(house)] if work_too else [])]:
                frame.said.print(line, markup=False)
            if work_too:
                await workers.work(house, stopping)
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


def _reachable(settings: Settings, public: socket.socket | None) -> Settings:
    """With port 0 the real port is known only now."""
    if public is None or settings.public_url or listen.split(settings.public_listen)[1] != "0":
        return settings
    return settings.model_copy(update={"public_url": listen.url_of(public)})


def _bound(address: str) -> socket.socket | None:
    return None if address == web.OFF else web.bind(address)
