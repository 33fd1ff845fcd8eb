"""The table of commands. A module is imported when a command of it is run, or asked for its own help.

The list of commands, and a word that is none of them, wait for nothing that a command needs.
"""

import importlib
from typing import Any, NamedTuple

import typer
from typer.core import TyperGroup
from typer.main import get_group


class Place(NamedTuple):
    """Where a command is: the module beside this one, its name there, and its help as that module gives it."""

    module: str
    within: str
    help: str


#: What is typed → one command, or several under one word.
COMMANDS = {
    "demo": Place("demo", "demo", "演示：把一份真实公文从文件发布到各渠道，见证、定时、出具证明，然后继续提供浏览。"),
    "up": Place("programs", "up", "在一台机器上启动全部：内置数据库与队列、公众端、工作端、投递。"),
    "serve": Place("programs", "serve", "启动公众端与工作端。"),
    "worker": Place("worker", "worker", "启动投递进程；可启动多个。"),
    "migrate": Place("migrate", "migrate", "把数据库结构升级到当前版本。可重复执行。"),
    "backup": Place("backup", "write", "备份数据库和网站文件，不必停机。默认不含密钥文件。"),
    "restore": Place("backup", "restore", "从备份恢复到新的数据目录或空的数据库。已有内容的不会被覆盖。"),
    "check": Place("check", "check", "检查设置、数据库、队列、日志签名、渠道与时钟，并列出生效的设置（密钥不显示）。"),
    "user": Place(  # the tokens' commands stand beside the accounts' own
        "tokens",
        "user",
        "账号：添加、列出、改职责、改密码、停用与恢复、发令牌与吊销，解除锁定、重设第二重验证、退出登录。",
    ),
    "calendar": Place("calendar", "calendar", "工作日历：查看某年的放假和调休，录入国务院办公厅公布的安排。"),
    "import": Place("release", "import_files", "从 .docx、.html、.md、.txt 文件建立一项政策发布。"),
    "checks": Place("release", "checks", "发布前检查：列出必须改正和请留意的问题。有必须改正的，退出码为 1。"),
    "submit": Place("release", "submit", "提交审核：把现在的内容固定为一个版本。"),
    "review": Place("release", "review", "审核最新提交的版本。"),
    "publish": Place("publish", "publish", "发布已通过全部审核的版本。"),
    "withdraw": Place(
        "standing", "withdraw", "提议撤回：各渠道撤下正文，原网址留下撤回说明。须另一位签发人确认后才办理。"
    ),
    "annotate": Place(
        "standing", "annotate", "提议标注效力：修改、废止、失效、延长有效期。须另一位签发人确认后才办理。"
    ),
    "standing": Place("standing", "standing", "效力状态：查看、确认、不予确认撤回和标注的提议。"),
    "status": Place(
        "status",
        "status",
        "查看一项或最近各项政策发布的情况：版本、正式发布时间、各渠道的网址，未办结的原因与下次办理的时间。",
    ),
    "delivery": Place(
        "delivery", "delivery", "投递：重试、取消、改期、填写查证结果，交人员办理的资料包。编号见 gongbu status。"
    ),
    "delegation": Place("delegation", "delegation", "授权代办：列出、授出、撤销。"),
    "channel": Place("channel", "channel", "渠道：是否畅通、额度，暂停与恢复。"),
    "log": Place("evidence", "log", "发布日志：导出与核验。"),
    "bounce": Place(
        "bounce",
        "bounce",
        "从标准输入读取一封退信，供邮件服务器的管道调用。不是退信的不处理，也不报错；暂时办不到的返回 75，稍后再投。",
    ),
    "certificate": Place("evidence", "certificate", "导出一项政策发布的正式发布证书（C2SP tlog-proof）。"),
    "sandbox": Place("sandbox", "sandbox", "沙箱：代替微信与市政府信息公开平台，供试用和测试。"),
}


class Table(TyperGroup):
    """The commands as the lines of their help. One that is asked for takes the place of its line."""

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        if args[0] in COMMANDS:
            self.commands[args[0]] = command(args[0])
        return super().resolve_command(ctx, args)


def gongbu() -> typer.Typer:
    """Return the command line."""
    made = typer.Typer(
        name="gongbu",
        cls=Table,
        help="公布：一次发布，各渠道同步，全程可证明。",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    for name, place in COMMANDS.items():
        made.command(name, help=place.help)(lambda: None)
    return made


def command(name: str) -> Any:
    """Import one of the table's commands and return it as typer runs it."""
    place = COMMANDS[name]
    found = getattr(importlib.import_module(f"hub.cli.{place.module}"), place.within)
    alone = typer.Typer()
    if isinstance(found, typer.Typer):
        alone.add_typer(found, name=name)
    else:
        alone.command(name)(found)
    return get_group(alone).commands[name]


def main() -> None:
    """Run the command line."""
    gongbu()()
