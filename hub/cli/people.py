"""Accounts from the command line, on the machine itself."""

from typing import Annotated

import typer

from hub.cli import frame
from hub.cli.frame import DataDir
from hub.commands import people
from schemas.person import Duty

user = typer.Typer(help="账号：添加、改密码、停用、发令牌。", no_args_is_help=True)

Login = Annotated[str, typer.Argument(help="账号名，小写字母开头")]
Duties = Annotated[list[Duty], typer.Option("--duty", help="职责，可多次给出")]
Password = Annotated[str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True, help="密码，至少 12 位")]


@user.command("add")
def add(
    login: Login,
    name: Annotated[str, typer.Option(help="姓名")],
    unit: Annotated[str, typer.Option(help="处室或单位")],
    duty: Duties,
    data_dir: DataDir = None,
) -> None:
    """添加账号。密码另用 passwd 设置，程序用 token 登录。"""

    async def run() -> None:
        async with frame.house(frame.load(data_dir=data_dir)) as house:
            await people.add(house.hub, people.OPERATOR, login=login, name=name, unit=unit, duties=duty)
        frame.said.print(f"已添加账号 {login}。")

    frame.run(run())


@user.command("passwd")
def passwd(login: Login, password: Password, data_dir: DataDir = None) -> None:
    """设置密码。"""

    async def run() -> None:
        async with frame.house(frame.load(data_dir=data_dir)) as house:
            await people.set_password(house.hub, people.OPERATOR, login, password)
        frame.said.print("密码已更新。")

    frame.run(run())


@user.command("disable")
def disable(login: Login, data_dir: DataDir = None) -> None:
    """停用账号并吊销其令牌。"""

    async def run() -> None:
        async with frame.house(frame.load(data_dir=data_dir)) as house:
            await people.disable(house.hub, people.OPERATOR, login)
        frame.said.print(f"账号 {login} 已停用。")

    frame.run(run())


@user.command("token")
def token(login: Login, label: Annotated[str, typer.Option(help="用途")] = "程序", data_dir: DataDir = None) -> None:
    """为程序签发访问令牌；只显示这一次。"""

    async def run() -> None:
        async with frame.house(frame.load(data_dir=data_dir)) as house:
            frame.put({"token": await people.issue_token(house.hub, people.OPERATOR, login, label=label)})

    frame.run(run())
