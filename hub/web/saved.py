"""Reports to take away, as CSV, as Excel sheets and as Word documents."""

import asyncio
from enum import StrEnum
from urllib.parse import quote

from hub.web import tabular
from hub.web.lines import lines
from hub.web.route import Raw
from schemas.report import Report

#: One file is built at a time: a long one takes seconds of a processor.
_ONE = asyncio.Semaphore(1)


class Form(StrEnum):
    """What a report is saved as."""

    CSV = "csv"
    XLSX = "xlsx"
    DOCX = "docx"


_MEDIA = {
    Form.CSV: tabular.CSV,
    Form.XLSX: tabular.XLSX,
    Form.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}


async def save(report: Report, form: Form) -> Raw:
    """The report as a file to keep."""
    name = quote(f"{report.year}年{report.title.partition('：')[2] or report.title}")
    disposition = f"attachment; filename=\"{report.name}-{report.year}.{form}\"; filename*=UTF-8''{name}.{form}"
    async with _ONE:
        body = await asyncio.to_thread(_made, report, form)
    return Raw(body, _MEDIA[form], headers={"Content-Disposition": disposition})


def _made(report: Report, form: Form) -> bytes:
    if form is Form.CSV:
        return tabular.csv(lines(report), is_first=True)
    from hub.web import printed  # noqa: PLC0415 - its libraries are 0.1 s of a start, and this thread nobody's but ours

    return printed.xlsx(report) if form is Form.XLSX else printed.docx(report)
