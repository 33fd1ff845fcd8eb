"""Sheets to take away and fill in: every cell is text, whatever it begins with."""

import asyncio
from collections.abc import Mapping, Sequence

from hub.web.route import Raw

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Row = Sequence[str]


async def sheet(
    name: str,
    pages: Mapping[str, Sequence[Row]],
    *,
    widths: Sequence[int] = (),
    choices: Mapping[str, Sequence[str]] | None = None,
) -> Raw:
    """Return a workbook as a download: page → rows, the first of them its head. `choices` are by column letter."""
    data = await asyncio.to_thread(_written, pages, widths, choices or {})
    return Raw(data, XLSX, headers={"Content-Disposition": f'attachment; filename="{name}.xlsx"'})


def _written(pages: Mapping[str, Sequence[Row]], widths: Sequence[int], choices: Mapping[str, Sequence[str]]) -> bytes:
    from hub.web.console import workbook  # noqa: PLC0415 - 0.1 s of a start, and this thread nobody's but ours

    return workbook.xlsx(pages, widths, choices)
