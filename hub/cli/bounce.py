"""`gongbu bounce`: the mail server's pipe hands a bounce over, and an address that bounces is written to no more."""

import sys
from typing import Annotated

import typer
from sqlalchemy.exc import SQLAlchemyError

from hub import bouncing, told
from hub.cli import frame
from hub.cli.frame import DataDir
from hub.core import bounces
from hub.core.bounces import Report
from hub.settings import Settings
from hub.slips import Slips
from schemas.errors import HubError

#: sysexits.h: the mail server keeps it and tries again later. Any other failure it would answer with a bounce.
EX_TEMPFAIL = 75


def bounce(
    recipient: Annotated[
        list[str] | None, typer.Argument(help="收到退信的地址，由邮件服务器给出；不给则从信头查找", show_default=False)
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """从标准输入读取一封退信，供邮件服务器的管道调用。不是退信的不处理，也不报错；暂时办不到的返回 75，稍后再投。"""
    report = bounces.read(sys.stdin.buffer.read(bounces.MAX_BYTES), recipient or [])

    async def run() -> int:
        if not report.status:
            return 0
        try:
            await _count(report, frame.load(data_dir=data_dir))
        except HubError as error:
            frame.complain(error)
            return EX_TEMPFAIL
        except (SQLAlchemyError, OSError) as error:
            frame.complain(told.of_store(error))
            return EX_TEMPFAIL
        return 0

    frame.run(run())


async def _count(report: Report, settings: Settings) -> None:
    async with frame.house(settings) as house:
        slips = Slips(house.hub.trust.secret)
        # Only an address with our own mark names anybody: whatever else a report says of recipients is not believed.
        named = filter(None, map(slips.bounced, report.recipients))
        if (subscriber := next(named, None)) is not None:
            async with house.engine.begin() as connection:
                await bouncing.count(connection, subscriber, report.status)
