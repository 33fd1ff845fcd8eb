"""A worker as a program of its own: it waits for no web."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from hub import signals, signature
from hub.app import House
from hub.cli import frame
from hub.cli.frame import DataDir
from schemas.errors import ErrorCode, HubError
from workers import main as workers

Channels = Annotated[list[str] | None, typer.Option("--channel", help="只服务这些渠道，可多次给出；不给则全部")]


def worker(channel: Channels = None, data_dir: DataDir = None) -> None:
    """启动投递进程；可启动多个。"""
    frame.run(_work(data_dir, channel or []))


async def _work(data_dir: Path | None, channels: Sequence[str]) -> None:
    settings = frame.load(data_dir=data_dir)
    stopping = signals.stop_on_signal()
    async with frame.house(settings) as house:
        await signature.attest(house.signer, house.engine)
        _known(house, channels)
        frame.said.print("公布已启动。")
        frame.said.print(line(house, channels), markup=False)
        await workers.work(house, stopping, channels=channels)
        await stopping.wait()
        frame.said.print("正在停止……")


def line(house: House, channels: Sequence[str] = ()) -> str:
    """Which channels are served, for whoever started it."""
    return f"投递：{'、'.join(channels or sorted(house.channels)) or '没有设置渠道'}"


def _known(house: House, channels: Sequence[str]) -> None:
    unknown = next((name for name in channels if name not in house.channels), None)
    if unknown is not None:
        raise HubError(ErrorCode.NO_CHANNEL, channel=unknown)
