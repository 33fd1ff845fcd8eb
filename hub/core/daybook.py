"""A year's holidays as people write them down: one day a line, `2026-10-01 休 国庆节`. Pure."""

import re
from datetime import date

from schemas.errors import ErrorCode, HubError
from schemas.office import Day

_LINE = re.compile(r"(\d{4}-\d{1,2}-\d{1,2})\s+([休班])\s+(\S.*)")
MAX_SOURCE = 200


def read(text: str, source: str) -> list[Day]:
    """The days of a text; empty lines are passed over. Raises HubError(INVALID) that says which line is wrong."""
    said = " ".join(source.split())[:MAX_SOURCE]
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return [_day(number, line, said) for number, line in enumerate(lines, 1)]


def _day(number: int, line: str, source: str) -> Day:
    words = f"第 {number} 行“{line[:40]}”应写作“2026-10-01 休 国庆节”"
    refused = HubError(ErrorCode.INVALID, detail=words, fields={"days": words})
    found = _LINE.fullmatch(line)
    if not found:
        raise refused
    try:
        year, month, day = map(int, found[1].split("-"))
        return Day(day=date(year, month, day), is_working=found[2] == "班", name=found[3][:100], source=source)
    except ValueError:
        raise refused from None
