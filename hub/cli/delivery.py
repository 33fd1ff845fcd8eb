"""A person's hand on deliveries, from the command line: thin shells over `hub.commands.steering`."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from hub.app import House
from hub.cli import frame
from hub.cli.frame import As, DataDir
from hub.cli.publish import TIMES
from hub.commands import steering
from hub.web import packages
from schemas.delivery import Delivery
from schemas.entry import BEIJING
from schemas.person import Person
from schemas.words import word

delivery = typer.Typer(
    help="投递：重试、取消、改期、填写查证结果，交人员办理的资料包。编号见 gongbu status。", no_args_is_help=True
)
Id = Annotated[int, typer.Argument(help="投递的编号", show_default=False)]
Do = Callable[[House, Person], Awaitable[Delivery]]


@delivery.command("retry")
def retry(number: Id, login: As, data_dir: DataDir = None) -> None:
    """立即再试。已经送出的只是再查证，不会重发。"""
    _run(login, data_dir, lambda house, person: steering.retry(house.hub, person, number))


@delivery.command("cancel")
def cancel(
    number: Id, login: As, why: Annotated[str, typer.Option(help="理由，写入日志")], data_dir: DataDir = None
) -> None:
    """取消还没有送出的投递。"""
    _run(login, data_dir, lambda house, person: steering.cancel(house.hub, person, number, why=why))


@delivery.command("postpone")
def postpone(
    number: Id,
    login: As,
    at: Annotated[datetime, typer.Option(formats=TIMES, metavar="时间", help="新的计划时间（北京时间）")],
    data_dir: DataDir = None,
) -> None:
    """给还没有送出的投递改期。"""
    planned = at.replace(tzinfo=BEIJING)
    _run(login, data_dir, lambda house, person: steering.postpone(house.hub, person, number, planned))


@delivery.command("settle")
def settle(
    number: Id,
    login: As,
    evidence: Annotated[str, typer.Option(help="查证的依据，写入日志")],
    address: Annotated[
        list[str] | None,
        typer.Option(metavar="文件=网址", help="已公开：policy=网址、interpretation-1=网址，可多次给出"),
    ] = None,
    not_sent: Annotated[bool, typer.Option("--not-sent", help="查明没有公开：重新投递")] = False,
    data_dir: DataDir = None,
) -> None:
    """结果不明的，填写到渠道后台查证的结果：已公开的给出网址，没有公开的用 --not-sent。"""
    if bool(address) == not_sent:
        raise typer.BadParameter("--address 与 --not-sent 须给出其中一个", param_hint="--address")
    addresses = None if not_sent else dict(_pair(one) for one in address or [])
    _run(
        login,
        data_dir,
        lambda house, person: steering.settle(house.hub, person, number, addresses=addresses, evidence=evidence),
    )


@delivery.command("package")
def package(
    number: Id,
    login: As,
    to: Annotated[Path | None, typer.Option("--to", metavar="文件", help="写到哪里；不给则写到当前目录")] = None,
    data_dir: DataDir = None,
) -> None:
    """下载须由人员办理的渠道的资料包（ZIP）。每次下载逐字节相同。"""

    async def run() -> None:
        async with frame.house(frame.load(data_dir=data_dir)) as house:
            person = await frame.acting(house, login)
            made = await packages.package(house.hub, person, house.hub.public_url, number)
        place = to or Path(made.name)
        await asyncio.to_thread(place.write_bytes, made.body)
        frame.out.print(str(place))

    frame.run(run())


@delivery.command("handed")
def handed(
    number: Id,
    login: As,
    address: Annotated[
        list[str],
        typer.Option(metavar="[文件=]网址", help="公众看到的网址；不写文件即政策文件，解读写 interpretation-1=网址"),
    ],
    evidence: Annotated[str, typer.Option(help="谁办的、怎样办的，写入日志")] = "已按资料包办理",
    data_dir: DataDir = None,
) -> None:
    """登记人员办理的结果：填写公开网址，系统到该网址亲自查看，看到才算数。"""
    addresses = dict(_placed(one) for one in address)
    _run(
        login,
        data_dir,
        lambda house, person: packages.handed(house.hub, person, number, addresses=addresses, evidence=evidence),
    )


def _placed(told: str) -> tuple[str, str]:
    return (packages.POLICY, told) if told.startswith(("http://", "https://")) else _pair(told)


def _pair(told: str) -> tuple[str, str]:
    document, is_pair, url = told.partition("=")
    if not is_pair or not document:
        raise typer.BadParameter(f"“{told}”应写成 文件=网址，如 policy=https://…", param_hint="--address")
    return document, url


def _run(login: str, data_dir: DataDir, do: Do) -> None:
    async def run() -> None:
        async with frame.house(frame.load(data_dir=data_dir)) as house:
            after = await do(house, await frame.acting(house, login))
        frame.said.print(escape(f"投递 {after.id}（{after.channel}）：{word(after.state)}。"))

    frame.run(run())
