"""Lists to take away, as CSV and as Excel sheets, in which no cell is ever a formula."""

import asyncio
import csv as writing
import io
from collections.abc import Iterable, Sequence

from hub.store.register import Line
from schemas.entry import BEIJING
from schemas.words import word

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Row = tuple[str, ...]
HEAD: Row = (
    *("标题", "发文字号", "索引号", "发文机关", "主题分类", "成文日期", "施行日期", "失效日期"),
    *("有效性", "标注自", "替代文件", "原文件", "正式发布时间", "网址"),
)
#: Spreadsheets take a cell that begins so for a formula (OWASP, CSV injection).
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_WIDTHS = (60, 26, 30, 30, 26, 12, 12, 12, 10, 12, 40, 40, 20, 50)
#: One sheet is built at a time: each takes a second of a processor.
_ONE = asyncio.Semaphore(1)


def row(line: Line, url: str) -> Row:
    """One document of the register."""
    card = line.card
    days = (card.signed_on, card.effective_on, card.expires_on)
    official = card.official_at.astimezone(BEIJING).isoformat(timespec="seconds") if card.official_at else ""
    return (
        *(card.title, card.doc_no or "", card.index_no or "", card.issuer, card.theme),
        *(day.isoformat() if day else "" for day in days),
        *(word(card.validity), card.standing_on.isoformat() if card.standing_on else ""),
        *(line.successor.title if line.successor else "", "；".join(one.title for one in line.replaced)),
        *(official, url + card.path),
    )


def csv(rows: Iterable[Sequence[str]], *, is_first: bool = False) -> bytes:
    """Some rows; the first ones begin with the mark by which Excel knows UTF-8."""
    text = io.StringIO()
    writing.writer(text).writerows([_harmless(cell) for cell in one] for one in rows)
    return ("\ufeff" * is_first + text.getvalue()).encode()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


async def xlsx(title: str, rows: Sequence[Row]) -> bytes:
    """A whole sheet under its head."""
    async with _ONE:
        return await asyncio.to_thread(_written, title, rows)


def _written(title: str, rows: Sequence[Row]) -> bytes:
    from hub.web.live import workbook  # noqa: PLC0415 - 0.1 s of a start, and this thread nobody's but ours

    return workbook.xlsx(title, (HEAD, *rows), _WIDTHS)
