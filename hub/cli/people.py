"""Accounts from the command line, on the machine itself."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from hub.cli import frame
from hub.cli.frame import AsJson, DataDir
from hub.commands import people, second_factors, sessions, single_sign_on
from hub.commands.act import Hub
from hub.store import people as accounts
from schemas.entry import stamp
from schemas.person import Duty, Person
from schemas.words import word

user = typer.Typer(
    help="账号：添加、列出、改职责、改密码、停用与恢复、发令牌与吊销，解除锁定、重设第二重验证、退出登录。",
    no_args_is_help=True,
)
DUTIES = "、".join(f"{duty} {word(duty)}" for duty in Duty)


def duty(told: str) -> Duty:
    """Read a duty by its code or its Chinese word."""
    for one in Duty:
        if told in {one.value, word(one)}:
            return one
    raise typer.BadParameter(f"没有“{told}”这项职责，可用的有：{DUTIES}")


Login = Annotated[str, typer.Argument(help="账号名，小写字母开头，2 至 32 位", show_default=False)]
Duties = Annotated[list[Duty], typer.Option("--duty", parser=duty, metavar="职责", help=f"职责，可多次给出：{DUTIES}")]
Password = Annotated[
    str,
    typer.Option(
        prompt="密码", hide_input=True, confirmation_prompt="再输一遍", help="密码，至少 12 位；不给则提示输入"
    ),
]


@user.command("add")
def add(
    login: Login,
    name: Annotated[str, typer.Option(help="姓名")],
    unit: Annotated[str, typer.Option(help="处室或单位")],
    duty: Duties,
    data_dir: DataDir = None,
) -> None:
    """添加账号。密码另用 passwd 设置，程序用 token 登录。"""
    carry_out(
        data_dir,
        lambda hub, by: people.add(hub, by, login=login, name=name, unit=unit, duties=duty),
        f"已添加账号 {login}。",
    )


@user.command("list")
def list_users(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """列出全部账号及其职责。"""

    async def run() -> None:
        async with frame.house(frame.load(data_dir=data_dir)) as house, house.engine.connect() as connection:
            found = await accounts.every(connection)
        if as_json:
            frame.put([one.model_dump(mode="json") | {"duties": sorted(one.duties)} for one in found])
        for one in [] if as_json else found:
            frame.out.print(told(one))

    frame.run(run())


@user.command("duties")
def duties(login: Login, duty: Duties, data_dir: DataDir = None) -> None:
    """改职责：给出的是今后的全部职责。"""

    async def run() -> None:
        async with frame.house(frame.load(data_dir=data_dir)) as house:
            after = await people.set_duties(house.hub, people.OPERATOR, login, duty)
        frame.said.print(escape(told(after)))

    frame.run(run())


@user.command("passwd")
def passwd(
    login: Login,
    password: Password,
    must_change: Annotated[
        bool, typer.Option("--must-change/--no-must-change", help="本人下次登录时是否须另设密码")
    ] = True,
    data_dir: DataDir = None,
) -> None:
    """设置密码，并解除锁定、结束该账号的登录。本人下次登录时须另设密码。"""
    carry_out(
        data_dir, lambda hub, by: people.set_password(hub, by, login, password, must_change=must_change), "密码已更新。"
    )


@user.command("disable")
def disable(login: Login, data_dir: DataDir = None) -> None:
    """停用账号，吊销其令牌，结束其登录。"""
    carry_out(data_dir, lambda hub, by: people.disable(hub, by, login), f"账号 {login} 已停用。")


@user.command("enable")
def enable(login: Login, data_dir: DataDir = None) -> None:
    """恢复停用的账号。原来的令牌仍然作废，需要的另行签发。"""
    carry_out(data_dir, lambda hub, by: people.enable(hub, by, login), f"账号 {login} 已恢复。")


@user.command("unlock")
def unlock(login: Login, data_dir: DataDir = None) -> None:
    """解除因多次登录失败造成的锁定。"""
    carry_out(data_dir, lambda hub, by: people.unlock(hub, by, login), f"账号 {login} 可以重新登录。")


@user.command("reset-factors")
def reset_factors(login: Login, data_dir: DataDir = None) -> None:
    """取消一个账号的动态验证码、通行密钥和恢复码，并结束其登录。手机或密钥遗失时用；请先核实是本人。"""
    carry_out(
        data_dir,
        lambda hub, by: second_factors.reset(hub, by, login),
        f"账号 {login} 的第二重验证已取消，请本人登录后重新设置。",
    )


@user.command("sign-out")
def sign_out(
    login: Annotated[str | None, typer.Argument(help="账号名", show_default=False)] = None,
    everybody: Annotated[bool, typer.Option("--everybody", help="全部账号")] = False,
    data_dir: DataDir = None,
) -> None:
    """结束一个账号的全部登录，或全部账号的登录。"""
    if (login is None) != everybody:
        raise typer.BadParameter("请给出账号名，或用 --everybody 表示全部账号")

    async def run() -> None:
        async with frame.house(frame.load(data_dir=data_dir)) as house:
            if login is None:
                ended = await sessions.end_everything(house.hub, people.OPERATOR)
            else:
                ended = await sessions.end_of(house.hub, people.OPERATOR, login)
        frame.said.print(f"已结束 {ended} 个登录。")

    frame.run(run())


@user.command("unbind")
def unbind(login: Login, data_dir: DataDir = None) -> None:
    """解除一个账号与单点登录的绑定；下次单点登录时重新绑定。"""
    carry_out(data_dir, lambda hub, by: single_sign_on.unbind(hub, by, login), f"账号 {login} 的单点登录绑定已解除。")


def carry_out(data_dir: Path | None, deed: Callable[[Hub, Person], Awaitable[object]], said: str) -> None:
    """Do one thing in the name of whoever runs the machine, and say so once it is durable."""

    async def run() -> None:
        async with frame.house(frame.load(data_dir=data_dir)) as house:
            await deed(house.hub, people.OPERATOR)
        frame.said.print(escape(said))

    frame.run(run())


def told(person: Person) -> str:
    """One account for people."""
    closed = f"  已停用，自 {stamp(person.disabled_at)}" if person.disabled_at else ""
    held = "、".join(word(one) for one in sorted(person.duties))
    return f"{person.login}  {person.name}  {person.unit}  {held}{closed}"
