"""The working-day calendar from the command line: shown, and loaded from a file when the year's notice has come."""

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from hub.cli import frame
from hub.cli.frame import AsJson, DataDir
from hub.commands import offices, people
from hub.core import daybook
from hub.store import calendars
from schemas import workdays
from schemas.errors import ErrorCode, HubError
from schemas.office import Day
from schemas.workdays import Certainty

calendar = typer.Typer(help="工作日历：查看某年的放假和调休，录入国务院办公厅公布的安排。", no_args_is_help=True)
Year = Annotated[int, typer.Argument(min=2000, max=2199, help="年份", show_default=False)]
#: Where a year's calendar comes from, in words.
FROM = {
    Certainty.ENTERED: "已录入",
    Certainty.ANNOUNCED: "系统自带（国务院办公厅通知）",
    Certainty.BY_LAW: "暂定：只有法定放假的日子，没有调休，安排公布后请录入",
    Certainty.UNKNOWN: "暂定：没有录入，按周末推算",
}


@calendar.command("show")
def show(year: Year, data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """列出某年放假和调休上班的日子，以及从何而来。"""

    async def run() -> None:
        async with frame.house(frame.load(data_dir=data_dir)) as house, house.engine.connect() as connection:
            entered = await calendars.of_year(connection, year)
        certainty = workdays.certainty(year, is_entered=bool(entered))
        days = entered or _known(year)
        if as_json:
            frame.put({"year": year, "certainty": certainty, "days": [day.model_dump(mode="json") for day in days]})
            return
        frame.out.print(f"{year} 年：{FROM[certainty]}")
        for day in days:
            frame.out.print(f"{day.day} {'班' if day.is_working else '休'} {day.name}")

    frame.run(run())


@calendar.command("load")
def load(
    year: Year,
    file: Annotated[Path, typer.Argument(help="文本文件，每行一天：2027-10-01 休 国庆节", show_default=False)],
    source: Annotated[str, typer.Option(help="依据，如通知的名称和文号")],
    data_dir: DataDir = None,
) -> None:
    """录入某年的放假安排，替换该年原有的。保存后所有期限按新日历重算，“暂定”随之取消。"""

    async def run() -> None:
        try:
            days = daybook.read(file.read_text("utf-8-sig"), source)
        except UnicodeDecodeError:
            raise HubError(ErrorCode.INVALID, detail=f"{file} 不是 UTF-8 文本") from None
        async with frame.house(frame.load(data_dir=data_dir)) as house:
            await offices.put_year(house.hub, people.OPERATOR, year, days)
        frame.said.print(escape(f"{year} 年的工作日历已录入 {len(days)} 天。"))

    frame.run(run())


def _known(year: int) -> list[Day]:
    found = workdays.of_year(year)
    return [Day(day=day, is_working=worked, name="调休上班" if worked else "节假日") for day, worked in found.items()]
