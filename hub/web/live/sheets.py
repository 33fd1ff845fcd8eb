"""The register as a table to take away."""

import asyncio
from collections.abc import Iterable

from hub.store.register import Line
from hub.web import tabular
from hub.web.tabular import Worksheet
from schemas.entry import BEIJING
from schemas.words import word

Row = tuple[str, ...]
HEAD: Row = (
    *("标题", "发文字号", "索引号", "发文机关", "主题分类", "成文日期", "施行日期", "失效日期"),
    *("有效性", "标注自", "替代文件", "原文件", "正式发布时间", "网址"),
)
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


async def xlsx(title: str, rows: Iterable[Row]) -> bytes:
    """The whole register under its head."""
    async with _ONE:
        return await asyncio.to_thread(tabular.xlsx, Worksheet(title, (HEAD, *rows), widths=_WIDTHS))
