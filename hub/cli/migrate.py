"""The store brought up to date, before programs are started over it."""

from hub import app, told
from hub.cli import frame
from hub.cli.frame import DataDir


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
