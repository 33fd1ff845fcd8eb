"""One file with everything, and the way back from it."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from hub import app, backup, signature, told
from hub.backup import restoring
from hub.cli import frame
from hub.cli.frame import AsJson, DataDir

#: Kept apart from a backup that does not hold them.
KEYS = "log.key、secret.key"


def write(
    file: Annotated[Path, typer.Argument(help="备份写入的文件", show_default=False, dir_okay=False)],
    with_keys: Annotated[bool, typer.Option("--with-keys", help="连同密钥文件；这样的备份须严加保管")] = False,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """备份数据库和网站文件，不必停机。默认不含密钥文件。"""

    async def run() -> None:
        settings = frame.load(data_dir=data_dir)
        with told.store():
            async with app.servers(settings) as where:
                await app.prepare(settings, where)
                frame.said.print("正在备份……")
                made = await backup.write(settings, where, file, with_keys=with_keys)
        if as_json:
            frame.put({"file": str(file), "bytes": file.stat().st_size, "entries": made.entries})
            return
        frame.said.print(f"已备份到 {escape(str(file))}：{made.sentence()}。")
        if not with_keys:
            frame.said.print(f"密钥文件（{KEYS}）不在其中，请另行保管：没有它们，恢复之后日志不能继续。")

    frame.run(run())


def restore(
    file: Annotated[Path, typer.Argument(help="备份文件", exists=True, dir_okay=False, show_default=False)],
    data_dir: DataDir = None,
) -> None:
    """从备份恢复到新的数据目录或空的数据库。已有内容的不会被覆盖。"""

    async def run() -> None:
        settings = frame.load(data_dir=data_dir)
        frame.said.print("正在核对备份……")
        found = await restoring.read(file)
        with told.store():
            await asyncio.to_thread(settings.data_dir.mkdir, parents=True, exist_ok=True)
            async with app.servers(settings) as where:
                await backup.restore(settings, where, file, found)
                await app.prepare(settings, where)
                async with app.opened(settings, where) as house:
                    await signature.attest(house.signer, house.engine)
        frame.said.print(f"已恢复：{found.sentence()}。")
        frame.said.print("备份之后发布过的，请先看运维手册“恢复了旧备份怎么办”，再启动。")
        frame.said.print("备份里的登录可能还没有到期，请执行 gongbu user sign-out --everybody。")

    frame.run(run())
