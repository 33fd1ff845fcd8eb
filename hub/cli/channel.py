"""Channels from the command line: how they are, what is left of their budgets, pause and resume."""

from typing import Annotated

import typer
from rich.markup import escape

from hub.app import House
from hub.cli import frame
from hub.cli.frame import AsJson, DataDir
from hub.commands import people, steering
from hub.web import reading
from hub.web.shapes.channels import ChannelHealth, ChannelLine
from schemas.entry import stamp
from schemas.person import Person

channel = typer.Typer(help="渠道：是否畅通、额度，暂停与恢复。", no_args_is_help=True)
Name = Annotated[str, typer.Argument(help="渠道名", show_default=False)]
By = Annotated[str | None, typer.Option("--as", help="以哪个账号的名义办理；不给则记为本机运维")]


@channel.command("list")
def list_channels(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """列出各渠道是否畅通、额度用了多少、何时重新计算。"""

    async def run() -> None:
        async with frame.house(frame.load(data_dir=data_dir)) as house, house.engine.connect() as connection:
            lines = await reading.channel_lines(connection, house.channels)
        if as_json:
            frame.put([one.model_dump(mode="json") for one in lines])
        for one in [] if as_json else lines:
            for line in told(one):
                frame.out.print(line)

    frame.run(run())


@channel.command("pause")
def pause(
    name: Name,
    why: Annotated[str, typer.Option(help="理由，写入日志")],
    login: By = None,
    data_dir: DataDir = None,
) -> None:
    """暂停向渠道送出，直到有人恢复。已经送出的照常见证。"""

    async def run() -> None:
        async with frame.house(frame.load(data_dir=data_dir)) as house:
            await steering.pause(house.hub, await _by(house, login), name, why=why)
        frame.said.print(escape(f"渠道 {name} 已暂停。恢复：gongbu channel resume {name}"))

    frame.run(run())


@channel.command("resume")
def resume(name: Name, login: By = None, data_dir: DataDir = None) -> None:
    """恢复渠道，立即继续投递，不论是因为什么停下的。"""

    async def run() -> None:
        async with frame.house(frame.load(data_dir=data_dir)) as house:
            await steering.resume(house.hub, await _by(house, login), name)
        frame.said.print(escape(f"渠道 {name} 已恢复。"))

    frame.run(run())


def told(one: ChannelLine) -> list[str]:
    """The channel for people: a line for its health, one for each budget."""
    role = "，权威" if one.authoritative else ""
    rows = [f"{one.name}（{one.kind}{role}）  {_health(one.health)}"]
    rows += [
        f"    {spent.endpoint}：已用 {spent.used}/{spent.limit}，{stamp(spent.resets_at)} 重新计算"
        for spent in one.budgets
    ]
    return rows


def _health(health: ChannelHealth) -> str:
    why = f"：{health.trouble.detail}（{health.trouble.code}）" if health.trouble else ""
    if health.paused_at:
        return f"已暂停，自 {stamp(health.paused_at)}：{health.paused_why}"
    if health.opens_at:
        return f"暂不投递，{stamp(health.opens_at)} 再试{why}"
    return f"连续失败 {health.failures} 次{why}" if health.failures else "畅通"


async def _by(house: House, login: str | None) -> Person:
    return people.OPERATOR if login is None else await frame.acting(house, login)
