"""导入存量文件: the template, a sheet with the files beside it, and what became of every line."""

import asyncio
from collections.abc import Sequence

from hub.commands import backfiling, backfiling_sheets
from hub.core.backfiles import lines
from hub.store import backfiles
from hub.web import tabular
from hub.web.console.room import Answer, Moved, Page, Room, Visit, ways
from hub.web.route import Raw
from hub.web.seats import seat
from hub.web.tabular import Row, Worksheet
from schemas.backfile import Batch
from schemas.errors import ErrorCode, HubError
from schemas.person import Duty

PATH = "/backfiles/import"
_BATCH = "/backfiles/batches/{batch:[1-9][0-9]{0,14}}"
_EDITOR = frozenset({Duty.EDITOR})
#: Wrong lines on the page; the sheet to take away has all.
SHOWN = 200
_WIDTHS = (50, 26, 32, 26, 18, 14, 14, 30, 10, 60)
_CHOICES = {"G": ("依申请公开", "不予公开"), "I": ("有效", "已修改", "尚未施行")}
_EXAMPLES = (
    ("列", "怎样填"),
    ("标题", "必填。与文件首页一致，不超过 200 字"),
    ("发文字号", "如：津规资办发〔2020〕253号。没有的留空"),
    ("索引号", "如：11120000MB1909339E/2020-00592。历史上重复末十位的写法也可以。没有的留空"),
    ("发文机关", "如：天津市规划和自然资源局"),
    ("责任处室", "必填。负责审定的处室或单位，与系统中的名称一致"),
    ("成文日期", "必填。如：2012-03-05 或 2012年3月5日"),
    ("公开属性", "原来标注的：依申请公开、不予公开；没有标注的留空"),
    ("理由", "原来不主动公开的理由，可以留空"),
    ("有效性", "必填：有效、已修改、尚未施行。已废止、已失效的不必列入"),
)


async def show(visit: Visit) -> Page:
    values = {"units": await backfiling.units_of(visit.hub), "most": lines.MAX_LINES, "needed": lines.NEEDED}
    return Page("backfile_import.html", values | {"since": visit.hub.rules.rereview_since})


async def receive(visit: Visit) -> Answer:
    """Take the sheet, then put the files beside the documents that they are named after."""
    sheet = visit.posted.file("sheet")
    files = [(one.filename, one.data) for one in visit.posted.files.get("files", ())]
    if sheet is None and not files:
        raise HubError(ErrorCode.INVALID, detail="还没有选择表格", fields={"sheet": "请选择 .xlsx 或 .csv 表格"})
    async with seat(visit.desk.uploads, "同时上传的文件过多"):
        batch = None
        if sheet is not None:
            is_strict = bool(visit.posted.get("strict"))
            batch = await backfiling_sheets.take(
                visit.hub, visit.person, (sheet.filename, sheet.data), is_strict=is_strict
            )
        put, refused = await backfiling.bring(visit.hub, visit.person, files) if files else (0, [])
    said = f"收下 {batch.taken} 件，{len(batch.wrong)} 行没有收下。" if batch else ""
    said += f"{put} 个电子件已归入各件。" if files else ""
    if refused:
        # Only what was taken is kept: the rest is named once, on the page that answers.
        return Page("backfile_files.html", {"said": said, "refused": refused, "batch": batch.id if batch else None})
    return Moved(f"/backfiles/batches/{batch.id}" if batch else "/backfiles", said=said)


async def template(visit: Visit) -> Raw:  # noqa: ARG001 - the same for everybody
    told = Worksheet("填写说明", _EXAMPLES, widths=_WIDTHS)
    return await _workbook("backfiles-template", _to_fill_in("存量文件", [(*lines.COLUMNS,)]), told)


async def show_batch(visit: Visit) -> Page:
    batch = await _batch(visit)
    wrong = [one for one in batch.wrong if not one.is_outside]
    values = {
        "batch": batch,
        "wrong": wrong[:SHOWN],
        "wrongs": len(wrong),
        "outside": [one for one in batch.wrong if one.is_outside][:SHOWN],
        "outsides": len(batch.wrong) - len(wrong),
        "shown": SHOWN,
    }
    return Page("backfile_batch.html", values)


async def wrong_lines(visit: Visit) -> Raw:
    """The lines that were not taken, whole, to be mended and brought again."""
    batch = await _batch(visit)
    rows = [(*(one.cells.get(name, "") for name in lines.COLUMNS), "；".join(one.told)) for one in batch.wrong]
    return await _workbook(
        f"backfiles-{batch.id}-wrong", _to_fill_in("没有收下的行", [(*lines.COLUMNS, "问题"), *rows])
    )


def _to_fill_in(title: str, rows: Sequence[Row]) -> Worksheet:
    return Worksheet(title, rows, widths=_WIDTHS, choices=_CHOICES)


async def _workbook(name: str, *pages: Worksheet) -> Raw:
    data = await asyncio.to_thread(tabular.xlsx, *pages)
    return Raw(data, tabular.XLSX, headers={"Content-Disposition": f'attachment; filename="{name}.xlsx"'})


async def _batch(visit: Visit) -> Batch:
    """The person's own: it has lines of every unit."""
    async with visit.hub.engine.connect() as connection:
        found = await backfiles.batch(connection, int(visit.names["batch"]))
    if found is None or found.person != visit.person.id:
        raise HubError(ErrorCode.NOT_FOUND, what="您导入的这一批")
    return found


ROOMS = (
    *ways(PATH, show, receive, Duty.EDITOR, takes_files=True),
    Room("GET", "/backfiles/template.xlsx", template, _EDITOR),
    Room("GET", _BATCH, show_batch, _EDITOR),
    Room("GET", _BATCH + "/wrong.xlsx", wrong_lines, _EDITOR),
)
