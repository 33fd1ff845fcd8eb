"""Tokens from the command line, on the machine itself: `gongbu user token`, `tokens` and `revoke`."""

from collections.abc import Mapping
from typing import Annotated

import typer
from rich.markup import escape

from hub.cli import frame
from hub.cli.frame import AsJson, DataDir
from hub.cli.people import Login, carry_out, user
from hub.commands import people, tokens
from hub.store import people as accounts
from schemas.entry import stamp
from schemas.errors import ErrorCode, HubError
from schemas.person import MACHINE, Token


@user.command("token")
def token(login: Login, label: Annotated[str, typer.Option(help="用途")] = "程序", data_dir: DataDir = None) -> None:
    """为程序签发访问令牌，只显示这一次。程序凭它以此人的名义办事，审核也在内。"""

    async def run() -> None:
        async with frame.house(frame.load(data_dir=data_dir)) as house:
            frame.put({"token": await tokens.issue(house.hub, people.OPERATOR, login, label=label)})

    frame.run(run())


@user.command("tokens")
def list_tokens(login: Login, data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """列出一个账号的令牌：编号、用途、签发人、最近使用、有效至。令牌本身不保存。"""

    async def run() -> None:
        async with frame.house(frame.load(data_dir=data_dir)) as house:
            async with house.engine.connect() as connection:
                person = await accounts.find(connection, login=login)
                names = {one.id: one.name for one in await accounts.every(connection)}
            if person is None:
                raise HubError(ErrorCode.NOT_FOUND, what=f"账号 {login}")
            found = await tokens.listed(house.hub, person)
        if as_json:
            frame.put([one.model_dump(mode="json") for one in found])
        for one in [] if as_json else found:
            frame.out.print(escape(token_line(one, names)))

    frame.run(run())


@user.command("revoke")
def revoke(
    login: Login,
    token: Annotated[str, typer.Argument(help="令牌的编号，见 tokens", show_default=False)],
    data_dir: DataDir = None,
) -> None:
    """吊销一个令牌，其他的不受影响。"""
    carry_out(
        data_dir,
        lambda hub, by: tokens.revoke(hub, by, login, token),
        f"账号 {login} 的令牌 {token} 已吊销。",
    )


def token_line(one: Token, names: Mapping[str, str]) -> str:
    """One token for people."""
    by = "本人" if one.is_own else names.get(one.made_by or "", "本机运维" if one.made_by == MACHINE else "管理员")
    bounds = "" if one.approves else "，不能审核、签发和确认"
    used = f"最近使用 {stamp(one.used_at)}" if one.used_at else "没有使用记录"
    until = f"已吊销，自 {stamp(one.revoked_at)}" if one.revoked_at else f"有效至 {stamp(one.expires_at)}"
    return f"{one.id}  {one.label}  {stamp(one.created_at)} {by}签发{bounds}  {used}  {until}"
